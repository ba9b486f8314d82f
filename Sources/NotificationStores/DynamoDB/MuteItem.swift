import CodeDeployNotifications
import Foundation

/// A mute's item on the desk.
struct MuteItem: Sendable {
  var mute: Mute

  private static let recordName = "record"

  init(_ mute: Mute) { self.mute = mute }

  /// `nil` for an item of another kind.
  init?(_ item: Item) throws {
    guard ItemKey(item)?.sort.hasPrefix("mute#") == true, let text = item[Self.recordName]?.text
    else { return nil }
    mute = try RowCoding.decode(Mute.self, from: text)
  }

  /// The item, to be forgotten so long after the mute's end.
  func attributes(keep: TimeInterval) throws -> Item {
    var item = ItemKey(mute).attributes
    item[Self.recordName] = .text(try RowCoding.encode(mute))
    item[DeploymentItem.expiryName] = .number(
      Int64(mute.until.addingTimeInterval(keep).timeIntervalSince1970.rounded(.up)))
    return item
  }
}

extension DynamoDBStore {
  public func mutes() async throws -> [Mute] {
    try await step { [self] in try Desk(try await table.desk("mute#")).mutes }
  }

  public func put(_ mutes: [Mute]) async throws {
    try await step { [self] in
      for mute in mutes { try await table.put(MuteItem(mute).attributes(keep: keep)) }
    }
  }
}
