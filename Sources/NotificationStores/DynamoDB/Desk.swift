import CodeDeployNotifications
import Foundation

/// The items of the partition `desk`.
struct Desk: Sendable {
  var registrations: [RegistrationItem] = []
  var unreadable: [UnreadableRegistration] = []
  var scopes: [AWSScope: ScopeItem] = [:]
  /// Those with a marker.
  var unsettled: [DeploymentKey] = []
  var mutes: [Mute] = []
  var signs: Signs
  /// Except registrations.
  var unreadableRows: [UnreadableRow] = []

  /// The marker of an unfinished import.
  static let unfinished = "import"

  init(_ items: [Item]) throws {
    signs = Signs(items)
    try signs.checkVersion()
    for item in items {
      guard let key = ItemKey(item) else { continue }
      if let deployment = key.markedDeployment {
        unsettled.append(deployment)
      } else if let scope = key.scope {
        scopes[scope] = ScopeItem(item)
      } else if key.isMute {
        do throws(UnreadableRow) { mutes.append(try MuteItem(item).mute) } catch {
          unreadableRows.append(error)
        }
      } else if let registration = RegistrationItem.unreadable(item) {
        unreadable.append(registration)
      } else if let registration = try RegistrationItem(item) {
        registrations.append(registration)
      } else if key.sort == Self.unfinished {
        throw StoreFailure(
          .unusable,
          "an import into the store was interrupted, or is running: ", .finishImport)
      }
    }
    mutes.sort {
      ($0.identity.application, $0.identity.scope, $0.channel ?? "", $0.since)
        < ($1.identity.application, $1.identity.scope, $1.channel ?? "", $1.since)
    }
    registrations.sort {
      let (left, right) = ($0.record.registration, $1.record.registration)
      return (left.application, left.scope) < (right.application, right.scope)
    }
  }

  var records: [RegistrationRecord] { registrations.map(\.record) }
}
