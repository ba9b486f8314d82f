import Foundation
import Testing

/// Mails through SES.
@Suite struct SESTests {
  @Test("A success, a failure and a rollback are accepted by SES") func ends() async throws {
    try await World.with { world in
      try await world.aws.identity(domain: "example.com")
      let scene = try await ChannelScene(
        world,
        channel: "ses,from=Bjørn Ö <ci@example.com>,to=ada@example.com,cc=bob@example.com,"
          + "reply_to=ops@example.com")
      try await scene.deploy()
      let poll = try await scene.poll()
      #expect(poll.status == 0, "\(poll.error)")
      let mails = try await world.aws.mails()
      #expect(mails.count == 3)
      for mail in mails {
        #expect(mail["Destination"]["ToAddresses"][0].string == "ada@example.com")
        #expect(mail["Destination"]["CcAddresses"][0].string == "bob@example.com")
        #expect(mail["ReplyToAddresses"][0].string == "ops@example.com")
      }
      func content(_ words: String) -> JSON? {
        mails.map { $0["Content"]["Simple"] }
          .first { $0["Subject"]["Data"].string?.contains(words) == true }
      }
      func references(_ content: JSON?) -> String? {
        content?["Headers"].array.first { $0["Name"].string == "References" }?["Value"].string
      }
      let success = content("deployment to prod succeeded")
      #expect(success?["Body"]["Html"]["Data"].string?.contains("&lt;b&gt;more") == true)
      #expect(success?["Body"]["Text"]["Data"].string?.contains("<b>more</b>") == true)
      #expect(content("deployment to prod failed") != nil)
      #expect(
        references(content("rollback to prod succeeded"))
          == "<deployment.us-east-1.\(ChannelScene.failed)@example.com> "
          + "<deployment.us-east-1.\(ChannelScene.rollback)@example.com>")
      #expect(try await scene.poll().status == 0)
      #expect(try await world.aws.mails().count == 3)
    }
  }

  private func poll(
    _ world: World, from: String = "ci@example.com", more: String = ""
  ) async throws -> Run {
    try await world.aws.applications(["checkout"])
    try await world.aws.identity(domain: "example.com")
    let run = try await world.cdnotify(
      "register", "checkout", "--channel", "ses,from=\(from),to=deployer\(more)")
    try #require(run.status == 0, "\(run.error)")
    try await world.aws.deploy("checkout", #""description": "deployed-by: ada@example.com""#)
    return try await world.cdnotify("poll", "--json")
  }

  @Test("A sender who isn't verified is refused") func unverifiedSender() async throws {
    try await World.with { world in
      let poll = try await poll(world, from: "ci@other.example")
      #expect(poll.status == 1)
      #expect(poll.error.contains("not verified") && poll.error.contains("MessageRejected"))
    }
  }

  @Test("A configuration set that doesn't exist is refused")
  func missingConfigurationSet() async throws {
    try await World.with { world in
      let poll = try await poll(world, more: ",configuration_set=releases")
      #expect(poll.status == 1)
      #expect(poll.error.contains("Configuration set <releases> does not exist"), "\(poll.error)")
    }
  }

  @Test(
    "Temporary errors are tried again",
    // A rate limit belongs to the destination, and isn't an attempt of the notification.
    arguments: [
      (#""kind": "error", "code": "TooManyRequestsException", "status": 429"#, 1),
      (#""kind": "error", "code": "LimitExceededException", "status": 400"#, 1),
      (#""kind": "error", "code": "SendingPausedException", "status": 400"#, 2),
      (#""kind": "http", "status": 503"#, 2), (#""kind": "empty""#, 2),
    ])
  func temporaryErrors(fault: String, attempts: Int) async throws {
    try await World.with { world in
      try await world.aws.fault(#"{"service": "sesv2", \#(fault), "count": 1}"#)
      let poll = try await poll(world)
      #expect(poll.status == 0, "\(poll.error)")
      #expect(try poll.json()["notifications"][0]["attempts"].int == attempts)
      let mails = try await world.aws.mails()
      #expect(mails.map { $0["Destination"]["ToAddresses"][0].string } == ["ada@example.com"])
    }
  }

  @Test(
    "Lasting errors are given up",
    arguments: ["AccountSuspendedException", "MailFromDomainNotVerifiedException"])
  func lastingErrors(code: String) async throws {
    try await World.with { world in
      try await world.aws.fault(
        #"{"service": "sesv2", "kind": "error", "code": "\#(code)", "status": 400}"#)
      let poll = try await poll(world)
      #expect(poll.status == 1)
      #expect(poll.error.contains(code))
      #expect(try await world.aws.mails().isEmpty)
    }
  }
}
