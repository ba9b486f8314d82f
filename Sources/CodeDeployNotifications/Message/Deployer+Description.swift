extension DeploymentNotification.Deployer {
  /// Reads `deployed-by:` in the deployment's description, the convention for pipelines that know
  /// the person. It names an address, a name, or both as in `Ada Lovelace <ada@example.com>`.
  public init?(describedIn description: String?) {
    guard let description, let statement = Self.statement(in: description) else { return nil }
    if let person = Self.person(in: statement) {
      self = person
      return
    }
    var word = Self.unquoted(statement) ?? statement.prefix { !$0.isWhitespace }
    word = word.trimmed { ",;.:!?<>()[]{}\"'`*".contains($0) || $0.isWhitespace }
    if word.lowercased().hasPrefix("mailto:") { word = word.dropFirst(7) }
    guard !word.isEmpty else { return nil }
    let isAddress = word.contains("@")
    self.init(
      name: isAddress ? nil : String(word), email: isAddress ? String(word) : nil,
      source: "description")
  }

  /// The text after the first `deployed-by:` that is a word of its own, on its line or the next.
  private static func statement(in description: String) -> Substring? {
    let word = Array("deployed-by:".utf8)
    let bytes = description.utf8
    var position = bytes.startIndex
    var before: UInt8?
    while position < bytes.endIndex {
      let rest = bytes[position...]
      // A letter beyond ASCII belongs to a word as well.
      let isInWord = before.map { isWordPart($0) } ?? false
      if !isInWord, rest.starts(with: word, by: { ($1 > 0x60 ? $0 | 0x20 : $0) == $1 }) {
        let start = bytes.index(position, offsetBy: word.count)
        let statement = description[start...].drop { $0.isWhitespace }
        let line = statement.prefix { !$0.isNewline }
        if !line.isEmpty { return line }
      }
      before = bytes[position]
      position = bytes.index(after: position)
    }
    return nil
  }

  private static func isWordPart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), 0x80...0xFF:
      true
    default: false
    }
  }

  /// Reads `Ada Lovelace <ada@example.com>`. A name of more than six words is more likely the rest
  /// of a sentence.
  private static func person(in statement: Substring) -> Self? {
    guard let open = statement.firstIndex(of: "<"),
      let close = statement[open...].firstIndex(of: ">")
    else { return nil }
    let name = statement[..<open].trimmed { $0.isWhitespace || "\"'".contains($0) }
    var address = statement[statement.index(after: open)..<close].trimmed { $0.isWhitespace }
    if address.lowercased().hasPrefix("mailto:") { address = address.dropFirst(7) }
    let words = name.split(whereSeparator: \.isWhitespace)
    guard address.contains("@"), !address.contains(where: \.isWhitespace), words.count <= 6,
      name.utf8.count <= 100, !name.contains(where: { "@:;>".contains($0) })
    else { return nil }
    return Self(
      name: name.isEmpty ? nil : String(name), email: String(address), source: "description")
  }

  /// The quoted text at the beginning.
  private static func unquoted(_ statement: Substring) -> Substring? {
    guard let quote = statement.first, "\"'`".contains(quote) else { return nil }
    let rest = statement.dropFirst()
    return rest.firstIndex(of: quote).map { rest[..<$0] }
  }
}

extension Substring {
  fileprivate func trimmed(_ isTrimmed: (Character) -> Bool) -> Substring {
    var text = drop(while: isTrimmed)
    while let last = text.last, isTrimmed(last) { text.removeLast() }
    return text
  }
}
