/// All problems of a document, in its order, so that whoever wrote it can fix them at once.
public struct DocumentProblems: Error, Sendable, Hashable, CustomStringConvertible {
  /// In the order of the document.
  public private(set) var problems: [DocumentProblem] = []

  /// Nobody reads more at once, and each problem costs a search for the name that may be meant.
  static let most = 1000
  private static let andMore = DocumentProblem("", "there are more mistakes; fix these first")

  /// No problems.
  public init() {}

  /// Adds a problem.
  public mutating func add(_ problem: DocumentProblem) { problems.append(problem) }

  /// Returns what `read` returns, or `nil` where it threw problems, which are added. Rethrows other
  /// errors, and throws the problems themselves once there are too many.
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

  /// Sets the application that the problems so far are about.
  public mutating func concern(application: String) {
    for index in problems.indices where problems[index].application == nil {
      problems[index].application = application
    }
  }

  /// Throws a single problem as `DocumentProblem`, and several together.
  public func throwIfAny() throws {
    if problems.count == 1, let only = problems.first { throw only }
    if !problems.isEmpty { throw self }
  }

  /// One line for each problem.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
