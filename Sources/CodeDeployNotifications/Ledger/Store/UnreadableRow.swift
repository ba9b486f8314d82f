import Synchronization

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

/// The unreadable rows that one reader of a store meets: a cycle, a command, an iteration of the
/// history. Each reader has its own, so that readers of one store at the same time don't take each
/// other's.
package final class UnreadableRows: Sendable {
  private let rows: Mutex<Set<UnreadableRow>>

  package init(_ rows: some Sequence<UnreadableRow> = []) { self.rows = Mutex(Set(rows)) }

  package func insert(_ row: UnreadableRow) { _ = rows.withLock { $0.insert(row) } }

  /// Those that were met so far, sorted by their subjects.
  package var all: [UnreadableRow] {
    rows.withLock { $0.sorted { $0.subject < $1.subject } }
  }

  /// The failure that reports them; `nil` for none.
  package var failure: StoreFailure? { UnreadableRow.failure(all) }

  /// Throws `StoreFailure` where rows couldn't be read.
  package func check() throws {
    if let failure { throw failure }
  }
}

extension Store {
  /// The same store, for one that keeps nothing as text.
  package func noting(in rows: UnreadableRows) -> any Store { self }
}
