import Testing

/// Three ends that every channel has to announce: a success, a failure on an instance, and the
/// rollback after it.
struct ChannelScene: Sendable {
  static let succeeded = "d-SUCCEEDED"
  static let failed = "d-FAILED000"
  static let rollback = "d-ROLLBACK0"

  let world: World

  /// Registers `checkout` with one channel that gets every end.
  init(_ world: World, channel spec: String, changes: [String: String] = [:]) async throws {
    self.world = world
    try await world.aws.applications(["checkout"])
    let run = try await world.cdnotify(
      "register", "checkout", "--channel", spec, "--on", "succeeded,failed,stopped",
      changes: changes)
    try #require(run.status == 0, "\(run.error)")
  }

  /// Makes the three deployments end, one after the other.
  func deploy() async throws {
    try await world.aws.deploy(
      "checkout",
      #"""
      "id": "\#(Self.succeeded)", "create_time": -200, "start_time": -195, "complete_time": -100,
      "description": "Faster carts & <b>more</b>, deployed-by: ada@example.com",
      "previous_revision": {"revisionType": "GitHub", "gitHubLocation": {
        "repository": "example/checkout",
        "commitId": "1b2c3d4e5f60718293a4b5c6d7e8f90011223344"}},
      "overview": {"Succeeded": 12, "Failed": 0, "Skipped": 0, "InProgress": 0, "Pending": 0}
      """#)
    try await world.aws.deploy(
      "checkout",
      #"""
      "id": "\#(Self.failed)", "status": "Failed",
      "create_time": -90, "start_time": -90, "complete_time": -60,
      "overview": {"Succeeded": 10, "Failed": 1, "Skipped": 1, "InProgress": 0, "Pending": 0},
      "rollback_info": {"rollbackDeploymentId": "\#(Self.rollback)"},
      "targets": [{"instanceTarget": {
        "targetId": "i-0abc0abc0abc0abc0", "status": "Failed", "lifecycleEvents": [
          {"lifecycleEventName": "BeforeInstall", "status": "Failed", "diagnostics": {
            "errorCode": "ScriptFailed", "scriptName": "scripts/stop.sh",
            "message": "Script at specified location: scripts/stop.sh failed with exit code 1",
            "logTail": "LifecycleEvent - BeforeInstall\nScript - scripts/stop.sh\n[stderr]no such service\n"
          }}]}}]
      """#)
    try await world.aws.deploy(
      "checkout",
      #"""
      "id": "\#(Self.rollback)", "creator": "codeDeployRollback",
      "create_time": -55, "complete_time": -5,
      "rollback_info": {"rollbackTriggeringDeploymentId": "\#(Self.failed)",
        "rollbackMessage": "Deployment \#(Self.failed) failed: rolled back"},
      "overview": {"Succeeded": 12, "Failed": 0, "Skipped": 0, "InProgress": 0, "Pending": 0}
      """#)
  }

  /// Polls with the baseline far enough back for all three.
  @discardableResult
  func poll(changes: [String: String] = [:]) async throws -> Run {
    let ids = [Self.succeeded, Self.failed, Self.rollback].flatMap { ["--deployment", $0] }
    return try await world.cdnotify(["poll", "--json"] + ids, changes: changes)
  }
}
