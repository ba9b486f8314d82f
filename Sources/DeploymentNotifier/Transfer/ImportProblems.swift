import CodeDeployNotifications

/// What is wrong with the lines of an export, so that nothing was imported.
public struct ImportProblems: Error, Sendable, CustomStringConvertible {
  /// The first twenty problems, each with its line, such as `line 4: it is not JSON`.
  public internal(set) var lines: [String]
  /// How many lines are wrong.
  public internal(set) var count: Int

  init() {
    lines = []
    count = 0
  }

  /// A single problem.
  init(line: Int, _ problem: String) {
    lines = ["line \(line): \(problem)"]
    count = 1
  }

  /// A record that differs from the one in the store.
  package init(_ conflict: ConflictingRecord) {
    self.init(line: conflict.line, "\(conflict): import into a new store")
  }

  /// One line for each of the first problems, and one with the total number.
  package var sentences: [String] {
    guard count > 1 else { return lines.map { "\($0); nothing was imported" } }
    let hidden = count - lines.count
    return lines + [
      "nothing was imported: \(count) lines are wrong"
        + (hidden > 0 ? ", \(hidden) of which are not shown" : "")
    ]
  }

  /// The first problems, a line each, and how many there are.
  public var description: String { sentences.map(\.printable).joined(separator: "\n") }
}
