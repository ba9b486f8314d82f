import Foundation
import Testing

/// Many polls at once on one store: each notification goes out once.
@Suite struct FaultsSideBySide {
  @Test(
    "Eight polls at once", arguments: [["poll"], ["poll", "--application", "checkout"], []])
  func eightPolls(_ arguments: [String]) async throws {
    try await World.with { world in
      let scene = try await FaultScene(world)
      let names = FaultScene.channels.keys.sorted()
      let register = scene.registering("all", "ends", "failures", "sns", "newrelic")
      #expect(try await world.cdnotify(register).status == 0)
      var expected: Set<Slot> = []
      var statuses: [Int32: Int] = [:]
      for round in 0..<5 {
        for status in ["Succeeded", "Failed"] {
          for id in try await world.aws.deploy(
            "checkout", #""count": 3, "status": "\#(status)", "create_time": 0"#)
          { expected.formUnion(FaultScene.slots(of: id, ending: status, on: names)) }
        }
        let polls = try (0..<8).map { number in
          // With the lock, without it, or both side by side.
          let mixed = number.isMultiple(of: 2) ? ["poll"] : ["poll", "--application", "checkout"]
          return try world.start(arguments.isEmpty ? mixed : arguments)
        }
        for poll in polls {
          let run = await poll.end()
          statuses[run.status, default: 0] += 1
          #expect([0, 75].contains(run.status), "round \(round): \(run.error)")
          #expect(run.error == "")
        }
        #expect(try await world.cdnotify("poll").status == 0)
        let arrivals = try await scene.arrivals()
        #expect(Set(arrivals.map(\.slot)) == expected)
        #expect(arrivals.count == expected.count)
      }
      #expect(try await world.integrity() == "ok")
      print("eight polls at once \(arguments): \(expected.count) notifications, \(statuses)")
    }
  }

  /// The first to come make the store, all at once.
  @Test func aNewStoreIsMadeOnce() async throws {
    try await World.with { world in
      let names = (0..<8).map { "application-\($0)" }
      for _ in 0..<6 {
        for end in ["", "-wal", "-shm"] {
          try? FileManager.default.removeItem(atPath: world.path("store.db" + end))
        }
        let runs = try names.map {
          try world.start([
            "register", $0, "--no-verify", "--channel", "webhook,url=\(world.sink.url)/hook",
          ])
        }
        for run in runs {
          let run = await run.end()
          #expect(run.status == 0, "\(run.error)")
        }
        let list = try await world.cdnotify("list", "--json").json().array
        #expect(list.compactMap { $0["codedeploy_application_name"].string } == names)
      }
    }
  }
}
