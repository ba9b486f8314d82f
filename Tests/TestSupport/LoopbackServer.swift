import Foundation
import Synchronization

/// A server on loopback whose answers a test defines byte by byte. It has a thread for each
/// connection, and every wait on a socket has a time limit.
package final class LoopbackServer: Sendable {
  /// A request as it came.
  package struct Request: Sendable {
    /// The number of the connection, from 0, and the number of the request in it.
    package var connection: Int
    package var number: Int
    package var line: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }

  /// The server's reaction to a request.
  package enum Reply: Sendable {
    case keepOpen([UInt8])
    case thenClose([UInt8])
    /// Sends this, and nothing more until the client hangs up.
    case thenHang([UInt8])

    package static func ok(_ body: String = "") -> Reply {
      .keepOpen(Array("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8))
    }
  }

  package let port: UInt16
  private let listener: Int32
  private let answer: @Sendable (Request) -> Reply

  private struct State {
    var requests: [Request] = []
    var open: Set<Int32> = []
    var accepted = 0
    var threads = 1
    var isStopped = false
  }
  private let state = Mutex(State())

  package var url: String { "http://127.0.0.1:\(port)" }
  package var requests: [Request] { state.withLock { $0.requests } }
  /// How many connections there were, and how many of them the client hasn't closed.
  package var connections: Int { state.withLock { $0.accepted } }
  package var openConnections: Int { state.withLock { $0.open.count } }

  /// Runs a server during `body`; its threads have ended when this returns.
  package static func run<Result>(
    _ answer: @escaping @Sendable (Request) -> Reply = { _ in .ok() },
    isolation: isolated (any Actor)? = #isolation,
    during body: (LoopbackServer) async throws -> Result
  ) async throws -> Result {
    let server = try LoopbackServer(answer)
    do {
      let result = try await body(server)
      try await server.stop()
      return result
    } catch {
      try await server.stop()
      throw error
    }
  }

  private init(_ answer: @escaping @Sendable (Request) -> Reply) throws {
    let (listener, port) = try Socket.listen()
    self.listener = listener
    self.port = port
    self.answer = answer
    Thread { [self] in acceptAll() }.start()
  }

  private func stop() async throws {
    state.withLock { state in
      state.isStopped = true
      shutdown(listener, Int32(SHUT_RDWR))
      for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
    for _ in 0..<2000 where state.withLock({ $0.threads > 0 }) {
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  private func acceptAll() {
    while true {
      let descriptor = accept(listener, nil, nil)
      let index = state.withLock { state -> Int? in
        guard descriptor >= 0, !state.isStopped else { return nil }
        state.open.insert(descriptor)
        state.threads += 1
        state.accepted += 1
        return state.accepted - 1
      }
      guard let index else {
        if descriptor >= 0 { close(descriptor) }
        break
      }
      Thread { [self] in serve(descriptor, index) }.start()
    }
    close(listener)
    state.withLock { $0.threads -= 1 }
  }

  private func serve(_ descriptor: Int32, _ index: Int) {
    var reader = Socket.Reader(descriptor: descriptor)
    var number = 0
    connection: while let request = reader.next(connection: index, number: number) {
      number += 1
      state.withLock { $0.requests.append(request) }
      switch answer(request) {
      case .keepOpen(let bytes):
        guard Socket.send(bytes, to: descriptor) else { break connection }
      case .thenClose(let bytes):
        _ = Socket.send(bytes, to: descriptor)
        break connection
      case .thenHang(let bytes):
        _ = Socket.send(bytes, to: descriptor)
        reader.waitForEnd()
        break connection
      }
    }
    state.withLock { state in
      state.open.remove(descriptor)
      close(descriptor)
      state.threads -= 1
    }
  }
}
