import CodeDeployNotifications
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import CurlTransport

/// Mail servers without an answer, and callers that don't wait for one.
@Suite struct MailFailureTests {
  @Test("A server that doesn't offer STARTTLS gets nothing")
  func noStartTLS() async throws {
    try await MailServer.run { server in
      let login = MailRequest.Login(username: "ci", password: Secret("hush"))
      let failure = try await withMail {
        await $0.failure(of: .test(server.port, security: .starttls, login: login))
      }
      #expect(failure?.kind == .tls)
      #expect(
        failure?.description
          == "127.0.0.1:\(server.port) doesn't offer STARTTLS, so nothing was sent")
      #expect(server.lines.allSatisfy { $0.hasPrefix("EHLO") || $0 == "QUIT" }, "\(server.lines)")
    }
  }

  @Test("A server that can't do STARTTLS just now says so")
  func refusedStartTLS() async throws {
    try await MailServer.run { line in
      switch line.prefix(5) {
      case "EHLO ": .say("250-localhost\r\n250 STARTTLS")
      case "START": .say("454 4.7.0 No entropy")
      default: nil
      }
    } during: { server in
      let answer = try await withMail {
        try await $0.send(.test(server.port, security: .starttls))
      }
      #expect(answer.outcome == .refused(MailReply(454, "4.7.0 No entropy"), at: .security))
      #expect(!server.lines.contains { $0.hasPrefix("MAIL") })
    }
  }

  @Test("The CA bundle decides about a mail server too")
  func trust() async throws {
    try await TLSServer.run { server in
      var request = MailRequest.test(server.port, security: .tls, timeout: .seconds(1))
      request.host = "localhost"
      for bundle in [nil, server.otherBundle] {
        let failure = try await withMail(caBundle: bundle) { [request] in
          await $0.failure(of: request)
        }
        #expect(failure?.kind == .tls)
        #expect(failure?.description.contains("localhost:\(server.port) is not trusted") == true)
      }
      // That server speaks HTTP and waits for a request: there is TLS, but no greeting.
      let failure = try await withMail(caBundle: server.caBundle) { [request] in
        await $0.failure(of: request)
      }
      #expect(failure?.kind == .timedOut)
    }
  }

  @Test(
    "A connection that ends early brought no answer",
    arguments: [MailServer.arrival, "EHLO", "MAIL", "RCPT", "DATA", "."])
  func cut(line: String) async throws {
    try await MailServer.run { asked in
      asked.hasPrefix(line) ? .hangUp() : nil
    } during: { server in
      let failure = try await withMail { await $0.failure(of: .test(server.port)) }
      #expect(failure?.kind == .broken, "\(String(describing: failure))")
      #expect(server.connections == 1)
    }
  }

  @Test(
    "A server that falls silent costs the time-out and no more",
    arguments: [MailServer.arrival, "EHLO", "RCPT", "DATA", "."])
  func silence(line: String) async throws {
    try await MailServer.run { asked in
      asked.hasPrefix(line) ? .silence() : nil
    } during: { server in
      let failure = try await withMail {
        await $0.failure(of: .test(server.port, timeout: .milliseconds(300)))
      }
      #expect(failure?.kind == .timedOut)
      let words =
        line == MailServer.arrival
        ? "did not greet within 300 ms; a port that begins with TLS, such as 465, needs security=tls"
        : "did not answer within 300 ms"
      #expect(failure?.description == "127.0.0.1:\(server.port) \(words)")
    }
  }

  @Test("Of a server that doesn't begin TLS isn't said that it wants TLS")
  func silentTLS() async throws {
    try await MailServer.run { _ in
      .silence()
    } during: { server in
      let failure = try await withMail {
        await $0.failure(of: .test(server.port, security: .tls, timeout: .milliseconds(300)))
      }
      #expect(failure?.description == "can't connect to 127.0.0.1:\(server.port) within 300 ms")
    }
  }

  @Test(
    "A reply to a login that means neither yes nor no is told with its code",
    arguments: [("250 OK", 250), ("334 more", 334), ("221 Bye", 221)])
  func oddLogin(reply: String, code: Int) async throws {
    try await MailServer.run { line in
      // Lines within the login come in base64.
      ["EHLO", "QUIT"].contains(line.prefix(4)) || line == MailServer.arrival ? nil : .say(reply)
    } during: { server in
      let login = MailRequest.Login(username: "ci", password: Secret("hush"))
      let failure = try await withMail { await $0.failure(of: .test(server.port, login: login)) }
      #expect(
        failure?.description
          == "127.0.0.1:\(server.port) answered the login with \(code), which neither accepts nor "
          + "refuses it")
    }
  }

  @Test("A server that doesn't say goodbye has the mail all the same")
  func noFarewell() async throws {
    try await MailServer.run {
      $0 == "QUIT" ? .silence() : nil
    } during: { server in
      let answer = try await withMail { try await $0.send(.test(server.port)) }
      #expect(answer.outcome == .taken(MailReply(250, "OK")))
    }
  }

  @Test("A server that hangs over a mail holds up neither requests nor other mails")
  func isolation() async throws {
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    try await MailServer.run { line in
      guard line == MailServer.end else { return nil }
      arrival.yield()
      return .silence()
    } during: { hanging in
      try await MailServer.run { server in
        try await LoopbackServer.run { web in
          try await CurlEngine.withEngine(configuration: .test) { engine in
            let mail = engine.mailClient()
            let stuck = Task { try await mail.send(.test(hanging.port, timeout: .seconds(600))) }
            for await _ in arrivals { break }
            let answer = try await mail.send(.test(server.port))
            #expect(answer.outcome == .taken(MailReply(250, "OK")))
            try await #expect(engine.client().send(HTTPRequest(.get, web.url)).status == 200)
            stuck.cancel()
            await #expect(throws: CancellationError.self) { try await stuck.value }
          }
        }
      }
    }
  }

  @Test("A mail that is cancelled halfway isn't ended as if it were whole")
  func cancelledHalfway() async throws {
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    try await MailServer.run { line in
      guard line == "DATA" else { return nil }
      arrival.yield()
      return .silence("")
    } during: { server in
      try await withMail { client in
        let task = Task { try await client.send(.test(server.port, timeout: .seconds(600))) }
        for await _ in arrivals { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
      }
      // The engine has ended, with its threads and connections.
      for _ in 0..<2000 where server.openConnections > 0 {
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(server.openConnections == 0 && server.messages.isEmpty)
    }
  }

  @Test("A shutdown answers those whose mail is under way, and those who come later")
  func shutdown() async throws {
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    try await MailServer.run { _ in
      arrival.yield()
      return .silence()
    } during: { server in
      let engine = try CurlEngine(configuration: .test)
      let client = engine.mailClient()
      let request = MailRequest.test(server.port, timeout: .seconds(600))
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<3 {
          group.addTask { #expect(await client.failure(of: request)?.kind == .broken) }
        }
        for await _ in arrivals { break }
        await engine.shutdown()
      }
      #expect(await client.failure(of: request)?.kind == .broken)
    }
  }

  @Test("A server that never stops talking is cut off")
  func endless() async throws {
    let line = "250-" + String(repeating: "x", count: 500) + "\r\n"
    try await MailServer.run { asked in
      asked.hasPrefix("EHLO") ? .silence(String(repeating: line, count: 2000)) : nil
    } during: { server in
      let failure = try await withMail { await $0.failure(of: .test(server.port)) }
      // libcurl has a limit of its own, which a burst exceeds first.
      #expect(failure?.kind == .tooLarge || failure?.kind == .broken)
    }
  }

  @Test("What isn't SMTP is no answer")
  func nonsense() async throws {
    try await MailServer.run { _ in
      .hangUp("HTTP/1.1 400 Bad Request\r\n")
    } during: { server in
      let failure = try await withMail { await $0.failure(of: .test(server.port)) }
      #expect(failure?.kind == .broken)
    }
  }

  @Test("A port that no server listens on is told as refusing the connection")
  func unreachable() async throws {
    let port = try Socket.unusedPort()
    let failure = try await withMail { await $0.failure(of: .test(Int(port))) }
    #expect(failure?.kind == .unreachable)
    #expect(failure?.description == "can't connect to 127.0.0.1:\(port): connection refused")
  }

  private static let invalid: [(String, @Sendable (inout MailRequest) -> Void)] = [
    ("no recipient", { $0.recipients = [] }),
    ("a command in an address", { $0.recipients = ["a@b.c>\r\nRCPT TO:<eve@e.example"] }),
    ("a blank in an address", { $0.sender = "a b@c.d" }),
    ("an address beyond ASCII", { $0.sender = "ä@c.d" }),
    ("a line end in a header", { $0.headers = [HTTPField("Subject", "a\r\nBcc: eve@e.example")] }),
    ("an umlaut in a header", { $0.headers = [HTTPField("Subject", "ä")] }),
    ("an empty header", { $0.headers = [HTTPField("Subject", "")] }),
    ("a header's name", { $0.headers = [HTTPField("Sub:ject", "a")] }),
    ("a header of the body", { $0.headers = [HTTPField("Content-Type", "text/html")] }),
    ("a zero byte", { $0.text = "a\0b" }),
    ("a host", { $0.host = "a/b" }),
    ("a port", { $0.port = 0 }),
    ("an empty user", { $0.login = .init(username: "", password: Secret("p")) }),
  ]

  @Test("What would arrive as something else isn't sent", arguments: invalid.indices)
  func rules(index: Int) async throws {
    try await MailServer.run { server in
      var request = MailRequest.test(server.port)
      Self.invalid[index].1(&request)
      let failure = try await withMail { [request] in await $0.failure(of: request) }
      #expect(failure?.kind == .invalidRequest, "\(Self.invalid[index].0)")
      #expect(server.connections == 0)
    }
  }
}
