/// A part of the history, and how to read on.
package struct HistoryPage: Sendable {
  /// Deployments, the newest first.
  package var entries: [HistoryEntry]
  /// Reads the next page; `nil` after the last.
  package var next: (@Sendable () async throws -> HistoryPage)?

  package init(
    _ entries: [HistoryEntry], next: (@Sendable () async throws -> HistoryPage)? = nil
  ) {
    self.entries = entries
    self.next = next
  }
}

/// The history that a query selects, one deployment after the other, the newest first. It is read
/// during iteration, so that a long history needn't fit into memory. Iterating throws
/// `StoreFailure`.
package struct HistoryEntries: AsyncSequence, Sendable {
  package typealias Element = HistoryEntry

  let query: HistoryQuery
  let first: @Sendable () async throws -> HistoryPage

  package func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(query: query, left: query.limit ?? Int.max, readOn: first)
  }

  /// Reads each page when the one before is used up.
  package struct AsyncIterator: AsyncIteratorProtocol {
    let query: HistoryQuery
    /// How many deployments may still be returned.
    var left: Int
    var readOn: (@Sendable () async throws -> HistoryPage)?
    var page: ArraySlice<HistoryEntry> = []

    package mutating func next() async throws -> HistoryEntry? {
      while left > 0 {
        while let entry = page.popFirst() {
          guard let narrowed = query.narrowed(entry) else { continue }
          left -= 1
          return narrowed
        }
        guard let more = try await readOn?() else { return nil }
        page = more.entries[...]
        readOn = more.next
      }
      return nil
    }
  }
}

extension Store {
  /// The history that a query selects, with the notifications that it selects.
  package func entries(_ query: HistoryQuery) -> HistoryEntries {
    HistoryEntries(query: query) { try await historyPage(query) }
  }

  /// All at once, for stores that read it so anyway.
  package func historyPage(_ query: HistoryQuery) async throws -> HistoryPage {
    HistoryPage(try await history(query))
  }
}
