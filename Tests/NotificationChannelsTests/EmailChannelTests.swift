import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

extension ChannelSample {
  static let email = [
    ChannelSample(
      label: "email", type: "email",
      settings: [
        "host": ["smtp.example.com"], "username": ["ci@example.com"],
        "password": ["pass/word \"42\" & more"], "from": ["ci@example.com"],
        "to": ["ada@example.com"],
      ],
      transport: .mail, readsBody: false, secrets: ["pass/word \"42\" & more"])
  ]
}

@Suite struct EmailChannelTests {
  private static let settings: [String: [String]] = [
    "host": ["smtp.example.com"], "from": ["Deploy Bot <ci@example.com>"],
    "to": ["ada@example.com", "Bob Ö <bob@example.com>"], "cc": ["eve@example.com"],
  ]

  private func send(
    _ changes: [String: [String]] = [:], _ message: ChannelMessage = Sample.message(),
    deployer: @escaping @Sendable () async throws -> String? = { nil }
  ) async throws -> MailRequest {
    let provider = Provider(mail: [])
    let channel = try channel("email", Self.settings.merging(changes) { $1 })
    _ = try await channel.deliver(message, with: provider.services(deployer: deployer))
    return try #require(await provider.mails.first)
  }

  @Test("A mail's header says who, to whom, what, and what it belongs to") func header()
    async throws
  {
    let mail = try await send(["reply_to": ["team@example.com"]])
    #expect(
      mail.headers.map { "\($0.name): \($0.value)" } == [
        "Date: Fri, 15 Jan 2027 08:00:00 +0000",
        "From: Deploy Bot <ci@example.com>",
        "To: ada@example.com, =?utf-8?B?Qm9iIMOW?= <bob@example.com>",
        "Cc: eve@example.com",
        "Reply-To: team@example.com",
        "Subject: checkout succeeded",
        "Message-ID: <key-1@example.com>",
        "In-Reply-To: <deployment.eu-west-1.d-A1B2C3D4E@example.com>",
        "References: <deployment.eu-west-1.d-A1B2C3D4E@example.com>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: OOF, AutoReply",
      ])
    #expect(mail.sender == "ci@example.com")
    #expect(mail.recipients == ["ada@example.com", "bob@example.com", "eve@example.com"])
    #expect(mail.text == "checkout is live.\nIt took 4m.")
  }

  @Test("A rollback's mail belongs to what it rolls back too") func rollback() async throws {
    let mail = try await send(
      [:], Sample.message { $0.rollback = .init(triggeredBy: "d-BROKEN000") })
    let references = mail.headers.first { $0.name == "References" }
    #expect(
      references?.value == "<deployment.eu-west-1.d-BROKEN000@example.com> "
        + "<deployment.eu-west-1.d-A1B2C3D4E@example.com>")
  }

  @Test("A time doesn't change what an attempt is called") func stable() async throws {
    let provider = Provider(mail: [])
    let channel = try channel("email", Self.settings)
    for seconds in [0, 600.0] {
      let services = provider.services(now: Sample.now.addingTimeInterval(seconds))
      _ = try await channel.deliver(Sample.message(), with: services)
    }
    let mails = await provider.mails
    let names = mails.map { $0.headers.first { $0.name == "Message-ID" }?.value }
    #expect(names == ["<key-1@example.com>", "<key-1@example.com>"])
  }

  @Test(
    "The port follows the security",
    arguments: [
      (["security": ["none"]], MailRequest.Security.none, 25), ([:], .starttls, 587),
      (["security": ["tls"]], .tls, 465), (["security": ["tls"], "port": ["2465"]], .tls, 2465),
    ] as [([String: [String]], MailRequest.Security, Int)])
  func ports(changes: [String: [String]], security: MailRequest.Security, port: Int) async throws {
    let mail = try await send(changes)
    #expect(mail.security == security && mail.port == port && mail.host == "smtp.example.com")
    #expect(mail.login == nil)
  }

  @Test("A login is handed on") func login() async throws {
    let mail = try await send(["username": ["ci"], "password": ["hush"]])
    #expect(mail.login?.username == "ci" && mail.login?.password.revealed == "hush")
  }

  @Test("An address that is there twice gets the mail once") func twice() async throws {
    let mail = try await send(
      ["to": ["ada@example.com", "deployer"], "cc": ["Ada@Example.com", "eve@example.com"]],
      deployer: { "ADA@example.com" })
    #expect(mail.recipients == ["ADA@example.com", "eve@example.com"])
  }

  @Test(
    "The deployer is whoever pushed, else the fallback",
    arguments: [
      ("ada@example.com", [String](), ["ada@example.com"]),
      ("ada@example.com", ["duty@example.com"], ["ada@example.com"]),
      (nil, ["duty@example.com"], ["duty@example.com"]),
      // A description may name something that isn't an address.
      ("ada@example.com>\r\nRCPT TO:<eve@e.example", ["duty@example.com"], ["duty@example.com"]),
      ("the CI", ["duty@example.com"], ["duty@example.com"]),
    ] as [(String?, [String], [String])])
  func deployer(found: String?, fallback: [String], recipients: [String]) async throws {
    var changes: [String: [String]] = ["to": ["deployer"], "cc": ["eve@example.com"]]
    if !fallback.isEmpty { changes["deployer_fallback"] = fallback }
    let mail = try await send(changes, deployer: { found })
    #expect(mail.recipients == recipients + ["eve@example.com"])
    #expect(mail.headers.first { $0.name == "To" }?.value == recipients[0])
  }

  @Test("Where the deployer isn't known, others get the mail, and nobody is a failure")
  func unknownDeployer() async throws {
    let provider = Provider(mail: [])
    let both = try channel("email", Self.settings.merging(["to": ["deployer"]]) { $1 })
    let sent = try await Outcome.of {
      try await both.deliver(Sample.message(), with: provider.services())
    }
    #expect(
      sent == .sent("250 2.0.0 OK id=1; nobody knows who pushed the deployment"))
    #expect(await provider.mails.first?.recipients == ["eve@example.com"])

    var settings = Self.settings
    settings["to"] = ["deployer"]
    settings["cc"] = nil
    let alone = try channel("email", settings)
    let refused = try await Outcome.of {
      try await alone.deliver(Sample.message(), with: provider.services())
    }
    #expect(
      refused
        == .failed(
          .refused, "nobody knows who pushed the deployment, and no deployer_fallback is set"))

    let later = DeliveryFailure(.tryAgain(after: nil), "CloudTrail is late")
    let waiting = try await Outcome.of {
      try await alone.deliver(
        Sample.message(), with: provider.services(deployer: { throw later }))
    }
    #expect(waiting == .failed(.tryAgain(after: nil), "CloudTrail is late"))
  }

  @Test(
    "What can't work is refused when it is registered",
    arguments: [
      (["from": ["ci"]], "from"), (["from": ["a@b.c\r\nBcc: eve@e.example"]], "from"),
      (["to": ["ada@example.com", "no one"]], "to"), (["to": ["Deployer"]], "to"),
      (["to": ["ä@example.com"]], "to"), (["cc": ["deployer"]], "cc"),
      (["reply_to": ["@"]], "reply_to"),
      (["deployer_fallback": ["duty@example.com"]], "deployer_fallback"),
      (["to": ["deployer"], "deployer_fallback": ["x"]], "deployer_fallback"),
      (["username": ["ci"]], "password"), (["password": ["p"]], "username"),
      (["to": (1...100).map { "a\($0)@example.com" }], "to"),
    ] as [([String: [String]], String)])
  func problems(changes: [String: [String]], setting: String) throws {
    let type = EmailChannel.self
    let values = SettingValues(
      Self.settings.merging(changes) { $1 }, settings: type.settings)
    let problem = #expect(throws: SettingProblem.self) { try type.checkAll(values) }
    #expect(problem?.setting == setting)
  }

  @Test("A mail in the clear is worth a warning, but not on this machine") func warning() throws {
    func warnings(_ changes: [String: [String]]) -> [String] {
      EmailChannel.warnings(
        SettingValues(Self.settings.merging(changes) { $1 }, settings: EmailChannel.settings))
    }
    #expect(warnings([:]) == [])
    #expect(
      warnings(["security": ["none"]])
        == ["security=none: the mail can be read on the way to smtp.example.com"])
    #expect(
      warnings(["security": ["none"], "username": ["u"], "password": ["p"]])
        == ["security=none: the mail and the password can be read on the way to smtp.example.com"])
    #expect(warnings(["security": ["none"], "host": ["localhost"]]) == [])
  }
}
