import CodeDeployNotifications
import Foundation
import Testing

@testable import CurlTransport

extension MailRequest {
  /// A mail to a server on this machine.
  static func test(
    _ port: Int, to recipients: [String] = ["ada@example.com"],
    security: Security = .none, login: Login? = nil, timeout: Duration = .seconds(60)
  ) -> MailRequest {
    MailRequest(
      host: "127.0.0.1", port: port, security: security, login: login,
      sender: "ci@example.com", recipients: recipients,
      headers: [HTTPField("Subject", "Hello"), HTTPField("Message-ID", "<1@example.com>")],
      text: "Hi", html: "<p>Hi</p>", timeout: timeout)
  }
}

func withMail<Result>(
  caBundle: String? = nil, isolation: isolated (any Actor)? = #isolation,
  _ body: (MailClient) async throws -> Result
) async throws -> Result {
  try await CurlEngine.withEngine(configuration: .test) { engine in
    try await body(engine.mailClient(caBundle: caBundle))
  }
}

extension MailClient {
  func failure(
    of request: MailRequest, sourceLocation: SourceLocation = #_sourceLocation
  ) async -> HTTPFailure? {
    await #expect(throws: HTTPFailure.self, sourceLocation: sourceLocation) {
      try await send(request)
    }
  }
}

/// What a mail server is sent, and what its replies lead to.
@Suite struct MailTests {
  private let login = MailRequest.Login(username: "ci", password: Secret("pä ss"))

