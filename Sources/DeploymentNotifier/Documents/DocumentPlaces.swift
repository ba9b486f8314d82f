import CodeDeployNotifications
import Yams

/// The line of each part of a document. Computed only when there is a problem.
struct DocumentPlaces {
  /// The line of each value, or of its key, by path.
  private var lines: [String: Int] = [:]

  init(_ text: String) {
    // A document that exceeds the bounds isn't read again for its lines.
    guard (try? DocumentBounds.check(text)) != nil else { return }
    if DocumentParsing.looksLikeJSON(text), Self.isJSON(text) {
      var offsets: [(path: String, offset: Int)] = []
      _ = try? JSONDocument.read(text) { offsets.append(($0, $1)) }
      var line = 1
      var position = 0
      let bytes = Array(text.utf8)
      // The offsets are in the order of the text.
      for (path, offset) in offsets {
        line += bytes[position..<offset].count { $0 == 0x0A }
        position = offset
        lines[path] = lines[path] ?? line
      }
    } else if let node = try? Yams.compose(yaml: text) {
      add(node, at: "")
    }
  }

  private static func isJSON(_ text: String) -> Bool { (try? JSONDocument.read(text)) != nil }

  private mutating func add(_ node: Node, at path: String) {
    switch node {
    case .sequence(let sequence):
      for (index, value) in sequence.enumerated() {
        let place = "\(path)[\(index)]"
        lines[place] = value.mark?.line
        add(value, at: place)
      }
    case .mapping(let mapping):
      for (key, value) in mapping {
        guard let name = key.string else { continue }
        let place = path.appending(key: name)
        lines[place] = key.mark?.line ?? value.mark?.line
        add(value, at: place)
      }
    case .scalar, .alias: break
    }
  }

  /// The line of a part of the document; for something missing, the line of what should contain it.
  /// `nil` for the whole document.
  func line(of path: String) -> Int? {
    var path = Substring(path)
    while !path.isEmpty {
      if let line = lines[String(path)] { return line }
      guard let end = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return nil }
      path = path[..<end]
    }
    return nil
  }
}

extension DocumentProblems {
  /// One line for each problem, with its line in the file.
  package func description(inFile name: String, _ text: String) -> [String] {
    let places = DocumentPlaces(text)
    return problems.map { problem in
      let place = [problem.line ?? places.line(of: problem.path), problem.column]
        .compactMap(\.self).map { ":\($0)" }.joined()
      let application = problem.application.map { "\($0): " } ?? ""
      return "\(name)\(place): \(application)\(problem.withoutLine)"
    }
  }
}
