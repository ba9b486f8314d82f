import Foundation
import Testing

/// Each system call on the store's files fails once, or kills the process: the next cycle recovers.
@Suite struct FaultsInCalls {
  struct Fault: Sendable, CustomTestStringConvertible {
    var command: String
    var calls: String
    var action: String
    /// Whether all later calls fail too.
    var stays = false
    var testDescription: String { "\(command): \(calls) \(action)\(stays ? " from then on" : "")" }
    var kills: Bool { action.contains("KILL") }
  }

  static let faults =
    ["register", "poll"].flatMap { command in
      [
        Fault(command: command, calls: "fsync,fdatasync", action: "error=EIO"),
        Fault(command: command, calls: "fsync,fdatasync", action: "signal=KILL"),
        Fault(command: command, calls: "write,pwrite64", action: "error=ENOSPC"),
        Fault(command: command, calls: "write,pwrite64", action: "signal=KILL"),
        Fault(command: command, calls: "pread64", action: "error=EIO"),
      ]
    } + [Fault(command: "poll", calls: "write,pwrite64", action: "error=ENOSPC", stays: true)]

  private static let files = ["store.db", "store.db-wal", "store.db-shm", "store.db-journal"]
  private static let channels = ["all", "failures"]

  /// A world with one failed deployment, and the result of announcing it without faults.
  private struct Bench {
    let scene: FaultScene
    let tracing: Tracing
    let register: [String]
    let deployment: String
    var end: [String: String] = [:]

    init(_ world: World) async throws {
      scene = try await FaultScene(world)
      tracing = try await Tracing(world)
      // The deployment is older than the registration, which every run makes again.
      register = scene.registering("all", "failures", options: ["--since", "1h"])
      deployment = try await world.aws.deploy("checkout", #""status": "Failed""#)[0]
      #expect(try await world.cdnotify(register).status == 0)
      try FileManager.default.copyItem(
        atPath: world.path("store.db"), toPath: world.path("registered.db"))
      #expect(try await world.cdnotify("poll").status == 0)
      end = try await scene.history()
    }

    /// Resets the store and the providers to the state before `command`.
    func prepare(for command: String) async throws {
      let files = FileManager.default
      for name in try files.contentsOfDirectory(atPath: scene.world.home)
      where name.hasPrefix("store.db") { try files.removeItem(atPath: scene.world.path(name)) }
      if command == "poll" {
        try files.copyItem(
          atPath: scene.world.path("registered.db"), toPath: scene.world.path("store.db"))
      }
      try await scene.world.sink.forget()
    }
  }

  @Test(
    "Whichever system call on the store's files fails, the next polls recover", arguments: faults)
  func everyCall(_ fault: Fault) async throws {
    try await World.with { world in
      let bench = try await Bench(world)
      let arguments = fault.command == "poll" ? ["poll"] : bench.register
      let expected = Set(
        FaultScene.slots(of: bench.deployment, ending: "Failed", on: Self.channels))
      #expect(expected.count == 3)
      #expect(bench.end.count == 4)
      var (calls, runs, failures, repeated) = (0, 0, 0, 0)

      for file in Self.files {
        try await bench.prepare(for: fault.command)
        let undisturbed = try await bench.tracing.run(arguments, file: file, calls: fault.calls)
        #expect(undisturbed.run.status == 0)
        let count = undisturbed.calls.values.reduce(0, +)
        var hits = 0
        for number in 1...(count + 1) {
          let at: Comment = "\(fault.testDescription), call \(number) on \(file)"
          try await bench.prepare(for: fault.command)
          let traced = try await bench.tracing.run(
            arguments, file: file, calls: fault.calls,
            Tracing.Injection(
              action: fault.action, when: "\(number)\(fault.stays ? "+" : "")"))
          guard traced.wasHit else { break }
          hits += 1
          failures += traced.run.status == 0 ? 0 : 1
          check(traced.run, fault, at)
          repeated += try await recover(bench, fault, expected, at)
        }
        // The calls are distributed differently over threads in every run.
        let most = undisturbed.calls.values.max() ?? 0
        #expect(hits * 2 >= most, "\(fault.testDescription): \(hits) of \(most) on \(file)")
        calls += count
        runs += hits
      }
      #expect(runs > 0)
      print(
        "\(fault.testDescription): \(calls) calls undisturbed, \(runs) runs with a fault, "
          + "\(failures) of them failed, \(repeated) notifications sent again")
    }
  }

