/// Text for a page of the manual, in mdoc(7).
public enum ManualText {
  /// The most bytes of a line. mandoc counts a character beyond ASCII as an escape of 8.
  private static let width = 78

  private static func bytes(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + ($1.isASCII ? 1 : 8) }
  }

  /// A paragraph's lines. Each sentence begins a new one, and none is a request or contains an
  /// escape.
  public static func lines(_ text: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in escaped(text).split(whereSeparator: \.isWhitespace) {
      let isNewSentence = line.endsSentence && word.first?.isUppercase == true
      if !line.isEmpty, isNewSentence || bytes(line) + bytes(String(word)) >= width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map { ".'".contains($0.prefix(1)) ? "\\&" + $0 : $0 }
  }

  /// Lines that are shown unchanged.
  public static func literal(_ lines: [String]) -> [String] {
    [".Bd -literal -offset indent"]
      + lines.map { line in
        let text = escaped(line)
        return ".'".contains(text.prefix(1)) ? "\\&" + text : text
      } + [".Ed"]
  }

  public static func escaped(_ text: String) -> String {
    String(text.flatMap { $0 == "\\" ? Array("\\e") : [$0] })
  }
}

extension String {
  fileprivate var endsSentence: Bool {
    guard let last = reversed().first(where: { !"\")".contains($0) }) else { return false }
    return ".!?".contains(last)
  }
}
