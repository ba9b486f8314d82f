import CodeDeployNotifications
import Foundation

/// Creates the store's table, and finds out what an existing one lacks.
package struct DynamoDBSetup: Sendable {
  private let table: DynamoDBTable

  /// How often a new table is looked at, a second apart, before it is given up.
  private static let looks = 90

  /// - Parameter sleep: Waits between looks at a table that is being created.
  package init(
    table: String, region: String, caller: AWSCaller,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.table = DynamoDBTable(name: table, region: region, caller: caller) { _ in
      try await sleep(.seconds(1))
    }
  }

  /// The state of a table.
  package struct State: Sendable, Hashable {
    /// Whether the table may be described; if not, nothing below is known.
    package var isDescribed = true
    /// Whether it has the keys that the store needs.
    package var isOurs: Bool
    /// Whether it can be used; a table that is being created or deleted can't.
    package var isActive: Bool
    /// Whether DynamoDB deletes expired items; `nil` where that may not be read.
    package var forgets: Bool?
    /// Whether point-in-time recovery is on; `nil` where that may not be read.
    package var hasRecovery: Bool?
  }

  /// Creates the table, with on-demand billing and expiry of items. Returns false where it existed
  /// already. Throws `StoreFailure`.
  package func create() async throws -> Bool {
    do {
      let isNew = try await createTable()
      for look in 1...Self.looks {
        if try await describe()?.isActive == true { break }
        guard look < Self.looks else {
          throw StoreFailure(
            .unreachable,
            "the table \(table.name) was still being created after \(look) s: try again later")
        }
        try await table.pause(look)
      }
      if try await forgets() != true { try await forget() }
      return isNew
    } catch { throw table.storeFailure(error) }
  }

  /// The table's state; `nil` where there is no table. Throws `StoreFailure`.
  package func state() async throws -> State? {
    do {
      guard let description = try await describe() else { return nil }
      return State(
        isOurs: description.keys == [ItemKey.partitionName: "HASH", ItemKey.sortName: "RANGE"],
        isActive: description.isActive, forgets: try await forgets(),
        hasRecovery: try await hasRecovery())
    } catch let failure as AWSFailure where failure.kind == .accessDenied {
      return State(isDescribed: false, isOurs: true, isActive: true)
    } catch { throw table.storeFailure(error) }
  }

  private struct Done: Decodable {}

  private func createTable() async throws -> Bool {
    let names = [ItemKey.partitionName, ItemKey.sortName]
    do {
      let _: Done = try await table.call(
        "CreateTable",
        [
          "TableName": .text(table.name), "BillingMode": "PAY_PER_REQUEST",
          "AttributeDefinitions": .list(
            names.map { ["AttributeName": .text($0), "AttributeType": "S"] }),
          "KeySchema": .list(
            zip(names, ["HASH", "RANGE"]).map {
              ["AttributeName": .text($0), "KeyType": .text($1)]
            }),
        ])
      return true
    } catch let failure as AWSFailure where failure.code == "ResourceInUseException" {
      return false
    }
  }

  private struct Description: Decodable {
    struct Key: Decodable {
      var name: String
      var type: String
      enum CodingKeys: String, CodingKey {
        case name = "AttributeName"
        case type = "KeyType"
      }
    }
    var status: String
    var keyList: [Key]
    enum CodingKeys: String, CodingKey {
      case status = "TableStatus"
      case keyList = "KeySchema"
    }

    /// A table stays usable while its settings change.
    var isActive: Bool { status == "ACTIVE" || status == "UPDATING" }
    var keys: [String: String] {
      Dictionary(keyList.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
    }
  }

  private func describe() async throws -> Description? {
    struct Answer: Decodable {
      var table: Description
      enum CodingKeys: String, CodingKey { case table = "Table" }
    }
    do {
      let answer: Answer = try await table.call("DescribeTable", name)
      return answer.table
    } catch let failure as AWSFailure where failure.isMissingTable { return nil }
  }

  private var name: JSONTree { ["TableName": .text(table.name)] }

  private func forgets() async throws -> Bool? {
    struct Answer: Decodable {
      struct Description: Decodable {
        var status: String?
        var attribute: String?
        enum CodingKeys: String, CodingKey {
          case status = "TimeToLiveStatus"
          case attribute = "AttributeName"
        }
      }
      var description: Description
      enum CodingKeys: String, CodingKey { case description = "TimeToLiveDescription" }
    }
    return try await unlessDenied {
      let answer: Answer = try await table.call("DescribeTimeToLive", name)
      return ["ENABLED", "ENABLING"].contains(answer.description.status)
        && answer.description.attribute == DeploymentItem.expiryName
    }
  }

  private func forget() async throws {
    let _: Done = try await table.call(
      "UpdateTimeToLive",
      [
        "TableName": .text(table.name),
        "TimeToLiveSpecification": [
          "Enabled": true, "AttributeName": .text(DeploymentItem.expiryName),
        ],
      ])
  }

  private func hasRecovery() async throws -> Bool? {
    struct Answer: Decodable {
      struct Description: Decodable {
        struct Recovery: Decodable {
          var status: String
          enum CodingKeys: String, CodingKey { case status = "PointInTimeRecoveryStatus" }
        }
        var recovery: Recovery?
        enum CodingKeys: String, CodingKey { case recovery = "PointInTimeRecoveryDescription" }
      }
      var description: Description
      enum CodingKeys: String, CodingKey { case description = "ContinuousBackupsDescription" }
    }
    return try await unlessDenied {
      let answer: Answer = try await table.call("DescribeContinuousBackups", name)
      return answer.description.recovery?.status == "ENABLED"
    }
  }

  /// Returns `nil` where `body` is denied: cycles work without these permissions.
  private func unlessDenied<Value>(_ body: () async throws -> Value) async throws -> Value? {
    do { return try await body() } catch let failure as AWSFailure
      where failure.kind == .accessDenied
    { return nil }
  }
}