  @Test("A mail is given to a server for every recipient, in one go")
  func dialogue() async throws {
    try await MailServer.run { server in
      let answer = try await withMail {
        try await $0.send(.test(server.port, to: ["ada@example.com", "bob@example.com"]))
      }
      #expect(answer.outcome == .taken(MailReply(250, "OK")))
      #expect(answer.recipients.map(\.address) == ["ada@example.com", "bob@example.com"])
      #expect(answer.recipients.allSatisfy { $0.reply == MailReply(250, "OK") })
      #expect(
        server.lines.dropFirst() == [
          "MAIL FROM:<ci@example.com>", "RCPT TO:<ada@example.com>", "RCPT TO:<bob@example.com>",
          "DATA", "QUIT",
        ])
      #expect(server.lines.first?.hasPrefix("EHLO ") == true)
    }
  }

  @Test("A message has both parts, each encoded, and lines that fit")
  func message() async throws {
    try await MailServer.run { server in
      var request = MailRequest.test(server.port)
      let long = String(repeating: "wörter ", count: 40)
      request.headers.append(
        HTTPField(
          "References", (1...9).map { "<root-\($0)@mail.example.com>" }.joined(separator: " ")))
      request.text = "Grüße 🚀\n.\n..two dots\n\(long)\ntrailing \n"
      request.html = "<p>\(long)</p>\n.\n"
      let answer = try await withMail { [request] in try await $0.send(request) }
      #expect(answer.outcome == .taken(MailReply(250, "OK")))

      let message = try #require(server.messages.first)
      let lines = message.components(separatedBy: "\r\n")
      let isBoundary = { (line: String) in line.contains("; boundary=") }
      #expect(lines.allSatisfy { $0.utf8.count <= 78 || isBoundary($0) }, "\(message)")
      #expect(lines.filter(isBoundary).count == 1)
      #expect(message.utf8.allSatisfy { $0 < 0x80 })
      #expect(lines.contains("Subject: Hello") && lines.contains("Message-ID: <1@example.com>"))
      let folded = try #require(lines.firstIndex { $0.hasPrefix("References: <root-1@") })
      #expect(lines[folded + 1].hasPrefix(" <root-"))
      #expect(message.contains("Mime-Version: 1.0"))
      #expect(message.contains("Content-Type: multipart/alternative; boundary="))
      #expect(message.contains("Content-Type: text/plain; charset=utf-8"))
      #expect(message.contains("Content-Type: text/html; charset=utf-8"))
      #expect(message.contains("Content-Transfer-Encoding: quoted-printable"))
      #expect(message.contains("Gr=C3=BC=C3=9Fe =F0=9F=9A=80\r\n"))
      // A dot alone would end the message: SMTP doubles it (RFC 5321, 4.5.2).
      #expect(message.contains("\r\n..\r\n...two dots\r\n"))
      #expect(message.contains("trailing=20\r\n"))
    }
  }

  @Test("A refused recipient doesn't keep the mail from the others, and is named")
  func refusedRecipient() async throws {
    try await MailServer.run { line in
      if line.contains("bob@") { return .say("550-5.1.1 No\r\n550 5.1.1 such user") }
      return line.contains("eve@") ? .say("451 4.7.1 Greylisted") : nil
    } during: { server in
      let answer = try await withMail {
        try await $0.send(
          .test(server.port, to: ["bob@example.com", "ada@example.com", "eve@example.com"]))
      }
      #expect(answer.outcome == .taken(MailReply(250, "OK")))
      #expect(
        answer.recipients == [
          .init("bob@example.com", MailReply(550, "5.1.1 No 5.1.1 such user")),
          .init("ada@example.com", MailReply(250, "OK")),
          .init("eve@example.com", MailReply(451, "4.7.1 Greylisted")),
        ])
      #expect(server.messages.count == 1)
    }
  }

  @Test("Where nobody is accepted nothing is sent")
  func nobody() async throws {
    try await MailServer.run { line in
      line.contains("bob@") ? .say("550 No") : line.contains("ada@") ? .say("450 Later") : nil
    } during: { server in
      let answer = try await withMail {
        try await $0.send(.test(server.port, to: ["ada@example.com", "bob@example.com"]))
      }
      #expect(answer.outcome == .refused(MailReply(550, "No"), at: .recipients))
      #expect(answer.recipients.map(\.reply.code) == [450, 550])
      #expect(server.messages.isEmpty && !server.lines.contains("DATA"))
    }
  }

  @Test(
    "A server's no is told with where it was said",
    arguments: [
      (MailServer.arrival, "421 Too busy", MailAnswer.Stage.greeting),
      (MailServer.arrival, "554 No service", .greeting),
      ("MAIL", "452 No space", .sender), ("MAIL", "550 Not from you", .sender),
      ("DATA", "451 Not now", .message), (".", "451 Scanner is down", .message),
      (".", "554 Looks like spam", .message),
    ])
  func refusals(line: String, reply: String, stage: MailAnswer.Stage) async throws {
    try await MailServer.run { asked in
      asked.hasPrefix(line) ? .say(reply) : nil
    } during: { server in
      let answer = try await withMail { try await $0.send(.test(server.port)) }
      let code = try #require(Int(reply.prefix(3)))
      #expect(
        answer.outcome == .refused(MailReply(code, String(reply.dropFirst(4))), at: stage))
    }
  }

  @Test("A login is sent where the server offers one", arguments: ["PLAIN", "LOGIN"])
  func login(mechanism: String) async throws {
    try await MailServer.run { line in
      if line.hasPrefix("EHLO") { return .say("250-localhost\r\n250 AUTH \(mechanism) NTLM") }
      return line == Data("ci".utf8).base64EncodedString() ? .say("334 ") : nil
    } during: { server in
      let answer = try await withMail {
        try await $0.send(.test(server.port, login: login))
      }
      #expect(answer.outcome == .taken(MailReply(250, "OK")))
      let password = Data("pä ss".utf8).base64EncodedString()
      let plain = Data("\0ci\0pä ss".utf8).base64EncodedString()
      #expect(server.lines.contains("AUTH \(mechanism)"))
      #expect(server.lines.contains(mechanism == "PLAIN" ? plain : password))
    }
  }

  @Test("A refused login is told, and nothing that looks like a command within one misleads")
  func refusedLogin() async throws {
    try await MailServer.run { line in
      line == Data("\0ci\0DATA".utf8).base64EncodedString() ? .say("535 5.7.8 Wrong") : nil
    } during: { server in
      let login = MailRequest.Login(username: "ci", password: Secret("DATA"))
      let answer = try await withMail {
        try await $0.send(.test(server.port, login: login))
      }
      #expect(answer.outcome == .refused(MailReply(535, "5.7.8 Wrong"), at: .login))
      #expect(server.messages.isEmpty)
    }
  }

  @Test(
    "Without a way to log in nothing is sent",
    arguments: ["250 localhost", "250-localhost\r\n250 AUTH GSSAPI NTLM XOAUTH2"])
  func noLogin(hello: String) async throws {
    try await MailServer.run { line in
      line.hasPrefix("EHLO") ? .say(hello) : nil
    } during: { server in
      let answer = try await withMail {
        try await $0.send(.test(server.port, login: login))
      }
      #expect(answer.outcome == .offersNoLogin)
      #expect(!server.lines.contains { $0.hasPrefix("MAIL") })
    }
  }
}
