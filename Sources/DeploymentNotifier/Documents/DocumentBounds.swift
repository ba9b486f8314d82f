import CYaml
import CodeDeployNotifications

/// Checks the size of a document before its values are created, in time linear to its length.
///
/// YAML aliases let a few lines stand for billions of values, and brackets can nest as deep as
/// there are bytes. So what a document would expand to is counted, without expanding it.
package struct DocumentBounds {
  /// Far more than ten thousand registrations need.
  package static let maximumBytes = 32 << 20
  /// The most values, where an alias counts as all values that it repeats.
  static let maximumValues = 1_000_000
  static let maximumDepth = 64

  /// The size of a node.
  private struct Outline {
    var values = 1
    /// The number of levels below it.
    var height = 0
    var isScalar = false
  }

  /// A list or object that isn't closed yet.
  private struct Frame {
    var isMapping: Bool
    var anchor: String?
    var children = 0
    var outline = Outline()
  }

  private var frames: [Frame] = []
  private var anchors: [String: Outline] = [:]

  /// Throws `DocumentProblem` where the document is too large or too deep, or has keys that aren't
  /// strings. Invalid YAML passes, because the parser's own message about it is better.
  static func check(_ text: String) throws(DocumentProblem) {
    guard text.utf8.count <= maximumBytes else {
      throw DocumentProblem("", "the document is larger than \(maximumBytes >> 20) MiB")
    }
    var bounds = DocumentBounds()
    try bounds.scan(Array(text.utf8))
  }

  private mutating func scan(_ bytes: [UInt8]) throws(DocumentProblem) {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else { return }
    defer { yaml_parser_delete(&parser) }
    // The parser keeps the address, so the bytes must not move until it is done.
    let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    defer { input.deallocate() }
    _ = input.update(fromContentsOf: bytes.isEmpty ? [UInt8(ascii: "\n")] : bytes)
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(&parser, input.baseAddress, bytes.count)
    var isDone = false
    while !isDone {
      var event = yaml_event_t()
      guard yaml_parser_parse(&parser, &event) == 1 else { return }
      defer { yaml_event_delete(&event) }
      isDone = event.type == YAML_STREAM_END_EVENT
      guard try take(event) else { return }
    }
  }

  /// Returns whether to go on.
  private mutating func take(_ event: yaml_event_t) throws(DocumentProblem) -> Bool {
    let line = event.start_mark.line + 1
    switch event.type {
    case YAML_SCALAR_EVENT:
      try add(Outline(isScalar: true), as: Self.text(event.data.scalar.anchor), line)
    case YAML_ALIAS_EVENT:
      guard let name = Self.text(event.data.alias.anchor), let outline = anchors[name] else {
        return false
      }
      try add(outline, as: nil, line)
    case YAML_SEQUENCE_START_EVENT:
      try open(false, Self.text(event.data.sequence_start.anchor), line)
    case YAML_MAPPING_START_EVENT:
      try open(true, Self.text(event.data.mapping_start.anchor), line)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      guard let frame = frames.popLast() else { return false }
      try add(frame.outline, as: frame.anchor, line)
    default: break
    }
    return true
  }

  private mutating func open(
    _ isMapping: Bool, _ anchor: String?, _ line: Int
  ) throws(DocumentProblem) {
    try checkKey(Outline(), line)
    frames.append(Frame(isMapping: isMapping, anchor: anchor))
    try checkDepth(0, line)
  }

  /// Adds a complete node to the node that contains it.
  private mutating func add(
    _ outline: Outline, as anchor: String?, _ line: Int
  ) throws(DocumentProblem) {
    if let anchor { anchors[anchor] = outline }
    guard let last = frames.indices.last else { return }
    try checkKey(outline, line)
    try checkDepth(outline.height, line)
    frames[last].children += 1
    frames[last].outline.values += outline.values
    frames[last].outline.height = max(frames[last].outline.height, outline.height + 1)
    guard frames[last].outline.values <= Self.maximumValues else {
      throw DocumentProblem(
        line: line,
        "the document is too large: with its aliases expanded, it has more than "
          + "\(Self.maximumValues) values")
    }
  }

  private func checkKey(_ outline: Outline, _ line: Int) throws(DocumentProblem) {
    guard let frame = frames.last, frame.isMapping, frame.children.isMultiple(of: 2),
      !outline.isScalar
    else { return }
    throw DocumentProblem(line: line, "the document has a key that is not a string")
  }

  private func checkDepth(_ height: Int, _ line: Int) throws(DocumentProblem) {
    guard frames.count + height > Self.maximumDepth else { return }
    throw DocumentProblem(
      line: line, "the document nests deeper than \(Self.maximumDepth) levels")
  }

  private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    bytes.map { String(cString: $0) }
  }
}
