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

      // A place is given up with its last registration only.
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

  @Test("A registration that is made while its place is given up keeps the place")
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

  @Test("Who is interrupted after a removal leaves a place that the next poll gives up")
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
      #expect(try await store.take(records.map { .registration($0) }).added == 3)
      try await table.expectSigns(of: records)
      #expect(try await store.take(records.map { .registration($0) }).added == 0)
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
        _ = try? await store.take(records.map { .registration($0) })
        isOver = meddler.takeOperations().count < number
        meddler.meddle { _, _ in nil }
        _ = try await store.take(records.map { .registration($0) })
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

  @Test("After any changes side by side the signs are those of the registrations", arguments: 1...4)
  func sideBySide(seed: UInt64) async throws {
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

extension RegistrationRecord {
  func with(channels: [String]) -> RegistrationRecord {
    var registration = registration
    registration.channels = channels.map { .hook($0) }
    return Sample.record(registration)
  }
}

extension DynamoDBServer.Table {
  private struct Desk: Decodable {
    var items: [[String: StoredItem.Value]]
    enum CodingKeys: String, CodingKey { case items = "Items" }
  }

  /// The items of the partition `desk`, by sort key, without attributes of other types than text
  /// and numbers.
  func desk() async throws -> [String: [String: StoredItem.Value]] {
    let answer = try await call(
      "Query",
      #"""
      {"TableName": "\#(name)", "KeyConditionExpression": "pk = :p", "ConsistentRead": true,
       "ExpressionAttributeValues": {":p": {"S": "desk"}}}
      """#)
    let items = try JSONDecoder().decode(Desk.self, from: Data(answer.utf8)).items
    return Dictionary(items.map { ($0["sk"]?.text ?? "", $0) }, uniquingKeysWith: { $1 })
  }

  /// The sort keys of all signs, sorted.
  func signs() async throws -> [String] {
    try await desk().keys.filter { $0.hasPrefix("place#") || $0.hasPrefix("fresh#") }.sorted()
  }

  func put(_ sort: String, record: String? = nil) async throws {
    var item = ["pk": ["S": "desk"], "sk": ["S": sort]]
    if let record { item["record"] = ["S": record] }
    let json = String(decoding: try JSONEncoder().encode(item), as: UTF8.self)
    _ = try await call("PutItem", #"{"TableName": "\#(name)", "Item": \#(json)}"#)
  }

  /// Expects the table's registrations to be these, each with its signs, and no other signs.
  func expectSigns(
    of records: [RegistrationRecord], _ comment: Comment? = nil,
    at location: SourceLocation = #_sourceLocation
  ) async throws {
    func part(_ text: String) -> String {
      text.replacing("%", with: "%25").replacing("#", with: "%23")
    }
    func parts(_ scope: AWSScope) -> String {
      [scope.region, scope.profile, scope.roleARN].map(part).joined(separator: "#")
    }
    let registrations = records.map(\.registration)
    let expected =
      Set(registrations.map { "place#\(parts($0.scope))#\($0.externalID ?? "")" })
      .union(
        records.filter { $0.backfillSince != nil }.map(\.registration).map {
          "fresh#\(part($0.application))#\(parts($0.scope))"
        })
    let desk = try await desk()
    #expect(
      Set(desk.keys.filter { $0.hasPrefix("place#") || $0.hasPrefix("fresh#") }) == expected,
      comment, sourceLocation: location)
    #expect(
      desk.keys.filter { $0.hasPrefix("registration#") }.count == records.count, comment,
      sourceLocation: location)
    let schema = desk["schema"]
    #expect(schema?["version"]?.number == "2", comment, sourceLocation: location)
    #expect(schema?["incomplete"] == nil, comment, sourceLocation: location)
    #expect(
      desk.filter { $0.key.hasPrefix("place#") }.allSatisfy { $0.value["doubtful"] == nil },
      comment, sourceLocation: location)
  }
}
