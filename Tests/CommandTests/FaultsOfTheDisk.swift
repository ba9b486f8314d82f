import Foundation
import Testing

/// The store's disk is full or read-only: the command prints a sentence, and nothing is lost.
@Suite struct FaultsOfTheDisk {
  private func isOneSentence(_ run: Run, _ text: String, _ at: Comment) {
    #expect(run.status == 74, at)
    #expect(run.output == "", at)
    #expect(run.error.hasPrefix("cdnotify: "), at)
    #expect(run.error.contains(text), "\(at): \(run.error)")
    #expect(run.error.split(separator: "\n").count == 1, "\(at): \(run.error)")
  }

  @Test(
    "However little space is left, it is told in a sentence and nothing is lost",
    .enabled(if: Disk.isAvailable, "needs the right to mount"), arguments: ["register", "poll"])
  func fullDisk(_ command: String) async throws {
    try await World.with { world in
      let disk = try Disk(world, kibibytes: 1024)
      let scene = try await FaultScene(disk.world)
      let register = scene.registering("all", "ends", options: ["--since", "1h"])
      let ids = try await world.aws.deploy("checkout", #""count": 2"#)
      let expected = Set(
        ids.flatMap { FaultScene.slots(of: $0, ending: "Succeeded", on: ["all", "ends"]) })
      var (pages, failures, repeated) = (0, 0, 0)
      var succeeded = 0
      // Until there was enough room a few times: what is needed differs a little between runs.
      while succeeded < 3, pages < 200 {
        let at: Comment = "\(command) with \(pages) pages left"
        try await disk.world.python("import glob, os; [os.remove(f) for f in glob.glob('*')]")
        try await world.sink.forget()
        if command == "poll" { #expect(try await disk.world.cdnotify(register).status == 0, at) }
        try await disk.fill(leaving: pages)
        let run = try await disk.world.cdnotify(command == "poll" ? ["poll"] : register)
        try await disk.clear()
        if run.status == 0 {
          succeeded += 1
        } else {
          isOneSentence(run, "there is no space left on its device", at)
          failures += 1
        }
        let early = Set(try await scene.arrivals().map(\.slot))
        var unrecorded: Set<Slot> = []
        if command == "poll" {
          let ledger = try await disk.world.ledger(thenTimePasses: true)
          unrecorded = early.subtracting(ledger.filter { $0.state == "sent" }.map(\.slot))
        } else {
          #expect(try await disk.world.cdnotify(register).status == 0, at)
        }
        #expect(try await scene.settle() != nil, at)
        let arrivals = try await scene.arrivals()
        #expect(Set(arrivals.map(\.slot)) == expected, at)
        #expect(arrivals.count == expected.count + unrecorded.count, at)
        #expect(Set(arrivals.map(\.id)).count == expected.count, at)
        repeated += unrecorded.count
        pages += command == "poll" ? 2 : 4
      }
      #expect(succeeded == 3)
      #expect(failures > 0)
      print(
        "full disk, \(command): \(failures) runs had too little; "
          + "\(repeated) notifications sent again")
    }
  }

  @Test(
    "A disk that can't be written is told in a sentence, and nothing is sent or lost",
    .enabled(if: Disk.isAvailable, "needs the right to mount"), arguments: [false, true])
  func readOnly(afterAKill: Bool) async throws {
    try await World.with { world in
      let disk = try Disk(world, kibibytes: 1024)
      let scene = try await FaultScene(disk.world)
      #expect(try await disk.world.cdnotify(scene.registering("all", "ends")).status == 0)
      let id = try await world.aws.deploy("checkout", #""create_time": 0"#)[0]
      if afterAKill {
        try await world.sink.script("/hook", #""hang": 60"#)
        let poll = try disk.world.start(["poll"])
        try await world.sink.wait(for: 1, "/hook")
        poll.signal(SIGKILL)
        #expect(await poll.end().status == -1)
        try await world.sink.clearScripts()
        try await world.sink.forget()
      }
      try await disk.remount("ro")
      for arguments in [["poll"], scene.registering("failures"), ["unregister", "checkout"]] {
        let run = try await disk.world.cdnotify(arguments)
        isOneSentence(run, "can't be", "\(arguments)")
      }
      #expect(try await world.sink.requests("/hook").isEmpty)
      try await disk.remount("rw")
      try await disk.world.letTimePass()
      #expect(try await disk.world.cdnotify("poll").status == 0)
      let arrivals = try await scene.arrivals().map(\.slot)
      let expected = FaultScene.slots(of: id, ending: "Succeeded", on: ["all", "ends"])
      #expect(Set(arrivals) == Set(expected))
      #expect(arrivals.count == expected.count)
    }
  }
}