  @Test("A store that can't be written any more stops the sending")
  func failingStore() async throws {
    try await World.with { world in
      let scene = try await FaultScene(world)
      let tracing = try await Tracing(world)
      var number = 0
      var most = 0
      var wasHit = true
      while wasHit {
        number += 1
        for end in ["", "-wal", "-shm"] {
          try? FileManager.default.removeItem(atPath: world.path("store.db" + end))
        }
        #expect(try await world.cdnotify(scene.registering("ends")).status == 0)
        try await world.aws.deploy("checkout", #""count": 12, "create_time": 0"#)
        try await world.sink.forget()
        let traced = try await tracing.run(
          ["poll"], file: "store.db-wal", calls: "fdatasync",
          Tracing.Injection(action: "error=EIO", when: "\(number)+"))
        wasHit = traced.wasHit
        let recorded = try await world.ledger(state: "sent").map(\.slot)
        let unrecorded = Set(try await scene.arrivals().map(\.slot)).subtracting(recorded)
        // No more than were in progress together: four at first, and one more for each success that
        // was recorded. (Deployments of the round before that ended in the same second are sent too.)
        #expect(
          unrecorded.count <= 4 + recorded.count,
          "call \(number), \(recorded.count) recorded: \(traced.run.error)")
        most = max(most, unrecorded.count)
      }
      #expect(most > 0)
      print("a store that fails for good: \(number - 1) calls, at most \(most) unrecorded of 12")
    }
  }

  private func check(_ run: Run, _ fault: Fault, _ at: Comment) {
    #expect(run.output == "" || fault.command == "register", at)
    if fault.kills {
      #expect(run.error == "", at)
    } else if run.status == 0 {
      // SQLite tolerates failures in work that is optional, such as truncating the log at the end.
      #expect(run.error == "", at)
    } else {
      #expect(run.status == 74, at)
      #expect(run.error.hasPrefix("cdnotify: the store "), at)
      #expect(run.error.split(separator: "\n").count == 1, "\(at): \(run.error)")
    }
  }

  /// Runs cycles without faults, and compares with the result without faults. Returns how many
  /// notifications were sent again: only those whose sending couldn't be recorded.
  private func recover(
    _ bench: Bench, _ fault: Fault, _ expected: Set<Slot>, _ at: Comment
  ) async throws -> Int {
    let world = bench.scene.world
    let early = try await bench.scene.arrivals()
    var unrecorded: Set<Slot> = []
    if fault.command == "register" {
      #expect(early.isEmpty, at)
      #expect(try await world.cdnotify(bench.register).status == 0, at)
    } else {
      let ledger = try await world.ledger(thenTimePasses: true)
      let unsent = ledger.filter { $0.state != "sent" }.map(\.slot)
      unrecorded = Set(early.map(\.slot)).intersection(unsent)
      #expect(Set(early.map(\.slot)).isSubset(of: ledger.map(\.slot)), at)
      #expect(Set(early.map(\.slot)).count == early.count, at)
    }
    #expect(try await bench.scene.settle() != nil, at)
    #expect(try await bench.scene.history() == bench.end, at)
    let arrivals = try await bench.scene.arrivals()
    for slot in expected {
      let ids = arrivals.filter { $0.slot == slot }.map(\.id)
      #expect(ids.count == (unrecorded.contains(slot) ? 2 : 1), "\(at): \(slot)")
      #expect(Set(ids).count == 1, at)
    }
    #expect(Set(arrivals.map(\.slot)) == expected, at)
    return unrecorded.count
  }
}
