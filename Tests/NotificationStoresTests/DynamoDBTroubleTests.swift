import CodeDeployNotifications
import CycleSupport
import Foundation
import NotificationStores
import Synchronization
import Testing

/// Faults of DynamoDB, and their consequences.
@Suite(.timeLimit(.minutes(10))) struct DynamoDBTroubleTests {
  private func meddling(
    on server: DynamoDBServer = DynamoDBServer.all[0],
    _ body: (Installation, Meddler, DynamoDBServer.Table) async throws -> Void
  ) async throws {
    try await server.withTable { table async throws in
      let meddler = Meddler()
      try await body(Installation(store: table.store(through: meddler.caller)), meddler, table)
    }
  }

  private static let writes: Set = ["PutItem", "DeleteItem", "TransactWriteItems"]

  @Test(
    "Another write in the way is waited for",
    arguments: [
      AWSFailure.cancelled("TransactionConflict"),
      .cancelled("ConditionalCheckFailed", "ThrottlingError"),
      AWSFailure(.refused, code: "TransactionConflictException", ""),
      AWSFailure(.refused, code: "ConditionalCheckFailedException", ""),
    ])
  func conflicts(failure: AWSFailure) async throws {
    try await meddling { site, meddler, _ async throws in
      try await site.register()
      site.codeDeploy.put((0..<5).map { Sample.deployment("d-\($0)") })
      let misses = Mutex(0)
      // Two of three writes conflict with another, except the watermark's, which can't.
      meddler.meddle { operation, number in
        guard operation == "TransactWriteItems", number % 3 != 0 else { return nil }
        misses.withLock { $0 += 1 }
        return .fail(failure)
      }
      let report = await site.poll()
      #expect(report.storeFailure == nil)
      #expect(report.notifications.count == 5)
      #expect(Set(site.provider.accepted).count == 5)
      #expect(site.provider.accepted.count == 5)
      #expect(misses.withLock { $0 } > 5)
    }
  }

  @Test("What never gets through ends the cycle, and the next makes it good")
  func endless() async throws {
    try await meddling { site, meddler, _ async throws in
      try await site.register()
      site.codeDeploy.put(Sample.deployment())
      for failure in [
        AWSFailure.cancelled("TransactionConflict"), .cancelled("ValidationError"), .throttled,
        .unreachable,
      ] {
        meddler.meddle { operation, _ in
          operation == "TransactWriteItems" ? .fail(failure) : nil
        }
        let report = await site.poll()
        #expect(report.storeFailure?.kind == .unreachable)
        #expect(site.provider.accepted == [])
        #expect(try await site.store.progress(of: Sample.scope).watermark == nil)
      }
      meddler.meddle { _, _ in nil }
      #expect(await site.poll().lines == ["d-1 succeeded hook sent: ok"])
    }
  }

  @Test("A write that the transport repeats is made once, and counts")
  func repeated() async throws {
    try await meddling { site, meddler, _ async throws in
      meddler.meddle { operation, _ in Self.writes.contains(operation) ? .twice : nil }
      try await site.register()
      site.codeDeploy.put((0..<3).map { Sample.deployment("d-\($0)") })
      let report = await site.poll()
      #expect(report.lines == (0..<3).map { "d-\($0) succeeded hook sent: ok" })
      #expect(try await site.ledger() == (0..<3).map { "d-\($0) succeeded hook sent" })
      #expect(try await site.store.change([.put(Sample.record(), over: nil)]) == false)
      let records = try await site.store.registrations()
      let changed = Sample.record(since: Sample.at(-1))
      #expect(try await site.store.change([.put(changed, over: records[0])]))
      #expect(try await site.store.change([.remove(changed)]))
      #expect(try await !site.store.change([.remove(changed)]), "it is gone")
    }
  }

  @Test("What is left out of a batch is asked for again")
  func unprocessed() async throws {
    try await meddling { site, meddler, _ async throws in
      let ids = (0..<130).map { "d-\($0)" }
      try await site.store.makePending(ids.map { Sample.deployment($0) })
      meddler.meddle { operation, _ in
        operation == "BatchGetItem" ? .change(Self.firstHalf, Self.withRest) : nil
      }
      #expect(try await site.store.deployments(ids, in: Sample.scope).count == 130)
      #expect(try await site.store.pendingCount(.all) == 130)
    }
  }

  /// A batch without the second half of its keys.
  private static func firstHalf(_ body: [UInt8]) throws -> [UInt8] {
    try edit(body) { $0.prefix(max(1, $0.count / 2)) }
  }

  /// An answer that says that the second half wasn't processed.
  private static func withRest(_ body: [UInt8], _ answer: [UInt8]) throws -> [UInt8] {
    let rest = try edit(body) { $0.dropFirst(max(1, $0.count / 2)) }
    let request = try JSONSerialization.jsonObject(with: Data(rest)) as? [String: Any]
    var object = try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any]
    let tables = request?["RequestItems"] as? [String: [String: Any]] ?? [:]
    let isEmpty = tables.values.allSatisfy { ($0["Keys"] as? [Any])?.isEmpty ?? true }
    object?["UnprocessedKeys"] = isEmpty ? [:] : tables
    return [UInt8](try JSONSerialization.data(withJSONObject: object ?? [:]))
  }

  private static func edit(
    _ body: [UInt8], _ keys: (ArraySlice<Any>) -> ArraySlice<Any>
  ) throws -> [UInt8] {
    var object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] ?? [:]
    var tables = object["RequestItems"] as? [String: [String: Any]] ?? [:]
    for (name, table) in tables {
      tables[name]?["Keys"] = Array(keys((table["Keys"] as? [Any] ?? [])[...]))
    }
    object["RequestItems"] = tables
    return [UInt8](try JSONSerialization.data(withJSONObject: object))
  }

  @Test(
    "Whichever request of a cycle fails, the next makes good", arguments: DynamoDBServer.all,
    ["fail", "lose"])
  func everyRequest(server: DynamoDBServer, kind: String) async throws {
    var number = 0
    var isOver = false
    while !isOver {
      number += 1
      try await meddling(on: server) { [number] site, meddler, _ in
        try await site.register("checkout", ["one", "two"].map { .hook($0) })
        site.codeDeploy.put(Sample.deployment("d-1"), Sample.deployment("d-2", .inProgress))
        meddler.meddle { _, at in
          at != number ? nil : kind == "fail" ? .fail(.unreachable) : .lose(.unreachable)
        }
        _ = await site.poll()
        isOver = meddler.takeOperations().count < number
        meddler.meddle { _, _ in nil }
        // A claim whose outcome couldn't be recorded runs out.
        site.clock.pass(120)
        site.codeDeploy.put(Sample.deployment("d-2"))
        let report = await site.poll()
        #expect(report.storeFailure == nil, "request \(number)")
        #expect(report.pending == 0, "request \(number)")
        let counts = Dictionary(site.provider.accepted.map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts.keys.count == 4, "request \(number)")
        // The one gap is what was sent and not recorded, which is at most what one request records:
        // here the two channels of one deployment.
        #expect(counts.values.reduce(0, +) <= 6, "request \(number)")
      }
    }
    print("\(server), \(kind): every one of \(number - 1) requests")
    #expect(number > 10)
  }

  @Test("A table that vanishes in the middle of a cycle takes the sending with it")
  func vanishing() async throws {
    try await meddling { site, meddler, table async throws in
      try await site.register()
      site.codeDeploy.put((0..<40).map { Sample.deployment("d-\($0)") })
      let isGone = Mutex(false)
      meddler.meddle { operation, number in
        // After the claims: the table is gone when the first outcome is recorded.
        guard operation == "TransactWriteItems", number > 60 else { return nil }
        return .after {
          guard
            isGone.withLock({ gone in
              defer { gone = true }
              return !gone
            })
          else { return }
          _ = try await table.call("DeleteTable", #"{"TableName": "\#(table.name)"}"#)
        }
      }
      let report = await site.poll()
      #expect(report.storeFailure?.kind == .unreachable)
      #expect(report.storeFailure?.description.contains("there is no such table") == true)
      // Only what was already being sent was sent.
      #expect(site.provider.accepted.count <= 8)
    }
  }
}
