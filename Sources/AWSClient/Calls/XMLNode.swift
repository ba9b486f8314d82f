/// An element of an XML answer, in the little of XML that AWS's Query protocol uses: elements,
/// text, the predefined entities, and nothing outside one closed root.
///
/// Foundation's own parser would make a statically linked program depend on the system's libxml2
/// and what that needs (ICU, zlib, liblzma), for the few elements of three operations' answers.
struct XMLNode: Sendable {
  var name: String
  var text = ""
  var children: [XMLNode] = []

  /// The first child element of that name.
  func child(_ name: String) -> XMLNode? { children.first { $0.name == name } }

  /// The text without white space around it.
  var trimmedText: String { String(text.trimmingSpace()) }

  /// The first element of that name in this one or below it.
  func first(_ name: String) -> XMLNode? {
    if self.name == name { return self }
    for child in children {
      if let found = child.first(name) { return found }
    }
    return nil
  }

  /// Deeper documents are none of AWS's; a bound keeps them from filling the stack.
  private static let maximumDepth = 32

  /// The root, or `nil` where the bytes are no complete document.
  static func parse(_ bytes: [UInt8]) -> XMLNode? {
    var rest = String(decoding: bytes, as: UTF8.self)[...]
    var open: [XMLNode] = []
    var root: XMLNode?
    while let start = rest.firstIndex(of: "<") {
      let text = rest[..<start]
      rest = rest[start...]
      if open.isEmpty {
        guard text.allSatisfy({ $0.isWhitespace || $0 == "\u{FEFF}" }) else { return nil }
      } else {
        guard let plain = unescaped(text) else { return nil }
        open[open.count - 1].text += plain
      }
      if let (skip, literal) = aside(rest) {
        if let literal, !open.isEmpty { open[open.count - 1].text += literal }
        rest = rest.dropFirst(skip)
        continue
      }
      guard let end = rest.firstIndex(of: ">") else { return nil }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard let closed = open.popLast(), localName(tag.dropFirst()) == closed.name else {
          return nil
        }
        if open.isEmpty { root = closed } else { open[open.count - 1].children.append(closed) }
      } else {
        let isEmpty = tag.hasSuffix("/")
        let node = XMLNode(name: localName(isEmpty ? tag.dropLast() : tag))
        guard root == nil, !node.name.isEmpty, open.count < maximumDepth else { return nil }
        if !isEmpty {
          open.append(node)
        } else if open.isEmpty {
          root = node
        } else {
          open[open.count - 1].children.append(node)
        }
      }
    }
    guard open.isEmpty, rest.allSatisfy(\.isWhitespace) else { return nil }
    return root
  }

  /// What stands between `<` and `>` without attributes and namespace prefix.
  private static func localName(_ tag: Substring) -> String {
    let name = tag.prefix { !$0.isWhitespace }
    return String(name.split(separator: ":").last ?? "")
  }

  /// The length of a declaration, comment or CDATA section at the beginning, with CDATA's text.
  private static func aside(_ rest: Substring) -> (skip: Int, literal: String?)? {
    for (opening, closing) in [("<?", "?>"), ("<!--", "-->"), ("<![CDATA[", "]]>")]
    where rest.hasPrefix(opening) {
      guard let end = rest.dropFirst(opening.count).firstRange(of: closing) else { return nil }
      let literal = rest.dropFirst(opening.count)[..<end.lowerBound]
      let length = rest.distance(from: rest.startIndex, to: end.upperBound)
      return (length, opening.hasSuffix("[") ? String(literal) : nil)
    }
    return nil
  }

  private static let entities = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"]

  /// Text with its entities replaced; `nil` where one is unknown or open.
  private static func unescaped(_ text: Substring) -> String? {
    var plain = ""
    var rest = text
    while let start = rest.firstIndex(of: "&") {
      plain += rest[..<start]
      rest = rest[rest.index(after: start)...]
      guard let end = rest.firstIndex(of: ";") else { return nil }
      let name = rest[..<end]
      rest = rest[rest.index(after: end)...]
      if let known = entities[String(name)] {
        plain += known
      } else {
        let number =
          name.hasPrefix("#x")
          ? UInt32(name.dropFirst(2), radix: 16)
          : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
        guard let scalar = number.flatMap(Unicode.Scalar.init) else { return nil }
        plain.unicodeScalars.append(scalar)
      }
    }
    return plain + rest
  }
}
