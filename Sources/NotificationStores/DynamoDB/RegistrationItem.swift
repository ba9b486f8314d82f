import CodeDeployNotifications
import Foundation

/// A registration's item on the desk.
struct RegistrationItem: Sendable {
  var record: RegistrationRecord
  /// As it is stored: what a change is conditional on.
  var text: String
  /// Which write made it.
  var write: String

  static let recordName = "record"

  init(_ record: RegistrationRecord, write: String) throws {
    self.record = record
    text = try RowCoding.encode(record)
    self.write = write
  }

  /// `nil` for an item of another kind.
  init?(_ item: Item) throws {
    guard ItemKey(item)?.sort.hasPrefix("registration#") == true,
      let text = item[Self.recordName]?.text
    else { return nil }
    record = try RowCoding.decode(RegistrationRecord.self, fromStored: text)
    self.text = text
    write = item["write"]?.text ?? ""
  }

  /// What is kept in a registration's place and can't be read; `nil` for any other item.
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

  /// That nobody has changed it.
  var unchanged: WriteAction.Condition { .equals(Self.recordName, .text(text)) }
}
