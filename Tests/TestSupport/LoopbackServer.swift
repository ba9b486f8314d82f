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

  private let listener: LoopbackListener
  private let answer: @Sendable (Request) -> Reply
  private let received = Mutex<[Request]>([])

  package var port: UInt16 { listener.port }
  package var url: String { "http://127.0.0.1:\(port)" }
  package var requests: [Request] { received.withLock { $0 } }
  /// How many connections there were, and how many of them the client hasn't closed.
  package var connections: Int { listener.connections }
  package var openConnections: Int { listener.openConnections }

  /// Runs a server during `body`; its threads have ended when this returns.
  package static func run<Result>(
    _ answer: @escaping @Sendable (Request) -> Reply = { _ in .ok() },
    isolation: isolated (any Actor)? = #isolation,
    during body: (LoopbackServer) async throws -> Result
  ) async throws -> Result {
    let server = try LoopbackServer(answer)
    return try await server.listener.run(server.serve) { try await body(server) }
  }

  private init(_ answer: @escaping @Sendable (Request) -> Reply) throws {
    listener = try LoopbackListener()
    self.answer = answer
  }

  @Sendable private func serve(_ descriptor: Int32, _ index: Int) {
    var reader = Socket.Reader(descriptor: descriptor)
    var number = 0
    connection: while let request = reader.next(connection: index, number: number) {
      number += 1
      received.withLock { $0.append(request) }
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
  }
}
