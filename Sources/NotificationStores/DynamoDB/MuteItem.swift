import CodeDeployNotifications
import Foundation

/// A mute's item in the partition `desk`.
struct MuteItem: Sendable {
  var mute: Mute

  private static let recordName = "record"

  init(_ mute: Mute) { self.mute = mute }

  init(_ item: Item) throws(UnreadableRow) {
    guard let text = item[Self.recordName]?.text,
      let mute = try? RowCoding.decode(Mute.self, fromStored: text)
    else {
      let key = ItemKey(item)
      let subject = key?.muted.map { "a mute of \($0.application) in \($0.scope.label)" }
      throw UnreadableRow(
        subject ?? "a mute",
        "it has no effect; delete \(key?.label ?? "it"), then mute again")
    }
    self.mute = mute
  }

  /// The item, to be deleted `retention` after the mute's end.
  func attributes(retention: TimeInterval) throws -> Item {
    var item = ItemKey(mute).attributes
    item[Self.recordName] = .text(try RowCoding.encode(mute))
    item[DeploymentItem.expiryName] = .number(
      Int64(mute.until.addingTimeInterval(retention).timeIntervalSince1970.rounded(.up)))
    return item
  }
}

extension DynamoDBStore {
  package func mutes() async throws -> [Mute] {
    try await step { [self] in try await desk(ItemKey.mutePrefix).mutes }
  }

  package func put(_ mutes: [Mute]) async throws {
    try await step { [self] in
      for mute in mutes { try await table.put(MuteItem(mute).attributes(retention: retention)) }
    }
  }
}
