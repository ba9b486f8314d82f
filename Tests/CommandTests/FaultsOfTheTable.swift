import Foundation
import Testing

/// Each request to the table fails, once or until the cycle gives up: the next cycle recovers.
@Suite struct FaultsOfTheTable {
  struct Trouble: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// A fault of the local AWS, without braces.
    var fault: String
    var count = 1
  }

  static let troubles =
    [
      ("no answer", #""kind": "drop""#), ("an answer lost", #""kind": "drop", "executed": true"#),
      (
        "too much asked",
        #""kind": "error", "code": "ProvisionedThroughputExceededException", "message": "slow down""#
      ),
    ].flatMap { name, fault in
      [
        Trouble(testDescription: "\(name) once", fault: fault),
        Trouble(testDescription: "\(name) to the end", fault: fault, count: -1),
      ]
    } + [
      Trouble(testDescription: "an answer cut once", fault: #""kind": "cut""#),
      Trouble(testDescription: "500 once", fault: #""kind": "http", "status": 500"#),
      Trouble(
        testDescription: "another write in the way once",
        fault: #"""
          "operation": "TransactWriteItems", "kind": "error",
          "code": "TransactionConflictException", "message": "in the way"
          """#),
    ]

  @Test("Whichever request to the table fails, the next poll recovers", arguments: troubles)
  func everyRequest(_ trouble: Trouble) async throws {
    try await World.with { world in
      let scene = try await FaultScene(world)
      let ids = try await world.aws.deploy("checkout", #""count": 2"#)
      let channels = ["all", "sns"]
      let expected = Set(
        ids.flatMap { FaultScene.slots(of: $0, ending: "Succeeded", on: channels) })
      let register = scene.registering("all", "sns", options: ["--since", "1h"])
      var (number, left, repeated) = (0, 0, 0)
      var isOver = false
      while !isOver, number < 60 {
        number += 1
        let at: Comment = "\(trouble.testDescription), request \(number)"
        let world = try await world.withTable("table-\(number)")
        #expect(try await world.cdnotify(register).status == 0)
        try await scene.forgetArrivals()
        try await world.aws.fault(
          #"""
          {"service": "dynamodb", "nth": \#(number), "count": \#(trouble.count), "same": true,
           \#(trouble.fault)}
          """#)
        let run = try await world.cdnotify("poll")
        isOver = try await world.aws.faultHits() == 0
        #expect([0, 69, 75].contains(run.status), "\(at): \(run.status) \(run.error)")
        if trouble.count == 1 { #expect(run.status == 0, "\(at): \(run.error)") }
        left += run.status == 0 ? 0 : 1
        try await world.aws.clearFaults()
        try await world.letTimePass()

        // One clean cycle.
        #expect(try await world.cdnotify("poll").status == 0, at)
        let arrivals = try await scene.arrivals()
        let bySlot = Dictionary(grouping: arrivals, by: \.slot)
        #expect(Set(bySlot.keys) == expected, at)
        #expect(bySlot.values.allSatisfy { Set($0.map(\.id)).count == 1 }, at)
        let again = arrivals.count - bySlot.count
        // A single fault is retried within the cycle. Otherwise only notifications that were in
        // progress together can't be recorded, and are sent again.
        #expect(again <= (trouble.count == 1 ? 0 : 4), at)
        #expect(try await world.integrity() == "ok", at)
        repeated += again
      }
      #expect(isOver)
      print(
        "\(trouble.testDescription): \(number - 1) requests, \(left) cycles that left something to "
          + "the next, \(repeated) arrivals again that could not be recorded")
    }
  }

  @Test("Nothing is lost when a table vanishes during a poll and is restored")
  func vanishedTable() async throws {
    try await World.with { world in
      let scene = try await FaultScene(world)
      let here = try await world.withTable()
      #expect(try await here.cdnotify(scene.registering("all", "ends")).status == 0)
      let export = try await here.cdnotify("export", "--include-secrets")
      let ids = try await world.aws.deploy("checkout", #""count": 12, "create_time": 0"#)
      // The providers delay the first answers until the table is gone.
      try await world.sink.script("/hook", #""delay": 6"#)
      let poll = try here.start(["poll"])
      try await world.sink.wait(for: 4, "/hook")
      try await here.deleteTable()
      let run = await poll.end()
      #expect(run.status == 69)
      #expect(run.error.contains("there is no such table"))
      let early = try await scene.arrivals()
      // Four at first, one more for each success, and as many again meanwhile.
      #expect(early.count <= 16, "nothing more is sent that can't be recorded: \(early.count)")
      try await world.sink.clearScripts()

      // The table as restored from a backup that is older than the deployments.
      let again = try await world.withTable()
      #expect(try await again.cdnotify(["import"], input: export.output).status == 0)
      #expect(try await again.cdnotify("poll").status == 0)
      let arrivals = try await scene.arrivals()
      let expected = Set(
        ids.flatMap { FaultScene.slots(of: $0, ending: "Succeeded", on: ["all", "ends"]) })
      #expect(Set(arrivals.map(\.slot)) == expected)
      // What the lost table had recorded is sent again, under the same ids.
      #expect(arrivals.count == expected.count + early.count)
      #expect(Set(arrivals.map(\.id)).count == expected.count)
    }
  }
}
