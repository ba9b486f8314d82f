import CodeDeployNotifications
import CycleSupport
import Foundation
import NotificationStores
import Testing

/// What only the store in a table does.
@Suite(.timeLimit(.minutes(10))) struct DynamoDBStoreTests {
  @Test(
    "What is done with has a time to be forgotten, and nothing else", arguments: DynamoDBServer.all)
  func expiry(server: DynamoDBServer) async throws {
    try await server.withTable { table async throws in
      let store = table.store(retention: .seconds(1000))
      #expect(try await store.register(Sample.record()))
      try await store.makePending(["d-sent", "d-retried", "d-held"].map { Sample.deployment($0) })
      _ = try await store.record(
        Sample.finding(
          [Sample.deployment("d-quiet"), Sample.deployment("d-running", .inProgress)],
          foreign: [Sample.deployment("d-foreign", .inProgress, of: "basket")],
          unread: ["d-unread"]))
      for claimed in try await store.claim(Sample.claim())
      where claimed.key.deployment.id != "d-held" {
        let outcome = DeliveryOutcome(
          claimed.key.deployment.id == "d-sent" ? .sent : .failed, reason: "", attempts: 1,
          at: Sample.at(500))
        #expect(try await store.settle(claimed, outcome))
      }
      let end = Int(Sample.at(1000).timeIntervalSince1970)
      func expiries() async throws -> [String: Int] {
        try await table.items().compactMapValues(\.ttl)
      }
      #expect(
        try await expiries() == ["d-sent": end, "d-retried": end, "d-quiet": end, "d-foreign": end])
      // A notification that is pending again keeps its deployment.
      #expect(try await store.retry(.all(applications: []), now: Sample.at(900)).count == 1)
      #expect(try await expiries() == ["d-sent": end, "d-quiet": end, "d-foreign": end])
    }
  }

  @Test("What nobody waits for any more is given up, so that it is forgotten")
  func leftovers() async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      let store = table.store(retention: .seconds(1000))
      #expect(try await store.register(Sample.record()))
      _ = try await store.record(
        Sample.finding([Sample.deployment("d-1", .inProgress)], unread: ["d-2"]))
      #expect(try await store.change([.remove(Sample.record())]))
      _ = try await store.opening(.all, now: Sample.now)
      _ = try await store.prune(before: Sample.at(-1), limit: 10)
      #expect(try await table.items().compactMapValues(\.ttl).keys.sorted() == ["d-1"])
      #expect(try await store.progress(of: Sample.scope).inFlight.map(\.key.id) == ["d-2"])
      _ = try await store.opening(.all, now: Sample.at(2000))
      _ = try await store.prune(before: Sample.at(1000), limit: 10)
      #expect(try await table.items().compactMapValues(\.ttl).count == 2)
      #expect(try await store.progress(of: Sample.scope).inFlight == [])
    }
  }

  @Test("What is too large for an item is refused in words, and keeps nobody else away")
  func tooLarge() async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      let store = table.store()
      var large = Sample.deployment("d-20")
      large.description = String(repeating: "a", count: 410 * 1024)
      let others = (10..<60).filter { $0 != 20 }.map { Sample.deployment("d-\($0)") }
      let failure = await #expect(throws: StoreFailure.self) {
        try await store.record(Sample.finding([large] + others, watermark: Sample.now))
      }
      #expect(
        failure?.description
          == "deployment d-20 with its notifications takes 410 KB, and DynamoDB holds no more than "
          + "400 KB in an item: use shorter texts or fewer channels, or a SQLite store")
      #expect(try await store.deployments(others.map(\.id), in: Sample.scope).count == 49)
      #expect(try await store.progress(of: Sample.scope).watermark == nil)

      // The contents of revisions aren't essential.
      var contents = Sample.deployment("d-20")
      contents.revision = Revision(
        type: "AppSpecContent", content: String(repeating: "b", count: 210 * 1024), sha256: "s")
      let event = Sample.event(of: contents)
      #expect(try await store.record(Sample.finding([contents], [event])).count == 1)
      let claimed = try await store.claim(Sample.claim())
      #expect(claimed.map(\.notification.revision?.content) == [nil])
      #expect(claimed.map(\.notification.revision?.sha256) == ["s"])

      let channel = ChannelConfiguration(type: "hook", body: large.description)
      let second = await #expect(throws: StoreFailure.self) {
        try await store.register(Sample.record(Sample.registration(channels: [channel])))
      }
      #expect(second?.description.hasPrefix("the registration of checkout takes 410 KB") == true)
    }
  }

  @Test("More changes than a transaction holds are made all or none", arguments: [false, true])
  func manyChanges(isStale: Bool) async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      let meddler = Meddler()
      let store = table.store(through: meddler.caller)
      let names = (100..<350).map { "application-\($0)" }
      let old = Sample.record(Sample.registration(names[0]), since: Sample.at(-9))
      #expect(try await store.register(old))
      let changes = names.map { name in
        RegistrationChange.put(
          Sample.record(Sample.registration(name)), over: name == names[0] ? old : nil)
      }
      let other = table.store()
      meddler.meddle { operation, number in
        guard isStale, operation == "TransactWriteItems", number > 5 else { return nil }
        return .after {
          // Somebody registers one of the last applications meanwhile.
          _ = try await other.register(Sample.record(Sample.registration(names[249])))
        }
      }
      #expect(try await store.change(changes) == !isStale)
      let records = try await store.registrations()
      #expect(records.count == (isStale ? 2 : 250))
      #expect((records.first == old) == isStale)
    }
  }

  @Test("A table that isn't ours, a newer one's, and none at all are said to be so")
  func otherTables() async throws {
    let server = DynamoDBServer.all[0]
    try await server.withTable { table async throws in
      let store = table.store()
      _ = try await table.call(
        "PutItem",
        #"""
        {"TableName": "\#(table.name)",
         "Item": {"pk": {"S": "desk"}, "sk": {"S": "schema"}, "version": {"N": "3"}}}
        """#)
      let newer = await #expect(throws: StoreFailure.self) { try await store.registrations() }
      #expect(newer?.kind == .unusable)
      #expect(newer?.description.contains("written by a newer version") == true)
      let poll = await #expect(throws: StoreFailure.self) {
        try await store.opening(.all, now: Sample.now)
      }
      #expect(poll?.description == newer?.description)
      let change = await #expect(throws: StoreFailure.self) {
        try await store.register(Sample.record())
      }
      #expect(change?.description == newer?.description)
      _ = try await table.call("DeleteTable", #"{"TableName": "\#(table.name)"}"#)
      let gone = await #expect(throws: StoreFailure.self) { try await store.registrations() }
      #expect(gone?.kind == .unreachable)
      #expect(
        gone?.description
          == "the store dynamodb:\(table.name) in eu-west-1 can't be used: there is no such table: "
          + "create it, or name another")
      _ = try await table.call(
        "CreateTable",
        #"""
        {"TableName": "\#(table.name)", "BillingMode": "PAY_PER_REQUEST",
         "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
         "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}
        """#)
      let foreign = await #expect(throws: StoreFailure.self) { try await store.registrations() }
      #expect(
        foreign?.description.contains("check that the table was created for this") == true)
      let setup = DynamoDBSetup(table: table.name, region: "eu-west-1", caller: table.caller)
      #expect(try await setup.state()?.isOurs == false)
    }
  }
}

extension DynamoDBServer.Table {
  struct StoredItem: Sendable, Decodable {
    struct Value: Sendable, Hashable, Decodable {
      var text: String?
      var number: String?
      enum CodingKeys: String, CodingKey {
        case text = "S"
        case number = "N"
      }
    }
    var pk: Value
    var expiry: Value?
    var ttl: Int? { expiry?.number.flatMap { Int($0) } }
    enum CodingKeys: String, CodingKey {
      case pk
      case expiry = "ttl"
    }
  }

  /// The deployments' items, by id.
  func items() async throws -> [String: StoredItem] {
    let answer = try await call("Scan", #"{"TableName": "\#(name)"}"#)
    let page = try JSONDecoder().decode([String: Items].self, from: Data(answer.utf8))
    var items: [String: StoredItem] = [:]
    for item in page["Items"]?.list ?? [] {
      guard let partition = item.pk.text, partition.hasPrefix("deployment#") else { continue }
      items[String(partition.split(separator: "#").last ?? "")] = item
    }
    return items
  }

  /// An answer's member: the list of items, or another value.
  private struct Items: Decodable {
    var list: [StoredItem]
    init(from decoder: any Decoder) throws { list = (try? [StoredItem](from: decoder)) ?? [] }
  }
}
