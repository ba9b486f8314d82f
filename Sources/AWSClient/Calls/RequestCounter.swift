import Synchronization

/// Counts the requests that were made, by service.
final class RequestCounter: Sendable {
  private let counts = Mutex<[String: Int]>([:])

  func add(_ service: String) {
    counts.withLock { $0[service, default: 0] += 1 }
  }

  func count(_ service: String) -> Int {
    counts.withLock { $0[service] ?? 0 }
  }
}
