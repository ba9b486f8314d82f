import Foundation
import Synchronization
import TestSupport

/// A mail server on loopback whose replies a test controls line by line. By default it accepts
/// every mail, and offers a login but no TLS.
final class MailServer: Sendable {
  /// The server's reaction to a line.
  enum Reply: Sendable {
    case say(String)
    case hangUp(String = "")
    /// Nothing more, until the client hangs up.
    case silence(String = "")
  }

  /// Moments other than commands: before the greeting, at a message's end, and at a line within a
  /// login.
  static let arrival = "(arrival)"
  static let end = "."

  private let listener: LoopbackListener
  private let answer: @Sendable (String) -> Reply?

  private struct State {
    var lines: [String] = []
    var messages: [String] = []
  }
  private let state = Mutex(State())

  var port: Int { Int(listener.port) }
  /// The lines that came, without the messages' own.
  var lines: [String] { state.withLock { $0.lines } }
  var messages: [String] { state.withLock { $0.messages } }
  var connections: Int { listener.connections }
  var openConnections: Int { listener.openConnections }

  /// Runs a server during `body`. `answer` is called for every line; for `nil` the server replies
  /// like one that accepts everything.
  static func run<Result>(
    _ answer: @escaping @Sendable (String) -> Reply? = { _ in nil },
    isolation: isolated (any Actor)? = #isolation,
    during body: (MailServer) async throws -> Result
  ) async throws -> Result {
    let server = try MailServer(answer)
    return try await server.listener.run(server.serve) { try await body(server) }
  }

  private init(_ answer: @escaping @Sendable (String) -> Reply?) throws {
    listener = try LoopbackListener()
    self.answer = answer
  }

  @Sendable private func serve(_ descriptor: Int32, _ number: Int) {
    var reader = Socket.Reader(descriptor: descriptor)
    var line: String? = Self.arrival
    while let asked = line, reply(to: asked, on: descriptor, &reader) {
      if asked == "DATA", let message = reader.text(upTo: "\r\n.\r\n") {
        state.withLock { $0.messages.append(message) }
        line = Self.end
      } else {
        line = reader.text(upTo: "\r\n")
        if let line { state.withLock { $0.lines.append(line) } }
      }
    }
  }

  /// Whether the dialogue continues.
  private func reply(
    to line: String, on descriptor: Int32, _ reader: inout Socket.Reader
  ) -> Bool {
    func send(_ text: String) -> Bool {
      Socket.send(Array((text.isEmpty ? "" : text + "\r\n").utf8), to: descriptor)
    }
    switch answer(line) ?? .say(Self.usual(line)) {
    case .say(let text): return send(text) && line != "QUIT"
    case .hangUp(let text):
      _ = send(text)
      return false
    case .silence(let text):
      _ = send(text)
      reader.waitForEnd()
      return false
    }
  }

  private static func usual(_ line: String) -> String {
    switch line.prefix(4) {
    case arrival.prefix(4): "220 localhost ESMTP"
    case "EHLO": "250-localhost\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN"
    case "DATA": "354 Go on"
    case "QUIT": "221 Bye"
    case "AUTH": "334 "
    case "MAIL", "RCPT", end: "250 OK"
    default: "235 Welcome"
    }
  }
}
