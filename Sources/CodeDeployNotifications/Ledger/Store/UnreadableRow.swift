/// A row of a store that can't be read, because it was edited by hand or written by another
/// version. Other rows are served all the same. For registrations there is
/// `UnreadableRegistration`.
package struct UnreadableRow: Error, Sendable, Hashable {
  /// What the row holds, such as `deployment d-1 in eu-west-1`.
  package var subject: String
  /// The consequence, and what to do.
  package var remedy: String
  /// What else, by means that the command and a service have each their own of.
  package var storeRemedy: StoreRemedy?

  package init(_ subject: String, _ remedy: String, _ storeRemedy: StoreRemedy? = nil) {
    self.subject = subject
    self.remedy = remedy
    self.storeRemedy = storeRemedy
  }

  /// The failure that reports them; `nil` for none.
  package static func failure(_ rows: [Self]) -> StoreFailure? {
    guard let first = rows.min(by: { $0.subject < $1.subject }) else { return nil }
    let more = rows.count > 1 ? ", and \((rows.count - 1).counted("more row"))," : ""
    return StoreFailure(
      .unusable, "the store's record of \(first.subject)\(more) can't be read: \(first.remedy)",
      first.storeRemedy)
  }
}

extension Store {
  /// None, for a store that keeps nothing as text.
  package func unreadableRows() async -> [UnreadableRow] { [] }

  /// Throws where rows couldn't be read since the last check.
  package func checkRowsRead() async throws {
    if let failure = UnreadableRow.failure(await unreadableRows()) { throw failure }
  }
}
