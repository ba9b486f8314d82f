import Synchronization

/// The warnings of a run, each once.
final class SharedWarnings: Sendable {
  private let warnings = Mutex<Set<String>>([])

  func add(_ warning: String) { warnings.withLock { _ = $0.insert(warning) } }

  var all: [String] { warnings.withLock { $0.sorted() } }
}
