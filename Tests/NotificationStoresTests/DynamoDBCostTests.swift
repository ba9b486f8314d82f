import CodeDeployNotifications
import CycleSupport
import Foundation
import NotificationStores
import Testing

/// A cycle's requests to DynamoDB, as documented in `docs/dynamodb.md`.
@Suite(.timeLimit(.minutes(10))) struct DynamoDBCostTests {
  /// Runs a body with an installation on DynamoDB that counts its requests.
  private func counting(
    _ server: DynamoDBServer, _ body: (Installation, Meddler) async throws -> Void
  ) async throws {
    try await server.withTable { table async throws in
      let meddler = Meddler()
      try await body(Installation(store: table.store(through: meddler.caller)), meddler)
    }
  }

  @Test(
    "An idle poll takes one request, or two with something listed", arguments: DynamoDBServer.all)
  func idle(server: DynamoDBServer) async throws {
    try await counting(server) { site, meddler async throws in
      for application in ["basket", "checkout", "search"] { try await site.register(application) }
      _ = await site.poll()
      _ = meddler.takeOperations()
      site.clock.pass(2)
      #expect(await site.poll().storeFailure == nil)
      #expect(meddler.takeOperations() == ["Query"])

      // What ended within the listings' overlap is in each listing, and isn't looked up.
      site.codeDeploy.put((0..<30).map { Sample.deployment("d-\($0)") })
      #expect(await site.poll().pending == 0)
      for _ in 0..<2 {
        _ = meddler.takeOperations()
        site.clock.pass(2)
        #expect(await site.poll().lines == [])
        #expect(meddler.takeOperations() == ["Query"])
      }
      // The watermark is written once a minute.
      site.clock.pass(61)
      _ = await site.poll()
      #expect(meddler.takeOperations() == ["Query", "PutItem"])

      // A new channel may have to announce what has ended.
      try await site.register("checkout", ["hook", "new"].map { .hook($0) })
      site.clock.pass(2)
      #expect(await site.poll().lines.count == 30)
      #expect(meddler.takeOperations().contains("BatchGetItem"))
      site.clock.pass(2)
      _ = await site.poll()
      #expect(meddler.takeOperations() == ["Query"])
    }
  }

  @Test("In each of several regions nothing is looked up either", arguments: DynamoDBServer.all)
  func regions(server: DynamoDBServer) async throws {
    try await counting(server) { site, meddler async throws in
      for region in ["eu-west-1", "us-east-1", "us-west-2"] {
        try await site.register(in: AWSScope(region: region))
      }
      site.codeDeploy.put((0..<5).map { Sample.deployment("d-\($0)") })
      #expect(await site.poll().notifications.count == 15)
      _ = meddler.takeOperations()
      site.clock.pass(2)
      #expect(await site.poll().lines == [])
      #expect(meddler.takeOperations() == ["Query"])
    }
  }

  @Test("A poll with notifications that wait takes no more requests", arguments: DynamoDBServer.all)
  func waiting(server: DynamoDBServer) async throws {
    try await counting(server) { site, meddler async throws in
      try await site.register()
      site.provider.answer("hook", 503)
      site.codeDeploy.put((0..<3).map { Sample.deployment("d-\($0)") })
      #expect(await site.poll().pending == 3)
      _ = meddler.takeOperations()
      site.codeDeploy.put((0..<3).map { Sample.deployment("d-\($0)", created: -9000) })
      site.clock.pass(2)
      #expect(await site.poll().pending == 3)
      #expect(meddler.takeOperations() == ["Query", "BatchGetItem"])
    }
  }

  @Test("A thousand registrations are one page or two", arguments: DynamoDBServer.all)
  func thousand(server: DynamoDBServer) async throws {
    try await counting(server) { site, meddler async throws in
      let records = (0..<1000).map { number in
        Sample.record(
          Sample.registration(
            "application-\(number)", channels: ["one", "two", "three"].map { .hook($0) }),
          isBackfilled: true)
      }
      #expect(try await site.store.change(records.map { .put($0, over: nil) }))
      _ = await site.poll()
      _ = meddler.takeOperations()
      site.clock.pass(2)
      let report = await site.poll()
      #expect(report.storeFailure == nil)
      let operations = meddler.takeOperations()
      #expect(operations.count <= 2, "\(operations)")
      #expect(try await site.store.registrations().count == 1000, "every page was read")
      print("a thousand registrations on \(server): \(operations)")
    }
  }

  @Test("A notification takes these fourteen requests", arguments: DynamoDBServer.all)
  func notification(server: DynamoDBServer) async throws {
    try await counting(server) { site, meddler async throws in
      try await site.register()
      _ = await site.poll()
      _ = meddler.takeOperations()
      site.clock.pass(2)
      site.codeDeploy.put(Sample.deployment())
      #expect(await site.poll().lines == ["d-1 succeeded hook sent: ok"])
      let expected = [
        "Query",  // registrations, watermarks, what is live
        "BatchGetItem",  // what was listed
        "Query",  // who has registered meanwhile
        "GetItem",  // what the group deployed before
        "BatchGetItem", "TransactWriteItems",  // the finding
        "BatchGetItem", "PutItem", "PutItem",  // the group's last ends, and the watermark
        "Query", "BatchGetItem", "PutItem",  // the claim
        "TransactWriteItems",  // its end
        "Query",  // what waits
      ]
      #expect(meddler.takeOperations() == expected)
    }
  }
}
