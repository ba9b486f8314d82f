import CodeDeployNotifications
import Yams

/// Where each part of a document stands in its text. Worked out only when something is wrong there.
struct DocumentPlaces {
  /// By path, the line of a value, or of its key.
  private var lines: [String: Int] = [:]

  init(_ text: String) {
    // One that unfolds without measure was refused, and isn't read for the sake of its lines.
    guard (try? DocumentBounds.check(text)) != nil else { return }
    if DocumentParsing.looksLikeJSON(text), Self.isJSON(text) {
      var offsets: [(path: String, offset: Int)] = []
      _ = try? JSONDocument.read(text) { offsets.append(($0, $1)) }
      var line = 1
      var position = 0
      let bytes = Array(text.utf8)
      // They come in the order of the text.
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
        let place = path.isEmpty ? name : "\(path).\(name)"
        lines[place] = key.mark?.line ?? value.mark?.line
        add(value, at: place)
      }
    case .scalar, .alias: break
    }
  }

  /// The line of a part of the document: of what is missing there, the line of what it is missing
  /// from. `nil` for the whole.
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
  /// A line for each, with the place in the file.
  package func description(inFile name: String, _ text: String) -> [String] {
    let places = DocumentPlaces(text)
    return problems.map { problem in
      let line = places.line(of: problem.path).map { ":\($0)" } ?? ""
      let application = problem.application.map { "\($0): " } ?? ""
      return "\(name)\(line): \(application)\(problem)"
    }
  }
}
