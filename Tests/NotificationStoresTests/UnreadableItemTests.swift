import CodeDeployNotifications
import CycleSupport
import Foundation
import NotificationStores
import Testing

/// Items and rows that somebody spoilt: each costs itself, and is told of.
@Suite(.timeLimit(.minutes(10))) struct UnreadableItemTests {
  /// What may stand in the place of a text that the store wrote.
  private static let spoilt = [
    "{", "null", #"{"version": 9e999}"#, #"{"key":{"id":"d-1","scope":{}},"seen_at":-1}"#,
  ]

  private func put(
    _ table: DynamoDBServer.Table, _ key: String, _ sort: String, _ attributes: String
  ) async throws {
    func text(_ value: String) throws -> String {
      #"{"S": \#(String(decoding: try JSONEncoder().encode(value), as: UTF8.self))}"#
    }
    _ = try await table.call(
      "PutItem",
      """
      {"TableName": "\(table.name)", "Item": {"pk": \(try text(key)), "sk": \(try text(sort)), \
      \(attributes)}}
      """)
  }

  @Test("An item of a deployment that can't be read costs that deployment", arguments: spoilt)
  func deployment(text: String) async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      let site = Installation(store: table.store())
      try await site.register()
      let (region, id) = (Sample.scope.region, "d-1")
      let json = String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
      // One that is live, and one that stands in the way of what is found.
      for spoilt in ["d-0", id] {
        try await put(
          table, "deployment#\(region)###\(spoilt)", "ledger",
          #""entry": {"S": \#(json)}, "version": {"N": "1"}, "failed": {"SS": ["x"]}"#)
      }
      try await put(table, "desk", "live#\(region)###d-0", #""x": {"S": "y"}"#)
      site.codeDeploy.put([Sample.deployment(id), Sample.deployment("d-2")])

      let report = await site.poll()
      #expect(report.notifications.map(\.deploymentID) == ["d-2"])
      #expect(site.provider.accepted.count == 1)
      let said = try #require(report.storeFailure?.description)
      #expect(said.contains("what the store holds of deployment d-0 in \(region)"), "\(said)")
      #expect(said.contains("and 1 more rows, can't be read"), "\(said)")
      #expect(said.contains("delete the item deployment#\(region)###d-0 ledger"), "\(said)")

      // The next has nothing to do anew, and history and numbers are there.
      #expect(await site.poll().notifications.isEmpty)
      _ = await site.store.unreadableRows()
      #expect(try await site.store.history(HistoryQuery()).map(\.deployment.id) == ["d-2"])
      #expect(await site.store.unreadableRows().count == 2)
      #expect(try await site.store.outbox(countingFailed: true).failed == 0)
      #expect(try await site.store.retry(.all(applications: []), now: Sample.now).isEmpty)
      // What is moved is moved whole.
      await #expect(throws: StoreFailure.self) { try await site.store.contents { _ in } }
    }
  }

  @Test("A mute that can't be read holds nothing back, and is told of", arguments: spoilt + [""])
  func mute(text: String) async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      let site = Installation(store: table.store())
      try await site.register()
      let json = String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
      try await put(
        table, "desk", "mute#checkout#\(Sample.scope.region)####1",
        text.isEmpty ? #""x": {"N": "1"}"# : #""record": {"S": \#(json)}"#)
      site.codeDeploy.put(Sample.deployment())
      let report = await site.poll()
      #expect(report.notifications.count == 1)
      let said = try #require(report.storeFailure?.description)
      #expect(said.contains("a mute of checkout in \(Sample.scope.region)"), "\(said)")
      #expect(try await site.store.mutes().isEmpty)
    }
  }
}
