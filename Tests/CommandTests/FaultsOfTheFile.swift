import Foundation
import Testing

/// The store's file is locked, damaged, or in the state in which a killed process left it.
@Suite struct FaultsOfTheFile {
  private func isOneSentence(_ run: Run, _ text: String) {
    #expect(run.status == 74)
    #expect(run.output == "")
    #expect(run.error.hasPrefix("cdnotify: the store "))
    #expect(run.error.contains(text), "\(run.error)")
    #expect(run.error.split(separator: "\n").count == 1, "\(run.error)")
  }

  private func announcedOnce(_ scene: FaultScene, _ ids: [String]) async throws {
    let arrivals = try await scene.arrivals().map(\.slot)
    let expected = ids.flatMap {
      FaultScene.slots(of: $0, ending: "Succeeded", on: ["all", "ends"])
    }
    #expect(Set(arrivals) == Set(expected))
    #expect(arrivals.count == expected.count)
  }

  @Test(
    "A store that another process keeps locked is told, and announces all when it is free",
    arguments: [
      "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE", "PRAGMA locking_mode=EXCLUSIVE;BEGIN EXCLUSIVE",
    ])
  func locked(_ statements: String) async throws {
    try await World.with { world in
      let scene = try await FaultScene(world)
      #expect(try await world.cdnotify(scene.registering("all", "ends")).status == 0)
      let ids = try await world.aws.deploy("checkout", #""create_time": 0"#)
      let holder = try RunningCommand(
        PeerProcess.python,
        [
          "-c",
          """
          import sqlite3, time
          store = sqlite3.connect("store.db", isolation_level=None)
          for statement in "\(statements)".split(";"): store.execute(statement)
          open("locked", "w")
          time.sleep(100)
          """,
        ], environment: [:], folder: world.home)
      while !FileManager.default.fileExists(atPath: world.path("locked")) {
        try await Task.sleep(for: .milliseconds(10))
      }
      isOneSentence(
        try await world.cdnotify("poll"), "another process has kept it locked for 10 s")
      #expect(try await world.sink.requests("/").isEmpty)
      holder.signal(SIGKILL)
      _ = await holder.end()
      #expect(try await world.cdnotify("poll").status == 0)
      try await announcedOnce(scene, ids)
    }
  }

  @Test("Whatever page is damaged, nothing old is sent again and a backup loses nothing")
  func damagedPages() async throws {
    try await World.with { world in
      let scene = try await FaultScene(world)
      #expect(try await world.cdnotify(scene.registering("all", "ends")).status == 0)
      let old = try await world.aws.deploy("checkout", #""count": 3, "create_time": 0"#)
      #expect(try await world.cdnotify("poll").status == 0)
      try await announcedOnce(scene, old)
      let new = try await world.aws.deploy("checkout", #""create_time": 0"#)
      let path = world.path("store.db")
      let sound = try Data(contentsOf: URL(fileURLWithPath: path))
      var seed = Seed()
      print("garbage: \(seed)")
      var (refused, unnoticed) = (0, 0)
      for page in 0..<(sound.count / 4096) {
        let at: Comment = "page \(page), \(seed)"
        try await scene.forgetArrivals()
        var damaged = sound
        for byte in (page * 4096)..<((page + 1) * 4096) {
          damaged[byte] = UInt8.random(in: 0...255, using: &seed)
        }
        try damaged.write(to: URL(fileURLWithPath: path))
        let run = try await world.cdnotify("poll")
        #expect([0, 74].contains(run.status), at)
        if run.status == 74 {
          isOneSentence(run, "it is damaged: restore it from a backup")
          refused += 1
        } else {
          unnoticed += 1
        }
        // What was announced before isn't announced again, whatever the damage hides.
        let early = try await scene.arrivals()
        #expect(early.allSatisfy { new.contains($0.slot.deployment) }, at)

        for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
        try sound.write(to: URL(fileURLWithPath: path))
        #expect(try await world.cdnotify("poll").status == 0, at)
        // The backup lacks what was sent after it: that is sent again under the same id.
        let arrivals = try await scene.arrivals()
        let expected = Set(FaultScene.slots(of: new[0], ending: "Succeeded", on: ["all", "ends"]))
        #expect(Set(arrivals.map(\.slot)) == expected, at)
        #expect(arrivals.count == expected.count + early.count, at)
        #expect(Set(arrivals.map(\.id)).count == expected.count, at)
      }
      #expect(refused > 0)
      print(
        "garbage: \(refused) of \(sound.count / 4096) pages were refused, \(unnoticed) not read")
    }
  }

  @Test(
    "Whatever a killed poll leaves beside the file, its claims hold and nothing is lost",
    arguments: [
      "", "os.remove('store.db-shm')", "open('store.db-shm', 'wb').write(os.urandom(32768))",
      "open('store.db-wal', 'ab').write(os.urandom(6000))",
    ])
  func leftovers(_ change: String) async throws {
    try await World.with { world in
      let scene = try await FaultScene(world)
      #expect(try await world.cdnotify(scene.registering("all", "ends")).status == 0)
      let ids = try await world.aws.deploy("checkout", #""count": 3, "create_time": 0"#)
      try await world.sink.script("/hook", #""hang": 60"#)
      let poll = try world.start(["poll"])
      try await world.sink.wait(for: 4, "/hook")
      poll.signal(SIGKILL)
      #expect(await poll.end().status == -1)
      try await world.sink.clearScripts()
      let log = try Data(contentsOf: URL(fileURLWithPath: world.path("store.db-wal")))
      #expect(!log.isEmpty)
      try await world.python("import os\n" + change)

      // The claims are in the write-ahead log, and still valid.
      #expect(try await world.cdnotify("poll").status == 75)
      #expect(try await world.sink.requests("/hook").count == 4)
      #expect(try await world.integrity() == "ok")
      try await world.letTimePass()
      #expect(try await world.cdnotify("poll").status == 0)
      try await announcedOnce(scene, ids)
    }
  }
}
