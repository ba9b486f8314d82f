/// The sections of an AWS configuration file, as botocore reads them: Python's `RawConfigParser`
/// and, for indented blocks, botocore's `_parse_nested` (botocore/configloader.py).
///
/// It is more lenient in one point: a repeated section or key is no error. The last one wins, key
/// by key, as in the other SDKs.
struct INIFile: Sendable, Equatable {
  /// A key's value: text, or an indented block of keys (`s3 =` and lines below it).
  enum Value: Sendable, Equatable {
    case text(String)
    case block([String: String])
  }

  typealias Section = [String: Value]

  var sections: [String: Section] = [:]

  /// A line that can't be parsed. Its text may hold a secret and isn't kept.
  struct Malformed: Error, Equatable {
    var line: Int
    var reason: String
  }

  init(_ text: String) throws(Malformed) {
    var reader = Reader()
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      try reader.read(line, number: index + 1)
    }
    try reader.finishKey()
    // The keys of `[DEFAULT]` apply to every section that doesn't set them itself.
    let shared = reader.sections.removeValue(forKey: "DEFAULT") ?? [:]
    sections = reader.sections.mapValues { $0.merging(shared) { own, _ in own } }
  }
}

extension INIFile {
  /// The state between lines.
  private struct Reader {
    var sections: [String: Section] = [:]
    var section: String?
    /// The key whose value may continue on lines that are indented deeper.
    var key: (name: String, indentation: Int, value: [(line: Int, text: String)])?

    mutating func read(_ line: Substring, number: Int) throws(Malformed) {
      // Some editors begin a file with a byte order mark.
      let line = number == 1 && line.first == "\u{FEFF}" ? line.dropFirst() : line
      let text = line.trimmingSpace()
      if text.isEmpty {
        key?.value.append((number, ""))
        return
      }
      // Only a whole line is a comment: a value may contain both characters.
      if text.hasPrefix("#") || text.hasPrefix(";") { return }
      let indentation = line.prefix { $0.isWhitespace }.count
      if let open = key, indentation > open.indentation {
        key?.value.append((number, String(text)))
        return
      }
      try finishKey()
      if text.hasPrefix("["), let end = text.lastIndex(of: "]"),
        text.index(after: text.startIndex) < end
      {
        let name = String(text[text.index(after: text.startIndex)..<end])
        section = name
        sections[name] = sections[name] ?? [:]
        return
      }
      guard section != nil else {
        throw Malformed(line: number, reason: "is before the first [section]")
      }
      guard let delimiter = text.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
        throw Malformed(line: number, reason: "is neither a [section] nor a key = value")
      }
      let name = text[..<delimiter].trimmingSpace().lowercased()
      guard !name.isEmpty else { throw Malformed(line: number, reason: "has no key") }
      let value = String(text[text.index(after: delimiter)...].trimmingSpace())
      key = (name, indentation, [(number, value)])
    }

    /// Stores the key that was being read and its value.
    mutating func finishKey() throws(Malformed) {
      guard let open = key, let section else { return }
      key = nil
      var lines = open.value
      while lines.count > 1, lines.last?.text == "" { lines.removeLast() }
      guard lines.count > 1, lines[0].text.isEmpty else {
        sections[section, default: [:]][open.name] = .text(
          lines.map(\.text).joined(separator: "\n"))
        return
      }
      var block: [String: String] = [:]
      for (number, line) in lines where !line.isEmpty {
        guard let delimiter = line.firstIndex(of: "=") else {
          throw Malformed(
            line: number, reason: "is not a key = value of the block \(open.name)")
        }
        let name = String(line[..<delimiter].trimmingSpace())
        block[name] = String(line[line.index(after: delimiter)...].trimmingSpace())
      }
      sections[section, default: [:]][open.name] = .block(block)
    }
  }
}
