import Foundation
import Testing

/// The deployed version, as `poll` reports it to a webhook.
@Suite struct VersionTests {
  private static func appSpec(_ content: String, _ sha256: String) -> String {
    #"{"revisionType": "AppSpecContent", "appSpecContent": {"content": "\#(content)", "sha256": "\#(sha256)"}}"#
  }

  private static func taskDefinition(_ number: Int) -> String {
    #"version: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n      Properties:\n        TaskDefinition: arn:aws:ecs:us-east-1:123456789012:task-definition/checkout:\#(number)\n"#
  }

  private static let function =
    #"{\"version\":0.0,\"Resources\":[{\"f\":{\"Type\":\"AWS::Lambda::Function\",\"Properties\":{\"Name\":\"charge\",\"Alias\":\"live\",\"CurrentVersion\":\"1\",\"TargetVersion\":\"2\"}}}]}"#

  /// Deploys an earlier and a later version to ECS, polls, and returns what was sent about the
  /// later.
  private static func deploy(
    _ world: World, content: String = "include"
  ) async throws -> (notification: JSON, asked: [String]) {
    try await world.aws.settings(#"{"revision_content": "\#(content)"}"#)
    try await world.aws.applications(["checkout"])
    try await world.cdnotify(
      "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
    try await world.aws.deploy(
      "checkout",
      #""create_time": -900000, "revision": \#(appSpec(taskDefinition(41), "aaaaaaaaaaaaaaaa"))"#)
    try await world.cdnotify("poll")
    _ = try await world.aws.takeOperations()
    try await world.aws.deploy(
      "checkout",
      #"""
      "compute_platform": "ECS", "revision": \#(appSpec(taskDefinition(42), "bbbbbbbbbbbbbbbb")),
      "previous_revision": \#(appSpec(taskDefinition(41), "aaaaaaaaaaaaaaaa"))
      """#)
    let run = try await world.cdnotify("poll")
    #expect(run.status == 0)
    #expect(run.output + run.error == "")
    let bodies = try await world.sink.bodies("/hook")
    #expect(bodies.count == 1)
    return (bodies.first ?? .null, try await world.aws.takeOperations())
  }

  @Test("A task definition in the deployment's AppSpec needs no further request")
  func included() async throws {
    try await World.with { world in
      let (notification, asked) = try await Self.deploy(world)
      #expect(notification["revision"]["label"].string == "checkout:42")
      #expect(notification["previous_revision"]["label"].string == "checkout:41")
      #expect(asked == ["ListDeployments", "BatchGetDeployments"])
    }
  }

  @Test("A revision's content is asked for where the deployment leaves it out")
  func omitted() async throws {
    try await World.with { world in
      let (notification, asked) = try await Self.deploy(world, content: "omit")
      #expect(notification["revision"]["label"].string == "checkout:42")
      #expect(notification["revision"]["content"].string?.contains("checkout:42") == true)
      #expect(notification["previous_revision"]["label"].string == "checkout:41")
      #expect(
        asked == [
          "ListDeployments", "BatchGetDeployments", "GetApplicationRevision",
          "GetApplicationRevision",
        ])
    }
  }

  @Test("A revision whose content may not be read is named by its checksum")
  func denied() async throws {
    try await World.with { world in
      try await world.aws.deny(#"{"deny": ["codedeploy:GetApplicationRevision"]}"#)
      let (notification, _) = try await Self.deploy(world, content: "omit")
      #expect(notification["revision"]["label"].string == "bbbbbbbbbbbb")
      #expect(notification["revision"]["content"] == .null)
    }
  }

  @Test(
    "Other versions are told by what is known of them",
    arguments: [
      (appSpec(function, "cccccccccccccccc"), "charge:2"),
      (
        #"{"revisionType": "S3", "s3Location": {"bucket": "b", "key": "releases/checkout-1.2.zip", "bundleType": "zip", "version": "3sL4kqtJlcpXroDTDmJ"}}"#,
        "checkout-1.2.zip (3sL4kqtJ)"
      ),
      (
        #"{"revisionType": "GitHub", "gitHubLocation": {"repository": "example/checkout", "commitId": "4f2d1c0b9a8e7f6d5c4b3a291817161514131211"}}"#,
        "4f2d1c0"
      ),
    ])
  func labels(revision: String, label: String) async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout", #""revision": \#(revision)"#)
      #expect(try await world.cdnotify("poll").status == 0)
      let bodies = try await world.sink.bodies("/hook")
      #expect(bodies.map { $0["revision"]["label"].string } == [label])
    }
  }
}
