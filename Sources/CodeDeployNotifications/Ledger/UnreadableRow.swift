/// A row of a store that can't be read, since it was changed by hand or written by another version.
/// It costs itself only: what stands beside it is served. A registration is told of by
/// `UnreadableRegistration`.
package struct UnreadableRow: Error, Sendable, Hashable {
  /// What it holds, such as `deployment d-1 in eu-west-1`.
  package var subject: String
  /// What comes of it, and what to do.
  package var remedy: String

  package init(_ subject: String, _ remedy: String) {
    self.subject = subject
    self.remedy = remedy
  }

  /// What to say of one or more; `nil` for none.
  package static func failure(_ rows: [Self]) -> StoreFailure? {
    guard let first = rows.min(by: { $0.subject < $1.subject }) else { return nil }
    let more = rows.count > 1 ? ", and \(rows.count - 1) more rows," : ""
    return StoreFailure(
      .unusable, "what the store holds of \(first.subject)\(more) can't be read: \(first.remedy)")
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
