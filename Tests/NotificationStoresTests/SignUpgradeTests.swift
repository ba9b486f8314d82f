import CodeDeployNotifications
import CycleSupport
import Foundation
import NotificationStores
import Synchronization
import Testing

/// A table that a version without signs has written.
@Suite(.timeLimit(.minutes(10))) struct SignUpgradeTests {
  private let elsewhere = AWSScope(region: "us-east-1")

  private func record(
    _ application: String, in scope: AWSScope = Sample.scope, externalID: String? = nil
  ) -> RegistrationRecord {
    var registration = Sample.registration(application, in: scope)
    registration.externalID = externalID
    return Sample.record(registration, isBackfilled: true)
  }

  /// Puts a registration as an earlier version did.
  private static func put(
    _ record: RegistrationRecord, in table: DynamoDBServer.Table
  ) async throws {
    let scope = record.registration.scope
    try await table.put(
      "registration#\(record.registration.application)#\(scope.region)##",
      record: try RowCoding.encode(record))
  }

  private var records: [RegistrationRecord] {
    [record("a", externalID: "x"), record("b"), record("c", in: elsewhere)]
  }

  @Test(
    "The first whole poll gives an earlier version's table its signs",
    arguments: DynamoDBServer.all)
  func upgrade(server: DynamoDBServer) async throws {
    try await server.withTable { table async throws in
      let meddler = Meddler()
      let site = Installation(store: table.store(through: meddler.caller))
      for record in records + [Sample.record()] { try await Self.put(record, in: table) }
      let opening = try await site.store.opening(.all, now: Sample.now)
      #expect(opening.registrations.count == 4)
      #expect(opening.hasAllRegistrations)
      #expect(opening.scopes.count == 2)

      // What is only looked at, or concerns one application, changes nothing.
      let before = try await table.desk()
      #expect(await site.poll { $0.isDryRun = true }.storeFailure == nil)
      #expect(try await table.desk() == before)
      #expect(await site.poll { $0.applications = ["b"] }.storeFailure == nil)
      #expect(try await table.signs() == [])

      let backfilled = Sample.record(isBackfilled: true)
      #expect(await site.poll().storeFailure == nil)
      try await table.expectSigns(of: records + [backfilled])
      _ = meddler.takeOperations()
      let next = try await site.store.opening(.all, now: Sample.now)
      #expect(meddler.takeOperations() == ["Query", "Query"])
      #expect(
        next.scopes.sorted { $0.scope < $1.scope } == opening.scopes.sorted { $0.scope < $1.scope })
      #expect(next.registrations == [])
    }
  }

  @Test("So does the first change, before it is made")
  func change() async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      let store = table.store()
      for record in records { try await Self.put(record, in: table) }
      let changed = record("b", externalID: "y")
      #expect(try await store.change([.put(changed, over: record("b"))]))
      try await table.expectSigns(of: [records[0], changed, records[2]])
    }
  }

  @Test("A table that nobody has registered in is upgraded too")
  func empty() async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      let site = Installation(store: table.store())
      #expect(await site.poll().storeFailure == nil)
      try await table.expectSigns(of: [])
      #expect(try await site.store.register(records[0]))
      try await table.expectSigns(of: [records[0]])
    }
  }

  @Test(
    "Whichever request of the upgrade fails, nothing is missed and the next poll completes it",
    arguments: ["fail", "lose"])
  func interrupted(kind: String) async throws {
    var (number, isOver) = (0, false)
    while !isOver {
      number += 1
      try await DynamoDBServer.all[0].withTable { [number, records] table async throws in
        let meddler = Meddler()
        let site = Installation(store: table.store(through: meddler.caller))
        for record in records + [Sample.record()] { try await Self.put(record, in: table) }
        meddler.meddle { _, at in
          at != number ? nil : kind == "fail" ? .fail(.unreachable) : .lose(.unreachable)
        }
        _ = await site.poll()
        isOver = meddler.takeOperations().count < number
        meddler.meddle { _, _ in nil }
        let opening = try await table.store().opening(.all, now: Sample.now)
        #expect(opening.scopes.count == 2, "request \(number)")
        // Another process goes on, and has only what the table says.
        let next = Installation(store: table.store())
        #expect(await next.poll().storeFailure == nil, "request \(number)")
        try await table.expectSigns(
          of: records + [Sample.record(isBackfilled: true)], "request \(number)")
      }
    }
    print("\(kind): every one of \(number - 1) requests")
    #expect(number > 10)
  }

  @Test(
    "What an earlier version writes while its table is upgraded gets its signs",
    arguments: 1...14)
  func meanwhile(number: Int) async throws {
    try await DynamoDBServer.all[0].withTable { [records] table async throws in
      let meddler = Meddler()
      let site = Installation(store: table.store(through: meddler.caller))
      for record in records { try await Self.put(record, in: table) }
      let late = record("late", in: AWSScope(region: "ap-south-1"), externalID: "z")
      let isNoted = Mutex(false)
      meddler.meddle { _, at in
        guard at == number else { return nil }
        return .after {
          // It refuses the table from the moment that the schema is noted.
          if try await table.desk()["schema"] != nil {
            isNoted.withLock { $0 = true }
          } else {
            try await Self.put(late, in: table)
            _ = try await table.call(
              "DeleteItem",
              #"""
              {"TableName": "\#(table.name)",
               "Key": {"pk": {"S": "desk"}, "sk": {"S": "registration#c#us-east-1##"}}}
              """#)
          }
        }
      }
      #expect(await site.poll().storeFailure == nil)
      let wasMade = meddler.takeOperations().count >= number && !isNoted.withLock(\.self)
      meddler.meddle { _, _ in nil }
      _ = await site.poll()
      try await table.expectSigns(
        of: wasMade ? records.dropLast() + [late] : records, "request \(number)")
    }
  }

  @Test("Two hosts may upgrade a table at the same time", arguments: 1...3)
  func concurrent(run: Int) async throws {
    try await DynamoDBServer.all[0].withTable { [records] table async throws in
      for record in records { try await Self.put(record, in: table) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<3 {
          group.addTask {
            let report = await Installation(store: table.store()).poll()
            #expect(report.storeFailure == nil)
          }
        }
        try await group.waitForAll()
      }
      try await table.expectSigns(of: records)
    }
  }
}
