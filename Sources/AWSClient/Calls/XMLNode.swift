/// An element of an XML answer. It supports the part of XML that AWS's Query protocol uses: one
/// root, elements, text and the predefined entities.
///
/// Foundation's parser would make a statically linked program depend on the system's libxml2 and
/// its dependencies (ICU, zlib, liblzma), for the few elements of three operations.
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

  /// The root, or `nil` where the bytes aren't a complete document. With `allowingCut`, elements
  /// that are open at the end count as closed there.
  static func parse(_ bytes: [UInt8], allowingCut: Bool = false) -> XMLNode? {
    var reader = XMLReader(bytes: bytes)
    return reader.root(allowingCut: allowingCut)
  }
}

/// Reads a document in time linear to its length.
private struct XMLReader {
  let bytes: [UInt8]
  private var at = 0
  private var open: [XMLNode] = []
  private var root: XMLNode?
  private var count = 0

  /// AWS's documents are not that deep; the bound protects the stack.
  private static let maximumDepth = 32
  /// Far more elements than any answer to our calls has.
  private static let maximumElements = 20_000

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func root(allowingCut: Bool) -> XMLNode? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    while let start = position(of: "<") {
      guard take(at..<start) else { return nil }
      at = start
      guard let isWhole = takeMarkup() else { return nil }
      if !isWhole {
        // The aside isn't closed before the end.
        at = bytes.count
        guard allowingCut else { return nil }
      }
    }
    if allowingCut {
      if !open.isEmpty { _ = take(at..<bytes.count) }
      while let node = open.popLast() { close(node) }
      return root
    }
    guard open.isEmpty, isBlank(at..<bytes.count) else { return nil }
    return root
  }

  /// Reads the markup that begins with this `<`. False where the markup isn't closed, `nil` where
  /// it is invalid here.
  private mutating func takeMarkup() -> Bool? {
    if let (begin, end) = aside("<!--", "-->") ?? aside("<?", "?>") {
      at = end
      return begin <= end
    }
    if begins("<![CDATA[") {
      guard let (begin, end) = aside("<![CDATA[", "]]>") else { return false }
      at = end
      if !open.isEmpty { open[open.count - 1].text += text(begin..<end - 3) }
      return true
    }
    guard !begins("<!--"), !begins("<?") else { return false }
    guard let end = position(of: ">") else { return false }
    let tag = at + 1..<end
    at = end + 1
    return takeTag(tag) ? true : nil
  }

  private mutating func takeTag(_ tag: Range<Int>) -> Bool {
    if bytes[tag].first == UInt8(ascii: "/") {
      guard let closed = open.popLast(), localName(tag.dropFirst()) == closed.name else {
        return false
      }
      close(closed)
      return true
    }
    let isEmpty = bytes[tag].last == UInt8(ascii: "/")
    let node = XMLNode(name: localName(isEmpty ? tag.dropLast() : tag))
    count += 1
    guard root == nil, !node.name.isEmpty, !node.name.utf8.contains(where: Self.endsNames),
      open.count < Self.maximumDepth,
      count <= Self.maximumElements
    else { return false }
    if isEmpty { close(node) } else { open.append(node) }
    return true
  }

  /// Characters that no name contains, so that `<B//>` isn't an element named `B/`.
  private static func endsNames(_ byte: UInt8) -> Bool {
    [
      UInt8(ascii: "/"), UInt8(ascii: "<"), UInt8(ascii: "&"), UInt8(ascii: "="),
      UInt8(ascii: "\""),
    ]
    .contains(byte)
  }

  private mutating func close(_ node: XMLNode) {
    if open.isEmpty { root = node } else { open[open.count - 1].children.append(node) }
  }

  /// Adds text to the open element. Outside of the root only white space is valid.
  private mutating func take(_ range: Range<Int>) -> Bool {
    guard !open.isEmpty else { return isBlank(range) }
    guard !range.isEmpty else { return true }
    guard let plain = unescaped(range) else { return false }
    open[open.count - 1].text += plain
    return true
  }

  /// The range between an opening and a closing text here; `nil` if something else is here, or it
  /// isn't closed.
  private func aside(_ opening: StaticString, _ closing: StaticString) -> (begin: Int, end: Int)? {
    guard begins(opening) else { return nil }
    let begin = at + opening.utf8CodeUnitCount
    return position(of: closing, from: begin).map { (begin, $0 + closing.utf8CodeUnitCount) }
  }

  private func begins(_ text: StaticString) -> Bool { matches(text, at: at) }

  private func matches(_ text: StaticString, at index: Int) -> Bool {
    guard index + text.utf8CodeUnitCount <= bytes.count else { return false }
    return text.withUTF8Buffer { $0.elementsEqual(bytes[index..<index + $0.count]) }
  }

  /// Where a text is next found, at or after an index.
  private func position(of text: StaticString, from start: Int? = nil) -> Int? {
    let first = text.withUTF8Buffer { $0[0] }
    var index = start ?? at
    while let found = bytes[index...].firstIndex(of: first) {
      if matches(text, at: found) { return found }
      index = found + 1
    }
    return nil
  }

  private func isBlank(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy(\.isXMLSpace) }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The name in a tag, without attributes and namespace prefix.
  private func localName(_ tag: Range<Int>) -> String {
    let name = bytes[tag].prefix { !$0.isXMLSpace }
    let local = name.lastIndex(of: UInt8(ascii: ":")).map { name[($0 + 1)...] } ?? name
    return String(decoding: local, as: UTF8.self)
  }

  private static let entities = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"]
  /// The longest entity is one like `&#x10FFFF;`.
  private static let longestEntity = 12

  /// The text with its entities replaced; `nil` where one is unknown or not closed.
  private func unescaped(_ range: Range<Int>) -> String? {
    var plain = ""
    var rest = bytes[range]
    while let start = rest.firstIndex(of: UInt8(ascii: "&")) {
      plain += String(decoding: rest[..<start], as: UTF8.self)
      rest = rest[(start + 1)...]
      guard let end = rest.prefix(Self.longestEntity).firstIndex(of: UInt8(ascii: ";")) else {
        return nil
      }
      let name = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      if let known = Self.entities[name] {
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
    return plain + String(decoding: rest, as: UTF8.self)
  }
}

extension UInt8 {
  /// Whether XML counts this as white space.
  fileprivate var isXMLSpace: Bool { [0x20, 0x09, 0x0A, 0x0D].contains(self) }
}
