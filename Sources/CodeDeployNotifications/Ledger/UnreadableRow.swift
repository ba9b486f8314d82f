/// A row of a store that can't be read, since it was changed by hand or written by another version.
/// It costs itself only: what stands beside it is served. A registration is told of by
/// `UnreadableRegistration`.
package struct UnreadableRow: Error, Sendable, Hashable {
  /// What it holds, such as `deployment d-1 in eu-west-1`.
  package var subject: String
  /// What comes of it, and what to do.
  package var remedy: String
  /// What else, by means that the command and a service have each their own of.
  package var storeRemedy: StoreRemedy?

  package init(_ subject: String, _ remedy: String, _ storeRemedy: StoreRemedy? = nil) {
    self.subject = subject
    self.remedy = remedy
    self.storeRemedy = storeRemedy
  }

  /// What to say of one or more; `nil` for none.
  package static func failure(_ rows: [Self]) -> StoreFailure? {
    guard let first = rows.min(by: { $0.subject < $1.subject }) else { return nil }
    let more = rows.count > 1 ? ", and \(rows.count - 1) more rows," : ""
    return StoreFailure(
      .unusable, "what the store holds of \(first.subject)\(more) can't be read: \(first.remedy)",
      first.storeRemedy)
  }
}

extension Store {
  /// None, for a store that keeps nothing as text.
  package func unreadableRows() async -> [UnreadableRow] { [] }

  /// Throws where a row that was met couldn't be read.
  package func checkRowsRead() async throws {
    if let failure = UnreadableRow.failure(await unreadableRows()) { throw failure }
  }
}
