import CodeDeployNotifications

/// The opening and closing marks of a provider's markup, for cutting texts.
public struct MarkupDialect: Sendable {
  /// Marks that begin and end a style, the longest first.
  var styles: [String] = []
  /// Whether a backslash makes a mark literal.
  var hasEscapes = false
  /// Whether back-ticks enclose code.
  var hasCode = false
  /// Whether `[label](address)` is a link.
  var hasLinks = false
  /// Whether an empty line ends every style.
  var endsAtEmptyLines = false
  /// Whether `<` begins an element, a mention or an address.
  var hasAngles = false
  /// Whether elements have closing tags.
  var hasElements = false
  /// Whether `&` begins a character's name.
  var hasEntities = false

  /// Plain text without markup.
  public static let plain = Self()

  /// HTML: elements and entities.
  public static let html = Self(hasAngles: true, hasElements: true, hasEntities: true)

  /// Slack's mrkdwn.
  public static let slack = Self(
    styles: ["*", "_", "~"], hasCode: true, hasAngles: true, hasEntities: true)

  /// Discord's Markdown.
  public static let discord = Self(
    styles: ["**", "__", "~~", "||", "*", "_"], hasEscapes: true, hasCode: true, hasLinks: true,
    hasAngles: true)

  /// CommonMark, as Teams and Datadog read it.
  public static let commonMark = Self(
    styles: ["**", "__", "~~", "*", "_"], hasEscapes: true, hasCode: true, hasLinks: true,
    endsAtEmptyLines: true, hasAngles: true, hasEntities: true)
}

extension String {
  /// As much of the beginning of a marked-up text as fits, with no partial markup at the end, and
  /// with everything closed.
  package func cut(to limit: Int, _ unit: TextUnit, in dialect: MarkupDialect) -> String {
    guard unit.count(self) > limit else { return self }
    var room = limit
    while room > 0 {
      let kept = cut(to: room, unit)
      guard kept.hasSuffix("…") else { return "" }
      let whole = dialect.withoutHalf(kept.dropLast()) + "…"
      let closed = whole + dialect.closing(whole)
      let excess = unit.count(closed) - limit
      if excess <= 0 { return closed }
      room -= excess
    }
    return ""
  }
}

extension MarkupDialect {
  /// The cut text without an incomplete element, link, entity, escape or mark at its end.
  fileprivate func withoutHalf(_ text: Substring) -> String {
    var scalars = Array(text.unicodeScalars)
    if hasAngles, let open = scalars.lastIndex(of: "<"), !scalars[open...].contains(">"),
      open + 1 == scalars.count || !scalars[open + 1].properties.isWhitespace
    {
      scalars.removeSubrange(open...)
    }
    if hasEntities, let open = scalars.lastIndex(of: "&"), scalars.count - open < 12,
      scalars[(open + 1)...].allSatisfy({ $0 == "#" || $0.isASCIIAlphanumeric })
    {
      scalars.removeSubrange(open...)
    }
    if hasLinks, let open = openLink(in: scalars) { scalars.removeSubrange(open...) }
    let marks = Set(styles.joined().unicodeScalars).union(hasCode ? ["`"] as Set : [])
    while let last = scalars.last, marks.contains(last), !isEscaped(scalars.count - 1, in: scalars)
    {
      scalars.removeLast()
    }
    if hasEscapes, scalars.last == "\\", !isEscaped(scalars.count - 1, in: scalars) {
      scalars.removeLast()
    }
    var whole = String.UnicodeScalarView()
    whole.append(contentsOf: scalars)
    return String(whole)
  }

  /// The beginning of a link whose address is incomplete.
  private func openLink(in scalars: [Unicode.Scalar]) -> Int? {
    var position = scalars.count
    while let open = scalars[..<position].lastIndex(of: "[") {
      position = open
      guard !isEscaped(open, in: scalars) else { continue }
      guard let end = scalars[open...].firstIndex(of: "]") else { return open }
      guard end + 1 < scalars.count else { return open }
      return scalars[end + 1] == "(" && !scalars[end...].contains(")") ? open : nil
    }
    return nil
  }

