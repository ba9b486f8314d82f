import CodeDeployNotifications
import Foundation

/// Requests to one table. It reads all pages and repeats what DynamoDB left out. Callers interpret
/// the answers.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
struct DynamoDBTable: Sendable {
  var name: String
  var region: String
  var caller: AWSCaller
  /// Waits before another attempt, longer after each.
  var pause: @Sendable (_ attempt: Int) async throws -> Void

  /// The most keys of `BatchGetItem`, and the most actions of `TransactWriteItems`.
  static let batchLimit = 100
  static let transactionLimit = 100
  /// How often something is attempted while other writes or DynamoDB's limits prevent it.
  static let patience = 12

  func call<Answer: Decodable>(_ operation: String, _ input: JSONTree) async throws -> Answer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let form = AWSCall.Form.json(
      version: "1.0", target: "DynamoDB_20120810.\(operation)",
      body: [UInt8](try encoder.encode(input)))
    let body = try await caller.call(AWSCall(service: "dynamodb", region: region, form: form))
    do {
      return try ReceivedJSON.decode(Answer.self, from: body)
    } catch is DecodingError {
      throw AWSFailure(
        .nonsense, "DynamoDB's answer to \(operation) in \(region) can't be used.")
    }
  }

  /// An answer without content that matters.
  private struct Done: Decodable {}

  private struct Page: Decodable {
    var items: [Item]
    var last: Item?
    enum CodingKeys: String, CodingKey {
      case items = "Items"
      case last = "LastEvaluatedKey"
    }
  }

  /// All items of the partition `desk`, or those whose sort keys begin with `prefix`. A consistent
  /// read with one request for each megabyte.
  func desk(_ prefix: String = "") async throws -> [Item] {
    prefix.isEmpty
      ? try await desk(where: nil) : try await desk(where: ("begins_with(#s, :s)", prefix))
  }

  /// The partition `desk` without its registrations, in two concurrent requests.
  func deskWithoutRegistrations() async throws -> [Item] {
    async let before = deskBeforeRegistrations()
    async let after = desk(where: ("#s > :s", ItemKey.afterRegistrations))
    return try await before + after
  }

  /// The first of these two parts, which has all signs.
  func deskBeforeRegistrations() async throws -> [Item] {
    try await desk(where: ("#s < :s", ItemKey.registrationPrefix))
  }

  private func desk(where sort: (condition: String, value: String)?) async throws -> [Item] {
    var condition = "#p = :p"
    var values: [String: JSONTree] = [":p": ["S": .text(ItemKey.desk)]]
    var names: [String: JSONTree] = ["#p": .text(ItemKey.partitionName)]
    if let sort {
      condition += " AND \(sort.condition)"
      values[":s"] = ["S": .text(sort.value)]
      names["#s"] = .text(ItemKey.sortName)
    }
    let query: [String: JSONTree] = [
      "TableName": .text(name), "ConsistentRead": true,
      "KeyConditionExpression": .text(condition), "ExpressionAttributeNames": .object(names),
      "ExpressionAttributeValues": .object(values),
    ]
    var items: [Item] = []
    try await pages("Query", query) { items += $0 }
    return items
  }

  /// Every item that matches a filter. It reads the whole table, so polls don't use it.
  func scan(_ filter: ScanFilter, _ body: ([Item]) async throws -> Void) async throws {
    let scan: [String: JSONTree] = [
      "TableName": .text(name), "ConsistentRead": true,
      "FilterExpression": .text(filter.expression),
      "ExpressionAttributeNames": .object(filter.names.mapValues(JSONTree.text)),
      "ExpressionAttributeValues": JSONTree(filter.values),
    ]
    try await pages("Scan", scan, body)
  }

  private func pages(
    _ operation: String, _ input: [String: JSONTree], _ body: ([Item]) async throws -> Void
  ) async throws {
    var input = input
    while true {
      let page: Page = try await call(operation, .object(input))
      try await body(page.items)
      guard let last = page.last, !last.isEmpty else { return }
      input["ExclusiveStartKey"] = JSONTree(last)
    }
  }

  func get(_ key: ItemKey) async throws -> Item? {
    struct Answer: Decodable {
      var item: Item?
      enum CodingKeys: String, CodingKey { case item = "Item" }
    }
    let answer: Answer = try await call(
      "GetItem",
      ["TableName": .text(name), "Key": JSONTree(key.attributes), "ConsistentRead": true])
    return answer.item
  }

  /// The existing items of these keys, with one request for each hundred.
  func get(_ keys: [ItemKey], consistently: Bool = true) async throws -> [Item] {
    struct Answer: Decodable {
      struct Rest: Decodable {
        var keys: [Item]
        enum CodingKeys: String, CodingKey { case keys = "Keys" }
      }
      var found: [String: [Item]]
      var rest: [String: Rest]?
      enum CodingKeys: String, CodingKey {
        case found = "Responses"
        case rest = "UnprocessedKeys"
      }
    }
    var items: [Item] = []
    var missing = Array(Set(keys)).map(\.attributes)[...]
    var attempt = 0
    while !missing.isEmpty {
      let batch = missing.prefix(Self.batchLimit)
      let answer: Answer = try await call(
        "BatchGetItem",
        [
          "RequestItems": .object([
            name: [
              "Keys": .list(batch.map { JSONTree($0) }), "ConsistentRead": .flag(consistently),
            ]
          ])
        ])
      let found = answer.found[name] ?? []
      let left = answer.rest?[name]?.keys ?? []
      items += found
      missing = missing.dropFirst(batch.count) + left
      // DynamoDB leaves out what would be too much at once; every item that comes is progress.
      guard !left.isEmpty else { continue }
      attempt = left.count < batch.count ? 0 : attempt + 1
      guard attempt < Self.patience else { throw Self.isBusy }
      try await pause(attempt)
    }
    return items
  }

  /// Writes one item unconditionally.
  func put(_ item: Item) async throws {
    let _: Done = try await call("PutItem", ["TableName": .text(name), "Item": JSONTree(item)])
  }

  /// Writes all actions or none: a single one directly, several as a transaction, which costs twice
  /// as much. Returns false, with nothing written, where a condition failed or another write
  /// conflicted. `token` identifies this write, so that a repetition by the transport has no
  /// further effect.
  func write(_ actions: [WriteAction], token: String) async throws -> Bool {
    do {
      if actions.count == 1, let only = actions.first {
        let _: Done = try await call(only.operation + "Item", only.input(table: name))
      } else {
        let list = actions.map { action -> JSONTree in
          .object([action.operation: action.input(table: name)])
        }
        let _: Done = try await call(
          "TransactWriteItems",
          ["TransactItems": .list(list), "ClientRequestToken": .text(token)])
      }
      return true
    } catch let failure as AWSFailure where failure.isConflict {
      return false
    }
  }
}

