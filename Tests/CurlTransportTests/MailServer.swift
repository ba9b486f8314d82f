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

  let port: Int
  private let listener: Int32
  private let answer: @Sendable (String) -> Reply?

  private struct State {
    var lines: [String] = []
    var messages: [String] = []
    var connections = 0
    var open: Set<Int32> = []
    var threads = 1
    var isStopped = false
  }
  private let state = Mutex(State())

  /// The lines that came, without the messages' own.
  var lines: [String] { state.withLock { $0.lines } }
  var messages: [String] { state.withLock { $0.messages } }
  var connections: Int { state.withLock { $0.connections } }
  var openConnections: Int { state.withLock { $0.open.count } }

  /// Runs a server during `body`. `answer` is called for every line; for `nil` the server replies
  /// like one that accepts everything.
  static func run<Result>(
    _ answer: @escaping @Sendable (String) -> Reply? = { _ in nil },
    isolation: isolated (any Actor)? = #isolation,
    during body: (MailServer) async throws -> Result
  ) async throws -> Result {
    let server = try MailServer(answer)
    do {
      let result = try await body(server)
      try await server.stop()
      return result
    } catch {
      try await server.stop()
      throw error
    }
  }

  private init(_ answer: @escaping @Sendable (String) -> Reply?) throws {
    let (listener, port) = try Socket.listen()
    self.listener = listener
    self.port = Int(port)
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
      let goesOn = state.withLock { state -> Bool in
        guard descriptor >= 0, !state.isStopped else { return false }
        state.open.insert(descriptor)
        state.threads += 1
        state.connections += 1
        return true
      }
      guard goesOn else {
        if descriptor >= 0 { close(descriptor) }
        break
      }
      Thread { [self] in serve(descriptor) }.start()
    }
    close(listener)
    state.withLock { $0.threads -= 1 }
  }

  private func serve(_ descriptor: Int32) {
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
    state.withLock { state in
      state.open.remove(descriptor)
      close(descriptor)
      state.threads -= 1
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
