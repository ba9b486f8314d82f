import CodeDeployNotifications
import CycleSupport
import Foundation
import NotificationStores
import Testing

/// A cycle's requests to DynamoDB, as documented in `docs/dynamodb.md`.
@Suite(.timeLimit(.minutes(10))) struct DynamoDBCostTests {
  /// The partition `desk` on both sides of the registrations.
  private static let idle = ["Query", "Query"]

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
    "An idle poll takes two requests, whatever has ended lately", arguments: DynamoDBServer.all)
  func idle(server: DynamoDBServer) async throws {
    try await counting(server) { site, meddler async throws in
      for application in ["basket", "checkout", "search"] { try await site.register(application) }
      _ = await site.poll()
      _ = meddler.takeOperations()
      site.clock.pass(2)
      #expect(await site.poll().storeFailure == nil)
      #expect(meddler.takeOperations() == Self.idle)

      // What ended within the listings' overlap is in each listing, and isn't looked up.
      site.codeDeploy.put((0..<30).map { Sample.deployment("d-\($0)") })
      #expect(await site.poll().pending == 0)
      for _ in 0..<2 {
        _ = meddler.takeOperations()
        site.clock.pass(2)
        #expect(await site.poll().lines == [])
        #expect(meddler.takeOperations() == Self.idle)
      }
      // The watermark is written once a minute.
      site.clock.pass(61)
      _ = await site.poll()
      #expect(meddler.takeOperations() == Self.idle + ["PutItem"])

      // A new channel may have to announce what has ended.
      try await site.register("checkout", ["hook", "new"].map { .hook($0) })
      site.clock.pass(2)
      #expect(await site.poll().lines.count == 30)
      #expect(meddler.takeOperations().contains("BatchGetItem"))
      site.clock.pass(2)
      _ = await site.poll()
      #expect(meddler.takeOperations() == Self.idle)
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
      #expect(meddler.takeOperations() == Self.idle)
    }
  }

  @Test("A poll with notifications that wait takes no more requests", arguments: DynamoDBServer.all)
  func pending(server: DynamoDBServer) async throws {
    try await counting(server) { site, meddler async throws in
      try await site.register()
      site.provider.answer("hook", 503)
      site.codeDeploy.put((0..<3).map { Sample.deployment("d-\($0)") })
      #expect(await site.poll().pending == 3)
      _ = meddler.takeOperations()
      site.codeDeploy.put((0..<3).map { Sample.deployment("d-\($0)", created: -9000) })
      site.clock.pass(2)
      #expect(await site.poll().pending == 3)
      #expect(meddler.takeOperations() == Self.idle + ["BatchGetItem"])
    }
  }

  @Test(
    "A poll with something in flight looks up whether it is still registered",
    arguments: DynamoDBServer.all)
  func inFlight(server: DynamoDBServer) async throws {
    try await counting(server) { site, meddler async throws in
      for application in ["basket", "checkout"] { try await site.register(application) }
      site.codeDeploy.put(
        Sample.deployment("d-1", .inProgress), Sample.deployment("d-2", .inProgress, of: "basket"))
      _ = await site.poll()
      _ = meddler.takeOperations()
      site.clock.pass(2)
      #expect(await site.poll().inFlightDeployments == 2)
      let expected = Self.idle + ["BatchGetItem", "BatchGetItem"]
      #expect(meddler.takeOperations().starts(with: expected))
    }
  }

  @Test(
    "However many registrations there are, an idle poll takes two requests",
    arguments: DynamoDBServer.all)
  func thousand(server: DynamoDBServer) async throws {
    try await counting(server) { site, meddler async throws in
      let body = String(repeating: "{{application}} ", count: 100)
      let records = (0..<1200).map { number in
        Sample.record(
          Sample.registration(
            "application-\(number)",
            channels: ["one", "two"].map { .init(type: "hook", name: $0, body: body) }),
          isBackfilled: true)
      }
      #expect(try await site.store.change(records.map { .put($0, over: nil) }))
      _ = await site.poll()
      _ = meddler.takeOperations()
      site.clock.pass(2)
      #expect(await site.poll().storeFailure == nil)
      #expect(meddler.takeOperations() == Self.idle)
      #expect(try await site.store.registrations().count == 1200, "every page was read")
      let pages = meddler.takeOperations().count
      #expect(pages > 3)

      // One that is new is read by itself.
      #expect(try await site.store.register(Sample.record()))
      _ = meddler.takeOperations()
      #expect(try await site.store.opening(.all, now: Sample.now).registrations.count == 1)
      #expect(meddler.takeOperations() == Self.idle + ["BatchGetItem"])
    }
  }

  @Test("A notification takes these sixteen requests", arguments: DynamoDBServer.all)
  func notification(server: DynamoDBServer) async throws {
    try await counting(server) { site, meddler async throws in
      try await site.register()
      _ = await site.poll()
      _ = meddler.takeOperations()
      site.clock.pass(2)
      site.codeDeploy.put(Sample.deployment())
      #expect(await site.poll().lines == ["d-1 succeeded hook sent: ok"])
      let expected = [
        "Query", "Query",  // signs of registrations, watermarks, markers of what is unsettled
        "BatchGetItem",  // what was listed
        "Query",  // who has registered meanwhile
        "GetItem",  // what the group deployed before
        "BatchGetItem", "TransactWriteItems",  // the finding
        "BatchGetItem", "PutItem", "PutItem",  // the group's last ends, and the watermark
        "Query", "BatchGetItem", "PutItem",  // the claim
        "Query",  // its registration
        "TransactWriteItems",  // its end
        "Query",  // what waits
      ]
      #expect(meddler.takeOperations() == expected)
    }
  }
}
