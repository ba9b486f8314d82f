import Foundation
import Testing

/// Where credentials and regions come from, and what a run says that finds none.
@Suite struct AWSSettingTests {
  @Test(
    "Without credentials that AWS accepts nothing is registered, and a poll says why",
    arguments: [
      (["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""], "No AWS credentials were found."),
      (["AWS_SECRET_ACCESS_KEY": "wrong"], "AWS doesn't accept the credentials"),
      (["AWS_ACCESS_KEY_ID": "AKIAUNKNOWN"], "AWS doesn't accept the credentials"),
      (["AWS_PROFILE": "nowhere"], "nowhere"),
    ])
  func credentials(changes: [String: String], says: String) async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let register = ["register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook"]
      let refused = try await world.cdnotify(register, changes: changes)
      #expect(refused.status == 77)
      #expect(refused.error.contains(says), "\(refused.error)")
      #expect(try await world.cdnotify("list", "--json").status == 74, "no store was begun")

      try await world.cdnotify(register)
      let poll = try await world.cdnotify("poll", changes: changes)
      #expect(poll.status == 77)
      #expect(poll.output == "")
      #expect(poll.error.contains(says), "\(poll.error)")
      #expect(!poll.error.contains(AWSPeer.secretKey))
    }
  }

  /// Puts the peer's keys into the AWS CLI's file.
  private func writeCredentials(of profile: String, in world: World) throws {
    try FileManager.default.createDirectory(
      atPath: world.path(".aws"), withIntermediateDirectories: true)
    _ = try world.write(
      """
      [\(profile)]
      aws_access_key_id = \(AWSPeer.accessKey)
      aws_secret_access_key = \(AWSPeer.secretKey)
      """, to: ".aws/credentials")
  }

  @Test("The registrations that use a missing profile are named")
  func missingProfile() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try writeCredentials(of: "production", in: world)
      try await world.cdnotify(
        "register", "checkout", "--profile", "production", "--channel",
        "webhook,url=\(world.sink.url)/hook")
      _ = try world.write("", to: ".aws/credentials")
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 77)
      #expect(
        poll.error.hasPrefix(
          "cdnotify: There is no AWS profile production in \(world.path(".aws/config")) or "
            + "\(world.path(".aws/credentials")). checkout is registered with it. Create it with "
            + "\"aws configure --profile production\", or name another one."), "\(poll.error)")
    }
  }

  @Test("A profile in the AWS CLI's files provides credentials and region")
  func sharedProfile() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try writeCredentials(of: "team", in: world)
      _ = try world.write("[profile team]\nregion = us-east-1\n", to: ".aws/config")
      let bare = ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_REGION": ""]
      let register = try await world.cdnotify(
        "register", "checkout", "--profile", "team", "--channel",
        "webhook,url=\(world.sink.url)/hook", changes: bare)
      #expect(register.status == 0, "\(register.error)")
      try await world.aws.deploy("checkout")
      #expect(try await world.cdnotify("poll", changes: bare).status == 0)
      #expect(try await world.sink.requests("/hook").count == 1)
    }
  }

  @Test("A region that can't be used concerns only the registrations that name none")
  func unusableRegion() async throws {
    try await World.with { world in
      try await world.aws.applications(["basket", "checkout"])
      try await world.cdnotify(
        ["register", "basket", "--no-verify", "--channel", "webhook,url=\(world.sink.url)/basket"],
        changes: ["AWS_REGION": ""])
      try await world.cdnotify(
        "register", "checkout", "--region", "us-east-1", "--channel",
        "webhook,url=\(world.sink.url)/checkout")
      try await world.aws.deploy("checkout", #""create_time": 0"#)
      try await world.aws.deploy("basket", #""create_time": 0"#)
      let poll = try await world.cdnotify("poll", changes: ["AWS_REGION": "us_east"])
      #expect(poll.status == 69)
      #expect(
        poll.error
          == "cdnotify: The AWS region can't be used: \"us_east\" is not a region; one looks like "
          + "eu-west-1. Set AWS_REGION, or the profile's region. The next poll asks again.\n")
      #expect(try await world.sink.requests("/checkout").count == 1)

      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/checkout").count == 1)
      #expect(try await world.sink.requests("/basket").count == 1)
    }
  }
}
