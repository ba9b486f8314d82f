import Foundation
import Testing

/// Mail to whoever pushed a deployment whose description doesn't say who that was.
@Suite struct DeployerTests {
  private static let commit = "4f2d1c0b9a8e7f6d5c4b3a291817161514131211"
  /// Created long enough ago for CloudTrail to know it, and just ended.
  private static let old = #""create_time": -1800, "complete_time": 0"#

  private func register(
    _ world: World, _ mail: MailPeer, domains: String = "", fallback: String = ""
  ) async throws {
    try await world.aws.applications(["checkout"])
    let document = """
      codedeploy_application_name: checkout
      \(domains)
      deployers: {grace: grace@example.com}
      notifications:
        - webhook_notification: {url: "\(world.sink.url)/hook"}
        - email_notification:
            host: 127.0.0.1
            port: \(mail.scriptedPort)
            security: none
            from: ci@example.com
            to: deployer
            \(fallback)
      """
    let run = try await world.cdnotify("register", "--file", "-", input: document)
    try #require(run.status == 0, "\(run.error)")
  }

  private func readers(_ mail: MailPeer, _ count: Int) async throws -> [String?] {
    try await mail.messages(count).map { $0["headers"]["To"].string }
  }

  private func wrote(_ world: World, _ email: String) async throws {
    try await world.sink.set(
      "github",
      #"""
      {"commits": [{"repository": "example/checkout", "sha": "\#(Self.commit)", "name": "Ada",
        "email": "\#(email)", "login": "ada"}]}
      """#)
  }

  @Test("The mail goes to the user whom CloudTrail names") func cloudTrail() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      try await register(world, mail)
      try await wrote(world, "ada@example.com")
      let id = try await world.aws.deploy("checkout", Self.old)[0]
      try await world.aws.trail(#""deployment_id": "\#(id)", "user": "grace", "time": -1800"#)
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 0, "\(poll.error)")
      #expect(try await readers(mail, 1) == ["grace@example.com"])
    }
  }

  @Test(
    "Where CloudTrail names nobody the mail goes to the commit's author", arguments: [false, true])
  func commitAuthor(isTrailDenied: Bool) async throws {
    try await World.with { world in
      let mail = try MailPeer()
      try await register(world, mail)
      try await wrote(world, "ada@example.com")
      // A notification doesn't wait for CloudTrail where that is denied.
      if isTrailDenied { try await world.aws.deny(#"{"deny": ["cloudtrail:LookupEvents"]}"#) }
      try await world.aws.deploy("checkout", isTrailDenied ? "" : Self.old)
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 0, "\(poll.error)")
      #expect(try await readers(mail, 1) == ["ada@example.com"])
    }
  }

  @Test(
    "Outside the deployers' domains the fallback gets the mail",
    arguments: ["commit", "description"])
  func domains(source: String) async throws {
    try await World.with { world in
      let mail = try MailPeer()
      try await register(
        world, mail, domains: "deployer_domains: [Example.com]",
        fallback: "deployer_fallback: duty@elsewhere.example")
      try await wrote(world, "eve@example.com.evil.example")
      let described = #""description": "deployed-by: eve@evil.example""#
      try await world.aws.deploy("checkout", source == "commit" ? Self.old : described)
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 0, "\(poll.error)")
      #expect(try await readers(mail, 1) == ["duty@elsewhere.example"])
      let listed = try await world.cdnotify("list", "--json").json()
      #expect(listed[0]["deployer_domains"].array.map(\.string) == ["Example.com"])
    }
  }

  @Test("The mail waits until CloudTrail shows the deployer, and delays no other channel")
  func lateCloudTrail() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      try await register(world, mail)
      let id = try await world.aws.deploy("checkout")[0]
      let early = try await world.cdnotify("poll")
      #expect(early.status == 75)
      #expect(early.error.contains("CloudTrail doesn't yet show who pushed \(id)"))
      #expect(try await world.sink.requests("/hook").count == 1)
      #expect(try await readers(mail, 0) == [])

      try await world.aws.trail(#""deployment_id": "\#(id)", "user": "grace", "time": -60"#)
      try await world.sql("UPDATE notification SET next_attempt_at = 1 WHERE state = 'pending'")
      let late = try await world.cdnotify("poll")
      #expect(late.status == 0, "\(late.error)")
      #expect(try await readers(mail, 1) == ["grace@example.com"])
      #expect(try await world.sink.requests("/hook").count == 1)
    }
  }
}