/// Which items a scan returns.
struct ScanFilter: Sendable {
  var expression: String
  var names: [String: String]
  var values: Item
}

/// One action of a write.
struct WriteAction: Sendable {
  var operation: String
  private var subject: [String: JSONTree]

  /// The condition on the existing item for the write to be made.
  enum Condition: Sendable {
    case none
    case isNew
    case equals(String, AttributeValue)
  }

  static func put(_ item: Item, _ condition: Condition = .none) -> WriteAction {
    WriteAction("Put", ["Item": JSONTree(item)], condition)
  }

  static func delete(_ key: ItemKey, _ condition: Condition = .none) -> WriteAction {
    WriteAction("Delete", ["Key": JSONTree(key.attributes)], condition)
  }

  /// An action that only checks a condition, in a transaction.
  static func check(_ key: ItemKey, _ condition: Condition) -> WriteAction {
    WriteAction("ConditionCheck", ["Key": JSONTree(key.attributes)], condition)
  }

  private init(_ operation: String, _ subject: [String: JSONTree], _ condition: Condition) {
    self.operation = operation
    self.subject = subject
    switch condition {
    case .none: break
    case .isNew:
      self.subject["ConditionExpression"] = "attribute_not_exists(#c)"
      self.subject["ExpressionAttributeNames"] = ["#c": .text(ItemKey.partitionName)]
    case .equals(let name, let value):
      self.subject["ConditionExpression"] = "#c = :c"
      self.subject["ExpressionAttributeNames"] = ["#c": .text(name)]
      self.subject["ExpressionAttributeValues"] = [":c": value.tree]
    }
  }

  func input(table: String) -> JSONTree {
    .object(subject.merging(["TableName": .text(table)]) { first, _ in first })
  }
}
