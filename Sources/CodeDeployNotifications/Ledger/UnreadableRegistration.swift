/// A stored registration that can't be read, since it was changed by hand or written by another
/// version. It costs itself only: every other one is served.
package struct UnreadableRegistration: Sendable, Hashable {
  package var identity: Registration.Identity
  /// What is stored, in the store's own form: it is removed only while it is that.
  package var text: String

  package init(identity: Registration.Identity, text: String) {
    self.identity = identity
    self.text = text
  }

  /// What to say of one or more; `nil` for none.
  package static func failure(_ rows: [Self]) -> StoreFailure? {
    guard let first = rows.first else { return nil }
    let scope = first.identity.scope
    let more = rows.count > 1 ? ", and \(rows.count - 1) more" : ""
    return StoreFailure(
      .unusable,
      "the store's registration of \(first.identity.application) in \(scope.label) can't be "
        + "read\(more), and nothing is announced by it: ", .registerAnew(first.identity))
  }
}

extension Store {
  /// None, for a store that keeps no registrations as text.
  package func unreadableRegistrations() async throws -> [UnreadableRegistration] { [] }

  package func remove(_ unreadable: UnreadableRegistration) async throws -> Bool { false }
}
