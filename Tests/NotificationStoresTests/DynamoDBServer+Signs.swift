import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

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
