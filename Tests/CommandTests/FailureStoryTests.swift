import Foundation
import Testing

/// Why deployments failed, as `poll` reports it to a webhook.
@Suite struct FailureStoryTests {
  /// Registers `checkout` with a webhook for every end.
  private static func register(_ world: World, on events: String = "succeeded,failed,stopped")
    async throws
  {
    try await world.aws.applications(["checkout"])
    let run = try await world.cdnotify(
      "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook", "--on", events)
    try #require(run.status == 0, "\(run.error)")
    try await world.cdnotify("poll")
    _ = try await world.aws.takeOperations()
  }

  /// Polls, and returns the webhook's bodies and CodeDeploy's operations.
  private static func poll(_ world: World) async throws -> (bodies: [JSON], asked: [String]) {
    let run = try await world.cdnotify("poll")
    #expect(run.status == 0)
    #expect(run.output + run.error == "")
    return (try await world.sink.bodies("/hook"), try await world.aws.takeOperations())
  }

  private static let plain = ["ListDeployments", "BatchGetDeployments"]
  private static let detailed = plain + ["ListDeploymentTargets", "BatchGetDeploymentTargets"]

  private static func instance(_ id: String, ended: Int, log: String = "no such service") -> String
  {
    #"""
    {"instanceTarget": {"targetId": "\#(id)", "status": "Failed", "lifecycleEvents": [
      {"lifecycleEventName": "ApplicationStop", "status": "Succeeded"},
      {"lifecycleEventName": "BeforeInstall", "status": "Failed", "endTime": \#(ended),
       "diagnostics": {"errorCode": "ScriptFailed", "scriptName": "scripts/stop.sh",
         "message": "Script at specified location: scripts/stop.sh failed with exit code 1",
         "logTail": "LifecycleEvent - BeforeInstall\n[stderr]\#(log)\n"}}]}}
    """#
  }

  @Test("Of several failed instances, the one that failed first is reported")
  func firstFailure() async throws {
    try await World.with { world in
      try await Self.register(world)
      try await world.aws.deploy(
        "checkout",
        #"""
        "status": "Failed", "targets": [\#(Self.instance("i-00000000000000002", ended: 1_800_000_200)),
        \#(Self.instance("i-00000000000000001", ended: 1_800_000_100)),
        {"instanceTarget": {"targetId": "i-00000000000000003", "status": "Succeeded"}}]
        """#)
      let (bodies, asked) = try await Self.poll(world)
      #expect(asked == Self.detailed)
      #expect(bodies.count == 1)
      #expect(
        bodies.first?["failure"]
          == .object([
            "target": .string("i-00000000000000001"), "lifecycle_event": .string("BeforeInstall"),
            "error_code": .string("ScriptFailed"), "script": .string("scripts/stop.sh"),
            "message": .string(
              "Script at specified location: scripts/stop.sh failed with exit code 1"),
            "log_tail": .string("LifecycleEvent - BeforeInstall\n[stderr]no such service\n"),
          ]))
      #expect(bodies.first?["error"]["code"].string == "HEALTH_CONSTRAINTS")
      // It is read once, not in every cycle.
      #expect(try await Self.poll(world).asked == ["ListDeployments"])
    }
  }

  @Test(
    "A hook of Lambda or ECS that failed is reported with its event and message",
    arguments: [
      (
        "Lambda",
        #"{"lambdaTarget": {"targetId": "checkout", "lambdaFunctionInfo": {"functionName": "checkout"},"#,
        "checkout"
      ),
      (
        "ECS",
        #"{"ecsTarget": {"targetId": "shop:checkout", "targetArn": "arn:aws:ecs:us-east-1:123456789012:service/shop/checkout","#,
        "shop:checkout"
      ),
    ])
  func hook(platform: String, target: String, name: String) async throws {
    try await World.with { world in
      try await Self.register(world)
      try await world.aws.deploy(
        "checkout",
        #"""
        "status": "Failed", "compute_platform": "\#(platform)", "targets": [\#(target)
        "status": "Failed", "lifecycleEvents": [
          {"lifecycleEventName": "BeforeAllowTraffic", "status": "Failed", "endTime": 1800000000,
           "diagnostics": {"errorCode": "UnknownError", "message": "The hook returned Failed"}},
          {"lifecycleEventName": "AllowTraffic", "status": "Skipped"}]}}]
        """#)
      let (bodies, asked) = try await Self.poll(world)
      #expect(asked == Self.detailed)
      #expect(
        bodies.map { $0["failure"] } == [
          .object([
            "target": .string(name), "lifecycle_event": .string("BeforeAllowTraffic"),
            "error_code": .string("UnknownError"), "message": .string("The hook returned Failed"),
          ])
        ])
    }
  }

  @Test("A deployment that never started is reported with its error alone")
  func neverStarted() async throws {
    try await World.with { world in
      try await Self.register(world)
      try await world.aws.deploy(
        "checkout",
        #"""
        "status": "Failed", "start_time": null,
        "error": {"code": "NO_INSTANCES", "message": "No instances found for your group"}
        """#)
      let (bodies, asked) = try await Self.poll(world)
      #expect(asked == Self.plain)
      #expect(bodies.map { $0["failure"] } == [.null])
      #expect(bodies.first?["error"]["code"].string == "NO_INSTANCES")
    }
  }

  @Test(
    "Whatever keeps the targets from being read, the failure is announced",
    arguments: [
      ("ListDeploymentTargets", #""kind": "throttle", "count": -1"#),
      ("BatchGetDeploymentTargets", #""kind": "throttle", "count": -1"#),
      ("ListDeploymentTargets", #""kind": "error", "code": "DeploymentNotStartedException""#),
      (
        "BatchGetDeploymentTargets",
        #""kind": "error", "code": "DeploymentTargetDoesNotExistException""#
      ),
      ("ListDeploymentTargets", #""kind": "garbage", "count": -1"#),
      ("BatchGetDeploymentTargets", #""kind": "truncated", "count": -1"#),
      ("BatchGetDeploymentTargets", #""kind": "cut_headers", "count": -1"#),
      ("ListDeploymentTargets", #""kind": "drop", "count": -1"#),
    ])
  func trouble(operation: String, fault: String) async throws {
    try await World.with { world in
      try await Self.register(world)
      try await world.aws.fault(
        #"{"service": "codedeploy", "operation": "\#(operation)", \#(fault)}"#)
      try await world.aws.deploy(
        "checkout",
        #""status": "Failed", "targets": [\#(Self.instance("i-1", ended: 1_800_000_000))]"#)
      let run = try await world.cdnotify("poll", "--verbose")
      #expect(run.status == 0)
      #expect(run.error.contains("stays untold: "))
      let bodies = try await world.sink.bodies("/hook")
      #expect(bodies.map { $0["event"].string } == ["failed"])
      #expect(bodies.map { $0["failure"] } == [.null])
      #expect(try await world.aws.faultHits() > 0)
    }
  }

  @Test("Where targets may not be read, one request is spent on them")
  func deniedTargets() async throws {
    try await World.with { world in
      try await Self.register(world)
      try await world.aws.deny(#"{"deny": ["codedeploy:ListDeploymentTargets"]}"#)
      try await world.aws.deploy(
        "checkout",
        #""status": "Failed", "targets": [\#(Self.instance("i-1", ended: 1_800_000_000))]"#)
      let (bodies, asked) = try await Self.poll(world)
      #expect(asked == Self.plain + ["ListDeploymentTargets"])
      #expect(bodies.map { $0["event"].string } == ["failed"])
      #expect(bodies.map { $0["failure"] } == [.null])
    }
  }

  @Test("Targets are read only for announced deployments that had failures")
  func targetRequests() async throws {
    try await World.with { world in
      try await Self.register(world, on: "succeeded")
      let targets = #""targets": [\#(Self.instance("i-1", ended: 1_800_000_000))]"#
      try await world.aws.deploy("checkout", #""status": "Failed", \#(targets)"#)
      try await world.aws.deploy("checkout")
      #expect(try await Self.poll(world).asked == Self.plain)
      // A success with failed targets has their failure.
      try await world.aws.deploy(
        "checkout",
        #""overview": {"Succeeded": 2, "Failed": 1}, \#(targets)"#)
      let (bodies, asked) = try await Self.poll(world)
      #expect(asked == Self.detailed)
      #expect(bodies.map { $0["event"].string } == ["succeeded", "succeeded"])
      #expect(bodies.map { $0["failure"]["target"].string } == [nil, "i-1"])
    }
  }

  @Test("Secrets in a log are neither sent nor stored") func secretsInLog() async throws {
    try await World.with { world in
      try await Self.register(world)
      let log =
        #"+ psql postgres://shop:hunter2@db/shop\n+ export DB_PASSWORD=hunter2\n"#
        + #"{\"token\": \"hunter2\"}\n\u001b[31mAKIAIOSFODNN7EXAMPLE\u001b[0m at d-A1B2C3D4E"#
      try await world.aws.deploy(
        "checkout",
        #""status": "Failed", "targets": [\#(Self.instance("i-1", ended: 1_800_000_000, log: log))]"#
      )
      let (bodies, _) = try await Self.poll(world)
      #expect(
        bodies.first?["failure"]["log_tail"].string == """
          LifecycleEvent - BeforeInstall
          [stderr]+ psql postgres://shop:********@db/shop
          + export DB_PASSWORD=********
          {"token": "********"}
          ******** at d-A1B2C3D4E

          """)
      // It isn't in the store either.
      let stored = try Data(contentsOf: URL(fileURLWithPath: world.path("store.db")))
      #expect(stored.range(of: Data("hunter2".utf8)) == nil)
      #expect(stored.range(of: Data("AKIAIOSFODNN7EXAMPLE".utf8)) == nil)
    }
  }

  @Test("A failure names its rollback, and the rollback names the failure")
  func rollback() async throws {
    try await World.with { world in
      try await Self.register(world)
      try await world.aws.deploy(
        "checkout",
        #"""
        "id": "d-FAILED000", "status": "Failed",
        "rollback_info": {"rollbackDeploymentId": "d-ROLLBACK0"}
        """#)
      try await world.aws.deploy(
        "checkout",
        #"""
        "id": "d-ROLLBACK0", "creator": "codeDeployRollback",
        "rollback_info": {"rollbackTriggeringDeploymentId": "d-FAILED000",
          "rollbackMessage": "Rolled back because d-FAILED000 failed"}
        """#)
      let (bodies, _) = try await Self.poll(world)
      let rollbacks = Dictionary(
        uniqueKeysWithValues: bodies.map { ($0["deployment_id"].string ?? "", $0["rollback"]) })
      #expect(
        rollbacks == [
          "d-FAILED000": .object(["rolled_back_by": .string("d-ROLLBACK0")]),
          "d-ROLLBACK0": .object([
            "triggered_by": .string("d-FAILED000"),
            "message": .string("Rolled back because d-FAILED000 failed"),
          ]),
        ])
    }
  }
}
