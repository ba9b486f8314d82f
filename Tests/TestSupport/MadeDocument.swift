import Foundation

/// The project's files, for tests of its documents.
public enum Project {
  public static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  public static func file(_ path: String) -> URL { root.appendingPathComponent(path) }

  public static func read(_ path: String) throws -> String {
    try String(contentsOf: file(path), encoding: .utf8)
  }
}

/// A document with generated parts, each between two comments with its name.
public struct MadeDocument: Sendable, CustomStringConvertible {
  public var path: String
  public var parts: [(name: String, text: String)]
  /// How comments begin and end in the document's language.
  private let comment: (open: String, close: String)

  public var description: String { path }

  /// A page in Markdown.
  public static func page(_ path: String, _ parts: [(name: String, text: String)]) -> MadeDocument {
    MadeDocument(
      path: path, parts: parts.map { ($0.name, "\n\($0.text)\n") }, comment: ("<!-- ", " -->"))
  }

  /// A page of the manual, in mdoc(7).
  public static func manual(_ path: String, _ parts: [(name: String, text: String)])
    -> MadeDocument
  { MadeDocument(path: path, parts: parts, comment: (#".\" "#, "")) }

  struct MissingMarker: Error, CustomStringConvertible {
    var description: String
  }

  /// The document's text with its generated parts renewed.
  public func renewed(_ text: String) throws -> String {
    var text = text
    for part in parts {
      let first = "\(comment.open)\(part.name), made by \"make docs\"\(comment.close)\n"
      let last = "\(comment.open)end of \(part.name)\(comment.close)"
      guard let begin = text.range(of: first),
        let end = text.range(of: last, range: begin.upperBound..<text.endIndex)
      else { throw MissingMarker(description: "\(path) lacks the markers of \(part.name)") }
      text.replaceSubrange(begin.upperBound..<end.lowerBound, with: part.text)
    }
    return text
  }

  /// Whether the file is up to date. `make docs` writes it instead.
  public func isCurrent() throws -> Bool {
    let text = try Project.read(path)
    let renewed = try renewed(text)
    guard ProcessInfo.processInfo.environment["CDNOTIFY_WRITE_DOCS"] == "1" else {
      return text == renewed
    }
    if text != renewed {
      try renewed.write(to: Project.file(path), atomically: true, encoding: .utf8)
    }
    return true
  }
}
