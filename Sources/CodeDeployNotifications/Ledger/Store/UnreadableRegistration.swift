/// A stored registration that can't be read, because it was edited by hand or written by another
/// version. The other registrations are served all the same.
package struct UnreadableRegistration: Sendable, Hashable {
  package var identity: Registration.Identity
  /// The stored text, in the store's own form. The registration is removed only while it is
  /// unchanged.
  package var text: String

  package init(identity: Registration.Identity, text: String) {
    self.identity = identity
    self.text = text
  }

  /// The failure that reports them; `nil` for none.
  package static func failure(_ rows: [Self]) -> StoreFailure? {
    guard let first = rows.first else { return nil }
    let scope = first.identity.scope
    let more = rows.count > 1 ? ", and \(rows.count - 1) more" : ""
    return StoreFailure(
      .unusable,
      "the store's registration of \(first.identity.application) in \(scope.label) can't be "
        + "read\(more), so nothing is announced for it: ", .registerAnew(first.identity))
  }
}

extension Store {
  /// None, for a store that doesn't keep registrations as text.
  package func unreadableRegistrations() async throws -> [UnreadableRegistration] { [] }

  package func remove(_ unreadable: UnreadableRegistration) async throws -> Bool { false }
}
