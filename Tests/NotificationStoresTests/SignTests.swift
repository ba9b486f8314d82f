import CodeDeployNotifications
import CycleSupport
import Foundation
import NotificationStores
import Synchronization
import Testing

/// The signs that stand for registrations in a table, so that an idle cycle needn't read these.
@Suite(.timeLimit(.minutes(10))) struct SignTests {
  private let elsewhere = AWSScope(region: "us-east-1", roleARN: "arn:aws:iam::1:role/r#%")

  private func record(
    _ application: String, in scope: AWSScope = Sample.scope, externalID: String? = nil,
    isBackfilled: Bool = true
  ) -> RegistrationRecord {
    var registration = Sample.registration(application, in: scope)
    registration.externalID = externalID
    return Sample.record(registration, isBackfilled: isBackfilled)
  }

  @Test("Signs follow their registrations", arguments: DynamoDBServer.all)
  func signs(server: DynamoDBServer) async throws {
    try await server.withTable { table async throws in
      let store = table.store()
      let (first, second) = (record("a", externalID: "x"), record("b", externalID: "x"))
      let fresh = record("c", in: elsewhere, isBackfilled: false)
      #expect(try await store.register(first, second, fresh))
      let role = "arn:aws:iam::1:role/r%23%25"
      #expect(
        try await table.signs() == [
          "fresh#c#us-east-1##\(role)", "place#eu-west-1###x", "place#us-east-1##\(role)#",
        ])
      let opening = try await store.opening(.all, now: Sample.now)
      #expect(opening.registrations == [fresh])
      #expect(!opening.hasAllRegistrations)

      // The first backfilled channel of two isn't enough.
      let two = record("c", in: elsewhere, isBackfilled: false)
        .with(channels: ["hook", "other"])
      #expect(try await store.change([.put(two, over: fresh)]))
      var finding = Sample.finding(in: elsewhere)
      for (channel, isThere) in [("hook", true), ("other", false)] {
        finding.backfilled = two.notBackfilled.filter { $0.channel == channel }
        _ = try await store.record(finding)
        #expect(try await table.signs().contains { $0.hasPrefix("fresh#") } == isThere)
      }

      // A scope is given up with its last registration only.
      #expect(try await store.change([.remove(first)]))
      #expect(try await table.signs().contains("place#eu-west-1###x"))
      #expect(try await store.change([.put(record("b", externalID: "y"), over: second)]))
      #expect(
        try await table.signs() == ["place#eu-west-1###y", "place#us-east-1##\(role)#"])
      let rest = try await store.registrations()
      #expect(try await store.change(rest.map { .remove($0) }))
      #expect(try await table.signs() == [])
    }
  }

  @Test("A registration that is made while its scope is given up keeps the scope")
  func race() async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      let meddler = Meddler()
      let store = table.store(through: meddler.caller)
      let late = record("late", externalID: "x")
      for operation in ["Query", "DeleteItem"] {
        #expect(try await store.register(record("a", externalID: "x")))
        // Before the second query, which reads the registrations, or before the deletion.
        let number = Mutex(0)
        meddler.meddle { [late] made, _ in
          guard made == operation else { return nil }
          let count = number.withLock { number in
            number += 1
            return number
          }
          guard count == (operation == "Query" ? 3 : 1) else { return nil }
          return .after { _ = try await table.store().register(late) }
        }
        #expect(try await store.change([.remove(record("a", externalID: "x"))]))
        meddler.meddle { _, _ in nil }
        #expect(try await store.registrations() == [late])
        #expect(try await table.signs() == ["place#eu-west-1###x"], "\(operation)")
        #expect(try await store.change([.remove(late)]))
        #expect(try await table.signs() == [])
      }
    }
  }

  @Test("Who is interrupted after a removal leaves a scope that the next poll gives up")
  func interruptedRemoval() async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      let meddler = Meddler()
      let site = Installation(store: table.store(through: meddler.caller))
      #expect(
        try await site.store.register(record("a"), record("b", in: elsewhere, externalID: "x")))
      let isRemoved = Mutex(false)
      meddler.meddle { operation, _ in
        let isRemoved = isRemoved.withLock { removed in
          defer { if operation == "TransactWriteItems" { removed = true } }
          return removed
        }
        return isRemoved && operation == "Query" ? .fail(.unreachable) : nil
      }
      let gone = record("b", in: elsewhere, externalID: "x")
      _ = try? await site.store.change([.remove(gone)])
      meddler.meddle { _, _ in nil }
      #expect(try await table.signs().count == 2)
      // It isn't listed even before, nor by whoever may not write.
      let opening = try await site.store.opening(.all, now: Sample.now)
      #expect(opening.scopes == [ScopeAccess(Sample.scope)])
      #expect(await site.poll { $0.isDryRun = true }.scopes.map(\.scope) == [Sample.scope])
      #expect(try await table.signs().count == 2)
      #expect(await site.poll().scopes.map(\.scope) == [Sample.scope])
      #expect(try await table.signs() == ["place#eu-west-1###"])
      _ = meddler.takeOperations()
      _ = try await site.store.opening(.all, now: Sample.now)
      #expect(meddler.takeOperations() == ["Query", "Query"])
    }
  }

  @Test(
    "Whichever request of a change fails, the next poll has the right signs",
    arguments: ["fail", "lose"])
  func interruptedChange(kind: String) async throws {
    let old = [
      record("a"), record("b", in: elsewhere, externalID: "x"), record("c", externalID: "x"),
    ]
    let changes: [RegistrationChange] = [
      .remove(old[1]), .put(record("c", externalID: "y"), over: old[2]),
      .put(record("d", in: elsewhere, isBackfilled: false), over: nil),
    ]
    var (number, isOver) = (0, false)
    while !isOver {
      number += 1
      try await DynamoDBServer.all[0].withTable { [number] table async throws in
        let meddler = Meddler()
        let store = table.store(through: meddler.caller)
        #expect(try await store.change(old.map { .put($0, over: nil) }))
        meddler.meddle { _, at in
          at != number ? nil : kind == "fail" ? .fail(.unreachable) : .lose(.unreachable)
        }
        _ = try? await store.change(changes)
        isOver = meddler.takeOperations().count < number
        let next = Installation(store: table.store())
        let now = try await next.store.registrations()
        let scopes = Dictionary(grouping: now.map(\.registration), by: \.scope)
          .map { ScopeAccess($0, for: $1) }
        #expect(try await Set(next.store.opening(.all, now: Sample.now).scopes) == Set(scopes))
        #expect(await next.poll().storeFailure == nil, "request \(number)")
        try await table.expectSigns(
          of: try await next.store.registrations(), "request \(number)")
      }
    }
    #expect(number > 5)
  }

  @Test("Signs that nobody needs are found by the polls that they cost something")
  func tooMany() async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      let site = Installation(store: table.store())
      #expect(try await site.store.register(record("a")))
      for application in ["a", "b"] { try await table.put("fresh#\(application)#eu-west-1##") }
      #expect(await site.poll().storeFailure == nil)
      #expect(try await table.signs() == ["place#eu-west-1###"])
    }
  }

  @Test("An import leaves the signs of its registrations", arguments: DynamoDBServer.all)
  func imported(server: DynamoDBServer) async throws {
    try await server.withTable { table async throws in
      let store = table.store()
      let records = [
        record("a"), record("b", in: elsewhere, externalID: "x"), record("c", isBackfilled: false),
      ]
      #expect(try await store.importRecords(records.map { .registration($0) }).added == 3)
      try await table.expectSigns(of: records)
      #expect(try await store.importRecords(records.map { .registration($0) }).added == 0)
      try await table.expectSigns(of: records)
    }
  }

  @Test("Whichever request of an import fails, the same import again leaves its signs")
  func interruptedImport() async throws {
    let records = [record("a"), record("b", in: elsewhere, externalID: "x", isBackfilled: false)]
    var (number, isOver) = (0, false)
    while !isOver {
      number += 1
      try await DynamoDBServer.all[0].withTable { [number] table async throws in
        let meddler = Meddler()
        let store = table.store(through: meddler.caller)
        meddler.meddle { _, at in at == number ? .fail(.unreachable) : nil }
        _ = try? await store.importRecords(records.map { .registration($0) })
        isOver = meddler.takeOperations().count < number
        meddler.meddle { _, _ in nil }
        _ = try await store.importRecords(records.map { .registration($0) })
        try await table.expectSigns(of: records)
      }
    }
    #expect(number > 10)
  }

  @Test("An unreadable registration's signs go with it")
  func unreadable() async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      let site = Installation(store: table.store())
      #expect(try await site.store.register(record("a"), record("b", in: elsewhere)))
      try await table.put("registration#b#us-east-1##arn:aws:iam::1:role/r%23%25", record: "{")
      // It isn't read while nobody needs it; whoever reads all has every poll report it from then.
      #expect(await site.poll().storeFailure == nil)
      #expect(try await site.store.change([.remove(record("a"))]))
      for _ in 0..<2 {
        let said = try #require(await site.poll().storeFailure?.description)
        #expect(said.contains("the store's registration of b"), "\(said)")
      }
      let rows = try await site.store.unreadableRegistrations()
      #expect(try await site.store.remove(try #require(rows.first)))
      #expect(try await table.signs() == [])
      #expect(await site.poll().storeFailure == nil)
    }
  }

  @Test("After any concurrent changes the signs are those of the registrations", arguments: 1...4)
  func concurrent(seed: UInt64) async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<3 as Range<UInt64> {
          group.addTask {
            var random = SeededGenerator(seed: seed * 10 + worker)
            let store = table.store()
            for _ in 0..<12 {
              let name = ["a", "b"].randomElement(using: &random) ?? ""
              let id = ["x", "y", nil].randomElement(using: &random) ?? nil
              let new = self.record(
                name, externalID: id, isBackfilled: Bool.random(using: &random))
              let old = try await store.registrations()
                .first { $0.registration.application == name }
              let removes = Bool.random(using: &random)
              guard old != nil || !removes else { continue }
              _ = try await store.change([
                removes ? .remove(old ?? new) : .put(new, over: old)
              ])
            }
          }
        }
        try await group.waitForAll()
      }
      let site = Installation(store: table.store())
      _ = await site.poll { $0.isDryRun = true }
      try await site.store.upkeep()
      try await table.expectSigns(of: try await site.store.registrations())
    }
  }
}
