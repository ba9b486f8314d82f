import Foundation
import Testing

/// A pipeline's step that waits for its deployment, with or without a registration.
@Suite struct WaitTests {
  @Test("A success is announced, and the exit status is 0") func success() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      let id = try await world.aws.deploy(
        "checkout", #""create_time": 0, "timeline": [[0, "InProgress"], [1, "Succeeded"]]"#)[0]
      let run = try await world.cdnotify("wait", id, "--json")
      #expect(run.status == 0, "\(run.error)")
      let deployment = try run.json()[0]
      #expect(deployment["deployment_id"].string == id)
      #expect(deployment["status"].string == "Succeeded")
      #expect(deployment["notifications"][0]["state"].string == "sent")
      #expect(try await world.sink.bodies("/hook").map { $0["event"].string } == ["succeeded"])
      // A poll doesn't announce it again.
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/hook").count == 1)
    }
  }

  @Test("A failure is shown with its cause, without a store") func failure() async throws {
    try await World.with { world in
      let ids = try await world.aws.deploy(
        "unregistered",
        #"""
        "status": "Failed", "count": 1, "targets": [{"instanceTarget": {"targetId": "i-1",
          "status": "Failed", "lifecycleEvents": [{"lifecycleEventName": "ApplicationStart",
          "status": "Failed", "diagnostics": {"errorCode": "ScriptFailed",
          "scriptName": "start.sh", "message": "exit code 1", "logTail": "no such port"}}]}}]
        """#)
      let stopped = try await world.aws.deploy("unregistered", #""status": "Stopped""#)
      let run = try await world.cdnotify(["wait"] + ids + stopped)
      #expect(run.status == 1)
      #expect(run.output.contains("FAILED  \(ids[0])  "), "\(run.output)")
      #expect(run.output.contains("ApplicationStart failed"))
      #expect(run.output.contains("    | no such port"))
      #expect(run.output.contains("STOPPED  \(stopped[0])  "))
      #expect(!FileManager.default.fileExists(atPath: world.path("store.db")))
    }
  }

  @Test("When AWS doesn't answer, waiting ends at its timeout") func silentAWS() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.aws.fault(
        #"{"operation": "BatchGetDeployments", "count": -1, "kind": "hang", "seconds": 60}"#)
      let run = try await world.cdnotify("wait", "d-ABCDEF123", "--timeout", "1s")
      #expect(run.status == 69)
      #expect(run.error.contains("didn't answer within the time that was left"), "\(run.error)")
    }
  }

  @Test("A timeout, an unknown id and an unreachable AWS have their own exit statuses")
  func exitStatuses() async throws {
    try await World.with { world in
      let id = try await world.aws.deploy("checkout", #""status": "InProgress""#)[0]
      let late = try await world.cdnotify("wait", id, "--timeout", "1s")
      #expect(late.status == 75)
      #expect(late.error == "cdnotify: the time-out of 1s was reached: \(id) is InProgress\n")
      let unknown = try await world.cdnotify("wait", "d-NOSUCH000")
      #expect(unknown.status == 66)
      #expect(unknown.error.contains("there is no deployment d-NOSUCH000"))
      let hasty = try await world.cdnotify("wait", "d-NOSUCH000", "--timeout", "1s")
      #expect(hasty.status == 66)
      #expect(hasty.error.contains("there is no deployment d-NOSUCH000"))
      let silent = try await world.cdnotify(
        ["wait", id, "--timeout", "1s"], changes: ["AWS_ENDPOINT_URL": "http://127.0.0.1:9"])
      #expect(silent.status == 69)
      let refused = try await world.cdnotify(
        ["wait", id], changes: ["AWS_SECRET_ACCESS_KEY": "wrong"])
      #expect(refused.status == 77)
      #expect(try await world.cdnotify("wait", id, "--timeout", "60").status == 64)
    }
  }
}
