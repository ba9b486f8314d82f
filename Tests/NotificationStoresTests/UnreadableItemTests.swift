import CodeDeployNotifications
import CycleSupport
import DeploymentNotifier
import Foundation
import GRDB
import NotificationStores
import Testing

/// Damaged items and rows: none affects the others, and each is reported.
@Suite(.timeLimit(.minutes(10))) struct UnreadableItemTests {
  /// Values in place of a text that the store wrote.
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
      // An unsettled item, and one whose key a finding needs.
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
      #expect(said.contains("the store's record of deployment d-0 in \(region)"), "\(said)")
      #expect(said.contains("and 1 more row, can't be read"), "\(said)")
      #expect(
        said.hasSuffix(
          "delete the table's item with pk \"deployment#\(region)###d-0\" and sk \"ledger\", then "
            + "announce it by its id"), "\(said)")

      // The next cycle has nothing new to do, and the history and its counts work.
      #expect(await site.poll().notifications.isEmpty)
      let unreadable = UnreadableRows()
      let store = site.store.noting(in: unreadable)
      #expect(try await store.history(HistoryQuery()).map(\.deployment.id) == ["d-2"])
      #expect(unreadable.all.count == 2)
      #expect(try await site.store.outbox(countingFailed: true).failed == 0)
      #expect(try await site.store.retry(.all(applications: []), now: Sample.now).isEmpty)
      // An export has to be complete; a report leaves them out and says so.
      let nowhere = open("/dev/null", O_WRONLY)
      defer { close(nowhere) }
      let export = ExportWriter(
        to: nowhere, catalog: ChannelCatalog([]), includesSecrets: true, isForTerminal: false)
      let failure = await #expect(throws: StoreFailure.self) {
        try await export.writeAll(of: site.store, by: "a test")
      }
      #expect(failure?.description.contains("deployment d-0 in \(region), and 1 more") == true)
      let others = UnreadableRows()
      try await site.store.noting(in: others).exportRecords { _ in }
      #expect(others.all == unreadable.all)
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

  @Test("A reader hears of the rows that it couldn't read, and of no other reader's")
  func readers() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path("cdnotify.db")
      let site = Installation(store: try SQLiteStore(path: path))
      try await site.register()
      site.codeDeploy.put([Sample.deployment("d-1"), Sample.deployment("d-2")])
      _ = await site.poll()
      try await DatabaseQueue(path: path).write { database in
        try database.execute(
          sql: "UPDATE deployment SET snapshot = '{' WHERE deployment_id = 'd-1'")
      }
      let rows = [UnreadableRows(), UnreadableRows()]
      for rows in rows {
        let store = site.store.noting(in: rows)
        #expect(try await store.history(HistoryQuery()).map(\.deployment.id) == ["d-2"])
      }
      #expect(
        rows.map { $0.all.map(\.subject) } == [
          ["deployment d-1 in eu-west-1"], ["deployment d-1 in eu-west-1"],
        ])
      // A cycle that doesn't read the row says nothing of it, whoever has met it before.
      #expect(await site.poll().storeFailure == nil)
    }
  }

  @Test(
    "A group's list that can't be read is made anew",
    arguments: [
      #""ends": {"SS": ["junk"]}, "version": {"S": "x"}"#, #""ends": {"N": "1"}"#,
      #""x": {"S": "y"}"#,
      #""ends": {"SS": ["1 Succeeded d-0"]}, "version": {"N": "9223372036854775807"}"#,
      #""ends": {"SS": ["9223372036854775807 Failed d-0"]}, "version": {"N": "1e40"}"#,
    ])
  func group(attributes: String) async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      let site = Installation(store: table.store())
      try await site.register()
      try await put(
        table, "group#\(Sample.scope.region)###checkout#production", "ends", attributes)
      for id in ["d-1", "d-2"] {
        site.codeDeploy.put(Sample.deployment(id))
        let report = await site.poll()
        #expect(report.storeFailure == nil)
        #expect(report.notifications.map(\.deploymentID) == [id])
      }
      let group = DeploymentGroupName(application: "checkout", group: "production")
      let ends = try await site.store.ends(EndsQuery(scope: Sample.scope, group: group))
      #expect(Set(ends.map(\.deployment.id)) == ["d-1", "d-2"])
    }
  }

  /// The bounds of a table's numbers, and of numbers that a program can calculate with.
  private static let numbers = [
    "9223372036854775807", "-9223372036854775808", "1e125", "-1", "0.5",
  ]

  @Test("No number in a table stops a cycle or silences it", arguments: numbers)
  func number(number: String) async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      let site = Installation(store: table.store())
      try await site.register()
      let region = Sample.scope.region
      try await put(
        table, "desk", "scope#\(region)##",
        #""mark": {"N": "\#(number)"}, "denied_at": {"N": "\#(number)"}"#)
      try await put(
        table, "deployment#\(region)###d-0", "ledger",
        #""entry": {"S": "{}"}, "version": {"N": "\#(number)"}, "created": {"N": "\#(number)"}"#)
      try await put(table, "desk", "live#\(region)###d-0", #""x": {"S": "y"}"#)
      site.codeDeploy.put(Sample.deployment())
      let report = await site.poll()
      #expect(report.notifications.map(\.deploymentID) == ["d-1"], "\(report.troubles)")
      #expect(report.storeFailure?.description.contains("deployment d-0") == true)
    }
  }

  @Test("No number in a file stops a cycle", arguments: [Int64.max, .min, -1])
  func column(number: Int64) async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path("cdnotify.db")
      func site() throws -> Installation { Installation(store: try SQLiteStore(path: path)) }
      let columns = try await { () async throws -> [(table: String, name: String)] in
        _ = try site()
        return try await DatabaseQueue(path: path).read { database in
          try Row.fetchAll(
            database,
            sql: """
              SELECT t.name AS "table", c.name FROM sqlite_master t, pragma_table_info(t.name) c
              WHERE t.type = 'table' AND c.type LIKE 'INT%' AND t.name NOT LIKE 'grdb%'
                AND t.name NOT LIKE 'sqlite%'
              """
          ).map { ($0["table"], $0["name"]) }
        }
      }()
      #expect(columns.count > 10)
      for column in columns {
        try FileManager.default.removeItem(atPath: path)
        let site = try site()
        try await site.register()
        site.codeDeploy.put([
          Sample.deployment("d-0", .inProgress), Sample.deployment("d-1"),
        ])
        _ = await site.poll()
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        try await DatabaseQueue(path: path, configuration: configuration).write { database in
          try database.execute(
            sql: "UPDATE OR IGNORE \(column.table) SET \(column.name) = ?", arguments: [number])
        }
        site.codeDeploy.put(Sample.deployment("d-2"))
        site.clock.pass(60)
        let report = await site.poll()
        print(
          "\(column.table).\(column.name) \(number):", report.notifications.map(\.deploymentID),
          report.storeFailure as Any, report.troubles)
        _ = try? await site.store.history(HistoryQuery())
        _ = try? await site.store.outbox(countingFailed: true)
        _ = try? await site.store.mutes()
        _ = try? await site.store.exportRecords { _ in }
        _ = try? await site.store.exportLines { _ in }
        _ = try? await site.store.retry(.all(applications: []), now: Sample.now)
        _ = try? await site.store.outcomes()
        _ = try? await site.store.prune(before: Sample.now, limit: 10)
      }
    }
  }
}
