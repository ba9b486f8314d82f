import Foundation
import Testing

/// Many concurrent polls on one store send each notification once.
@Suite struct FaultsOfConcurrentPolls {
  @Test(
    "Eight polls at once send each notification once",
    arguments: [
      (StorePlace.file, ["poll"]), (.file, ["poll", "--application", "checkout"]), (.file, []),
      (.moto, ["poll"]), (.ministack, []),
    ])
  func eightPolls(_ place: StorePlace, _ arguments: [String]) async throws {
    try await World.with(place) { world in
      let scene = try await FaultScene(world)
      let names = FaultScene.channels.keys.sorted()
      let register = scene.registering("all", "ends", "failures", "sns", "newrelic")
      #expect(try await world.cdnotify(register).status == 0)
      var expected: Set<Slot> = []
      var statuses: [Int32: Int] = [:]
      for round in 0..<(place == .file ? 5 : 3) {
        for status in ["Succeeded", "Failed"] {
          for id in try await world.aws.deploy(
            "checkout", #""count": 3, "status": "\#(status)", "create_time": 0"#)
          { expected.formUnion(FaultScene.slots(of: id, ending: status, on: names)) }
        }
        let polls = try (0..<8).map { number in
          // With the lock, without it, or mixed.
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
      print(
        "eight polls at once, \(place), \(arguments): \(expected.count) notifications, \(statuses)")
    }
  }

  @Test(
    "Four hosts on one table send each notification once", arguments: [StorePlace.moto, .ministack])
  func fourHosts(_ place: StorePlace) async throws {
    try await World.with(place) { world in
      let hosts = try (1...4).map { number in
        var host = world
        host.home = world.path("host-\(number)")
        try FileManager.default.createDirectory(
          atPath: host.home, withIntermediateDirectories: true)
        return host
      }
      let scene = try await FaultScene(world)
      let names = FaultScene.channels.keys.sorted()
      let register = scene.registering("all", "ends", "failures", "sns", "newrelic")
      #expect(try await hosts[0].cdnotify(register).status == 0)
      var expected: Set<Slot> = []
      var statuses: [Int32: Int] = [:]
      for round in 0..<4 {
        for status in ["Succeeded", "Failed"] {
          for id in try await world.aws.deploy(
            "checkout", #""count": 4, "status": "\#(status)", "create_time": 0"#)
          { expected.formUnion(FaultScene.slots(of: id, ending: status, on: names)) }
        }
        // Each host's next poll begins before the others' have ended.
        let polls = try (0..<12).map { try hosts[$0 % 4].start(["poll"]) }
        for poll in polls {
          let run = await poll.end()
          statuses[run.status, default: 0] += 1
          #expect([0, 75].contains(run.status), "round \(round): \(run.error)")
          #expect(run.error == "")
        }
        #expect(try await hosts[round].cdnotify("poll").status == 0)
      }
      let arrivals = try await scene.arrivals()
      let lost = expected.subtracting(arrivals.map(\.slot))
      let repeated = arrivals.count - Set(arrivals.map(\.slot)).count
      #expect(lost == [])
      #expect(repeated == 0)
      #expect(Set(arrivals.map(\.slot)) == expected)
      #expect(try await world.integrity() == "ok")
      for host in hosts {
        // Nothing is stored on a host.
        #expect(try FileManager.default.contentsOfDirectory(atPath: host.home) == [])
      }
      print(
        "four hosts, \(place): \(expected.count) notifications, \(lost.count) lost, "
          + "\(repeated) repeated, \(statuses)")
    }
  }

  @Test(
    "Commands that begin a store at the same time make it once, on a slow disk too",
    arguments: [false, true])
  func newStore(onSlowDisk: Bool) async throws {
    try await World.with { world in
      let tracing = try await Tracing(world)
      let names = (0..<8).map { "application-\($0)" }
      for _ in 0..<(onSlowDisk ? 3 : 6) {
        for end in ["", "-wal", "-shm"] {
          try? FileManager.default.removeItem(atPath: world.path("store.db" + end))
        }
        let runs = try names.map { name in
          let register = [
            "register", name, "--no-verify", "--channel", "webhook,url=\(world.sink.url)/hook",
          ]
          return onSlowDisk
            ? try tracing.start(register, injecting: "delay_enter=100000", at: "fsync,fdatasync")
            : try world.start(register)
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
