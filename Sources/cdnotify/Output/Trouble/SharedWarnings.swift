import Synchronization

/// The warnings of a run, each once.
final class SharedWarnings: Sendable {
  private let warnings = Mutex<Set<String>>([])

  /// Adds a warning. Returns whether it is new.
  @discardableResult
  func add(_ warning: String) -> Bool { warnings.withLock { $0.insert(warning).inserted } }

  var all: [String] { warnings.withLock { $0.sorted() } }
}
