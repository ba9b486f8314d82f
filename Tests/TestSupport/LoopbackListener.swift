import Foundation
import Synchronization

/// Accepts connections on loopback, with a thread for each.
package final class LoopbackListener: Sendable {
  package let port: UInt16
  private let descriptor: Int32

  private struct State {
    var open: Set<Int32> = []
    var accepted = 0
    var threads = 0
    var isStopped = false
  }
  private let state = Mutex(State())

  /// How many connections there were, and how many of them the client hasn't closed.
  package var connections: Int { state.withLock { $0.accepted } }
  package var openConnections: Int { state.withLock { $0.open.count } }

  package init() throws { (descriptor, port) = try Socket.listen() }

  /// Accepts connections during `body`; all threads have ended when this returns.
  ///
  /// - Parameter serve: Serves a connection, by its descriptor and its number from 0. Afterwards it
  ///   is closed.
  package func run<Result>(
    _ serve: @escaping @Sendable (_ descriptor: Int32, _ number: Int) -> Void,
    isolation: isolated (any Actor)? = #isolation, during body: () async throws -> Result
  ) async throws -> Result {
    state.withLock { $0.threads += 1 }
    Thread { [self] in acceptAll(serve) }.start()
    do {
      let result = try await body()
      try await stop()
      return result
    } catch {
      try await stop()
      throw error
    }
  }

  private func stop() async throws {
    state.withLock { state in
      state.isStopped = true
      shutdown(descriptor, Int32(SHUT_RDWR))
      for connection in state.open { shutdown(connection, Int32(SHUT_RDWR)) }
    }
    for _ in 0..<2000 where state.withLock({ $0.threads > 0 }) {
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  private func acceptAll(_ serve: @escaping @Sendable (Int32, Int) -> Void) {
    while true {
      let connection = accept(descriptor, nil, nil)
      let number = state.withLock { state -> Int? in
        guard connection >= 0, !state.isStopped else { return nil }
        state.open.insert(connection)
        state.threads += 1
        state.accepted += 1
        return state.accepted - 1
      }
      guard let number else {
        if connection >= 0 { close(connection) }
        break
      }
      Thread { [self] in
        serve(connection, number)
        state.withLock { state in
          state.open.remove(connection)
          close(connection)
          state.threads -= 1
        }
      }.start()
    }
    close(descriptor)
    state.withLock { $0.threads -= 1 }
  }
}
