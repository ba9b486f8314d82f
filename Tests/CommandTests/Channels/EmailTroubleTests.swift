import Foundation
import Testing

/// Mails through a misbehaving server, and settings that can't work.
@Suite struct EmailTroubleTests {
  private func register(_ world: World, _ channels: String...) async throws {
    try await world.aws.applications(["checkout"])
    let run = try await world.cdnotify(
      ["register", "checkout"] + channels.flatMap { ["--channel", $0] })
    try #require(run.status == 0, "\(run.error)")
  }

  @Test("A server without STARTTLS gets neither mail nor password")
  func withoutSTARTTLS() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      try await register(
        world,
        "email,host=127.0.0.1,port=\(mail.scriptedPort),username=ci,password=hush,"
          + "from=ci@example.com,to=ada@example.com")
      try await world.aws.deploy("checkout")
      let poll = try await world.cdnotify("poll", "--deadline", "3s")
      #expect(poll.status == 75)
      #expect(poll.error.contains("doesn't offer STARTTLS, so nothing was sent"), "\(poll.error)")
      let commands = try await mail.commands()
      #expect(!commands.isEmpty && commands.allSatisfy { $0.hasPrefix("EHLO") || $0 == "QUIT" })
    }
  }

  @Test("A mail whose receipt was lost is sent again with the same Message-ID")
  func lostReceipt() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      try await register(world, mail.scriptedSpec + ",to=ada@example.com")
      try await world.aws.deploy("checkout")
      try await mail.script(#""at": "end", "do": "drop", "reply": "taken", "count": 1"#)
      let poll = try await world.cdnotify("poll", "--json")
      #expect(poll.status == 0, "\(poll.error)")
      #expect(try poll.json()["notifications"][0]["attempts"].int == 2)
      let messages = try await mail.messages(2)
      #expect(messages.count == 2)
      #expect(Set(messages.map { $0["headers"]["Message-ID"].string }).count == 1)
      for message in messages { #expect(message["problems"].array.isEmpty) }
    }
  }

  @Test("The next attempt goes only to the recipient who was deferred")
  func deferredRecipient() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      try await register(world, mail.scriptedSpec + ",to=ada@example.com,to=bob@example.com")
      try await world.aws.deploy("checkout")
      try await mail.script(#""at": "RCPT TO:<bob", "reply": "452 4.2.2 Full", "count": 1"#)
      let poll = try await world.cdnotify("poll", "--json")
      #expect(poll.status == 0, "\(poll.error)")
      #expect(
        try await mail.messages(2).map { $0["recipients"].array.compactMap(\.string) }
          == [["ada@example.com"], ["bob@example.com"]])
    }
  }

  @Test("A mail server that doesn't answer delays no other channel")
  func hangingServer() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      try await register(
        world, mail.scriptedSpec + ",to=ada@example.com", "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout")
      try await mail.script(#""at": "end", "do": "hang""#)
      let poll = try await world.cdnotify("poll", "--json", "--deadline", "2s")
      #expect(poll.status == 75)
      let outcomes = try poll.json()["notifications"].array.map {
        "\($0["channel"].string ?? "") \($0["outcome"].string ?? "")"
      }
      #expect(outcomes.sorted() == ["email retrying", "webhook sent"])
    }
  }

  @Test("The mail goes to the deployer, or to the fallback when nobody is known")
  func deployer() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      try await world.aws.applications(["checkout"])
      let document = """
        codedeploy_application_name: checkout
        deployers: {grace: grace@example.com}
        notifications:
          - email_notification:
              name: pusher
              host: 127.0.0.1
              port: \(mail.scriptedPort)
              security: none
              from: ci@example.com
              to: deployer
              deployer_fallback: duty@example.com
        """
      let run = try await world.cdnotify("register", "--file", "-", input: document)
      #expect(run.status == 0, "\(run.error)")
      for description in ["deployed-by: ada@example.com", "deployed-by: grace", "who knows"] {
        // Old enough for CloudTrail to know it by now.
        try await world.aws.deploy(
          "checkout",
          #""description": "\#(description)", "create_time": -1800, "complete_time": 0"#)
      }
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 0, "\(poll.error)")
      let readers = try await mail.messages(3).map { $0["headers"]["To"].string ?? "" }
      #expect(readers.sorted() == ["ada@example.com", "duty@example.com", "grace@example.com"])
    }
  }

  @Test("An unknown deployer is reported where there is no fallback")
  func unknownDeployer() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      try await register(world, mail.scriptedSpec + ",to=deployer")
      try await world.aws.deploy("checkout", #""create_time": -1800, "complete_time": 0"#)
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 1)
      #expect(
        poll.error.contains(
          "nobody knows who pushed the deployment, and no deployer_fallback is set"))
    }
  }

  @Test(
    "Only proxies that are meant for mail are used",
    arguments: ["http_proxy", "HTTPS_PROXY", "smtp_proxy", "ALL_PROXY"])
  func proxies(variable: String) async throws {
    try await World.with { world in
      let mail = try MailPeer()
      // Nothing listens there.
      let run = try await world.cdnotify(
        "test-channel", "--channel", mail.scriptedSpec + ",to=ada@example.com",
        changes: [variable: "http://127.0.0.1:1"])
      let isForMail = ["smtp_proxy", "ALL_PROXY"].contains(variable)
      #expect(run.status == (isForMail ? 1 : 0), "\(run.error)")
      #expect(try await mail.messages(0).count == (isForMail ? 0 : 1))
    }
  }

  @Test(
    "Settings that can't work are refused",
    arguments: [
      ("host=https://smtp.example.com,from=a@b.example,to=a@b.example", "host"),
      ("host=smtp.example.com:587,from=a@b.example,to=a@b.example", "host"),
      ("host=smtp.example.com,from=nobody,to=a@b.example", "from"),
      ("host=smtp.example.com,from=a@b.example,to=me", "to"),
      ("host=smtp.example.com,from=a@b.example,to=a@b.example,username=ci", "password"),
      ("host=smtp.example.com,from=a@b.example,to=a@b.example,security=ssl", "security"),
      ("host=smtp.example.com,from=a@b.example", "to"),
      ("from=a@b.example,to=a@b.example", "host"),
    ])
  func wrongSettings(settings: String, name: String) async throws {
    try await World.with { world in
      let run = try await world.cdnotify(
        "register", "checkout", "--no-verify", "--channel", "email,\(settings)")
      #expect(run.status == 65)
      #expect(run.error.contains(name), "\(run.error)")
    }
  }

  @Test("A password over an unencrypted connection causes a warning")
  func plainPassword() async throws {
    try await World.with { world in
      let run = try await world.cdnotify(
        "register", "checkout", "--no-verify", "--channel",
        "email,host=smtp.example.com,security=none,username=ci,password=hush,"
          + "from=a@b.example,to=a@b.example")
      #expect(run.status == 0)
      #expect(
        run.error.contains(
          "security=none: the mail and the password can be read on the way to smtp.example.com"))
      #expect(!run.error.contains("hush"))
    }
  }
}
