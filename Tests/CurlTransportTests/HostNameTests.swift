import CodeDeployNotifications
import Testing

@testable import CurlTransport

/// The name for greeting mail servers.
@Suite struct HostNameTests {
  @Test(
    "A greeting has the host's whole name, as far as there is one",
    arguments: [
      ("ip-10-0-0-1.ec2.internal", nil, "ip-10-0-0-1.ec2.internal"),
      ("web1.example.com.", nil, "web1.example.com"),
      ("web1", "web1.example.com", "web1.example.com"),
      ("web1", nil, "web1"), ("web1", "web1", "web1"), ("web1", "a b.example", "web1"),
      ("web 1", "x.example.com", nil), (nil, "x.example.com", nil), ("", nil, nil),
    ] as [(String?, String?, String?)])
  func full(system: String?, canonical: String?, name: String?) {
    #expect(HostName.full(system: { system }, canonical: { _ in canonical }) == name)
  }

  @Test(
    "A server that wants a whole name gets it",
    arguments: [
      (nil, "ip-10-0-0-1.ec2.internal"), ("mail.example.com", "mail.example.com"),
      ("[192.0.2.1]", "[192.0.2.1]"), ("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"),
    ]
      as [(String?, String)])
  func greeting(hello: String?, told: String) async throws {
    try await MailServer.run { line in
      line.hasPrefix("EHLO") && line != "EHLO \(told)" ? .say("504 5.5.2 Need a whole name") : nil
    } during: { server in
      var request = MailRequest.test(server.port)
      request.hello = hello
      var configuration = CurlEngine.Configuration.test
      configuration.hostName = { "ip-10-0-0-1.ec2.internal" }
      let answer = try await CurlEngine.withEngine(configuration: configuration) { engine in
        try await engine.mailClient().send(request)
      }
      #expect(answer.outcome == .taken(MailReply(250, "OK")))
      #expect(server.lines.first == "EHLO \(told)")
    }
  }

  @Test(
    "A name that would make a command of its own is none", arguments: ["", "a b", "a\r\nMAIL", "ä"])
  func noName(hello: String) async throws {
    var request = MailRequest.test(9)
    request.hello = hello
    let failure = try await withMail { await $0.failure(of: request) }
    #expect(failure?.kind == .invalidRequest)
  }
}
