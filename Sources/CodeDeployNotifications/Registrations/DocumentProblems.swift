/// Everything that is wrong with a document, in its order. Whoever wrote it can mend it at once and
/// not mistake by mistake.
public struct DocumentProblems: Error, Sendable, Hashable, CustomStringConvertible {
  /// In the order of the document.
  public private(set) var problems: [DocumentProblem] = []

  /// Nobody reads more at once, and each takes a search for the name that may have been meant.
  static let most = 1000
  private static let andMore = DocumentProblem("", "there are more mistakes; mend these first")

  /// None yet.
  public init() {}

  /// Keeps one more.
  public mutating func add(_ problem: DocumentProblem) { problems.append(problem) }

  /// Returns what `read` returns, or `nil` where it met problems, which are kept. Other errors are
  /// thrown on, and so are the problems themselves once there are too many.
  @discardableResult
  public mutating func attempt<Value>(_ read: () throws -> Value) throws -> Value? {
    guard problems.count < Self.most else {
      if problems.last != Self.andMore { problems.append(Self.andMore) }
      throw self
    }
    do { return try read() } catch let problem as DocumentProblem {
      problems.append(problem)
    } catch let found as DocumentProblems {
      problems += found.problems
    }
    return nil
  }

  /// Says of what is kept so far which application it is about.
  public mutating func concern(application: String) {
    for index in problems.indices where problems[index].application == nil {
      problems[index].application = application
    }
  }

  /// Throws one problem as it is, and several together.
  public func throwIfAny() throws {
    if problems.count == 1, let only = problems.first { throw only }
    if !problems.isEmpty { throw self }
  }

  /// A line each.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