  private func isEscaped(_ position: Int, in scalars: [Unicode.Scalar]) -> Bool {
    guard hasEscapes else { return false }
    return !scalars[..<position].reversed().prefix { $0 == "\\" }.count.isMultiple(of: 2)
  }

  /// The marks that close everything that a text leaves open.
  fileprivate func closing(_ text: String) -> String {
    if hasElements { return OpenElements(text).closing }
    guard hasCode || !styles.isEmpty else { return "" }
    var marks = OpenMarks(self, text)
    return marks.closing()
  }
}

/// The HTML elements that a text leaves open.
private struct OpenElements {
  private var names: [String] = []
  private static let void: Set = ["br", "hr", "img", "input", "wbr"]

  init(_ text: String) {
    let bytes = Array(text.utf8)
    var position = 0
    while let open = bytes[position...].firstIndex(of: UInt8(ascii: "<")) {
      guard let end = bytes[open...].firstIndex(of: UInt8(ascii: ">")) else { return }
      position = end + 1
      let isEnd = bytes[open + 1] == UInt8(ascii: "/")
      let name = String(
        decoding: bytes[(open + (isEnd ? 2 : 1))..<max(end, open + (isEnd ? 2 : 1))].prefix {
          Unicode.Scalar($0).isASCIIAlphanumeric
        }, as: UTF8.self
      ).lowercased()
      if name.isEmpty || Self.void.contains(name) || bytes[end - 1] == UInt8(ascii: "/") {
        continue
      }
      if !isEnd {
        names.append(name)
      } else if let last = names.lastIndex(of: name) {
        names.removeSubrange(last...)
      }
    }
  }

  var closing: String { names.reversed().map { "</\($0)>" }.joined() }
}

/// The marks of styles and code that a text leaves open.
private struct OpenMarks {
  private let dialect: MarkupDialect
  private let scalars: [Unicode.Scalar]
  private let styles: [[Unicode.Scalar]]
  private var position = 0
  private var open: [[Unicode.Scalar]] = []
  /// The number of back-ticks that opened the current code.
  private var code = 0

  init(_ dialect: MarkupDialect, _ text: String) {
    self.dialect = dialect
    scalars = Array(text.unicodeScalars)
    styles = dialect.styles.map { Array($0.unicodeScalars) }
  }

  mutating func closing() -> String {
    while position < scalars.count { step() }
    let styles = open.reversed().map { String(String.UnicodeScalarView($0)) }.joined()
    let ticks = String(repeating: "`", count: code)
    return code >= 3 ? "\n\(ticks)" : ticks + styles
  }

  private mutating func step() {
    let scalar = scalars[position]
    if scalar == "`", dialect.hasCode { return takeCode() }
    if scalar == "\\", dialect.hasEscapes {
      position += 2
      return
    }
    if scalar == "\n", dialect.endsAtEmptyLines, position > 0, scalars[position - 1] == "\n" {
      open = []
    }
    guard let style = styles.first(where: { scalars[position...].starts(with: $0) }) else {
      position += 1
      return
    }
    let before = position > 0 ? scalars[position - 1] : "\n"
    position += style.count
    let after = position < scalars.count ? scalars[position] : "\n"
    if let last = open.lastIndex(of: style), !before.properties.isWhitespace {
      open.removeSubrange(last...)
    } else if !after.properties.isWhitespace, !(isWordPart(before) && isWordPart(after)) {
      open.append(style)
    }
  }

  /// Moves to the end of the code that begins here.
  private mutating func takeCode() {
    let ticks = run(at: position)
    var end = position + ticks
    while end < scalars.count {
      let length = run(at: end)
      if length == ticks || (ticks >= 3 && length >= ticks) {
        position = end + length
        return
      }
      end += max(1, length)
    }
    code = ticks
    if ticks >= 3, dialect.endsAtEmptyLines { open = [] }
    position = scalars.count
  }

  private func run(at start: Int) -> Int { scalars[start...].prefix { $0 == "`" }.count }

  private func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}

extension Unicode.Scalar {
  fileprivate var isASCIIAlphanumeric: Bool {
    switch self {
    case "0"..."9", "a"..."z", "A"..."Z": true
    default: false
    }
  }
}
