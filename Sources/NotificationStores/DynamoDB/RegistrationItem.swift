import CodeDeployNotifications
import Foundation

/// A registration's item in the partition `desk`.
struct RegistrationItem: Sendable {
  var record: RegistrationRecord
  /// The stored text, on which a change is conditional.
  var text: String
  /// The id of the write that stored it.
  var write: String

  static let recordName = "record"

  init(_ record: RegistrationRecord, write: String) throws {
    self.record = record
    text = try RowCoding.encode(record)
    self.write = write
  }

  /// `nil` for an item of another kind.
  init?(_ item: Item) throws {
    guard ItemKey(item)?.sort.hasPrefix(ItemKey.registrationPrefix) == true,
      let text = item[Self.recordName]?.text
    else { return nil }
    record = try RowCoding.decode(RegistrationRecord.self, fromStored: text)
    self.text = text
    write = item["write"]?.text ?? ""
  }

  /// The unreadable registration in an item; `nil` for any other item.
  static func unreadable(_ item: Item) -> UnreadableRegistration? {
    guard let identity = ItemKey(item)?.registration else { return nil }
    do { return try RegistrationItem(item) == nil ? unreadable(identity, item) : nil } catch {
      return unreadable(identity, item)
    }
  }

  private static func unreadable(
    _ identity: Registration.Identity, _ item: Item
  ) -> UnreadableRegistration {
    UnreadableRegistration(identity: identity, text: item[recordName]?.text ?? "")
  }

  var key: ItemKey { ItemKey(record.registration.identity) }

  func attributes() throws -> Item {
    var item = key.attributes
    item[Self.recordName] = .text(text)
    item["write"] = .text(write)
    try item.checkSize("the registration of \(record.registration.application)")
    return item
  }

  /// The condition that nobody has changed it.
  var unchanged: WriteAction.Condition { .equals(Self.recordName, .text(text)) }
}
