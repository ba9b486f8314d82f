import CodeDeployNotifications
import Foundation

extension DeploymentNotifier {
  /// The deployments that were seen, the newest first, and what became of their notifications: what
  /// was sent, what is pending or was given up, and why. It is read from the store during iteration;
  /// AWS isn't asked. Filters leave out notifications, and deployments of which none is left.
  ///
  /// - Parameters:
  ///   - application: Only deployments of this application; `nil` for all registered ones.
  ///   - deployments: Only deployments of these ids; empty for all.
  ///   - createdSince: Only deployments created at or after this time; `nil` for all that the store
  ///     remembers.
  ///   - states: Only notifications in one of these states; empty for all.
  ///   - channels: Only notifications to channels of these names; empty for all.
  ///   - groups: Only deployment groups that one of these patterns matches, such as `prod*`; empty
  ///     for all.
  ///   - limit: The most deployments to return; `nil` for all.
  public func history(
    of application: String? = nil, deployments: Set<String> = [], createdSince: Date? = nil,
    states: Set<NotificationState> = [], channels: Set<String> = [], groups: [String] = [],
    limit: Int? = nil
  ) -> History {
    var query = HistoryQuery(
      filter: NotificationFilter(
        applications: Set([application].compactMap(\.self)), deployments: deployments),
      since: createdSince)
    query.states = states
    query.channels = channels
    query.groups = groups
    query.limit = limit
    return History(store: parts.store, query: query)
  }

  /// The JSON of `history --json`, without secrets: an array of deployments with their
  /// notifications.
  public func document(ofHistory entries: [HistoryEntry]) -> String {
    HistoryDocument.array(of: entries)
  }

  /// A part of the history. Each iteration reads it anew.
  public struct History: AsyncSequence, Sendable {
    /// One deployment, with its notifications.
    public typealias Element = HistoryEntry

    let store: any Store
    let query: HistoryQuery

    /// Starts with the newest deployment.
    public func makeAsyncIterator() -> AsyncIterator {
      let unreadable = UnreadableRows()
      let entries = store.noting(in: unreadable).entries(query)
      return AsyncIterator(entries: entries.makeAsyncIterator(), unreadable: unreadable)
    }

    /// Reads on when what was read is used up.
    public struct AsyncIterator: AsyncIteratorProtocol {
      var entries: HistoryEntries.AsyncIterator
      let unreadable: UnreadableRows

      /// The next deployment; `nil` after the last. Throws `StoreFailure`: where the store can't be
      /// read, and after the last deployment where rows of it can't be.
      public mutating func next() async throws -> HistoryEntry? {
        if let entry = try await entries.next() { return entry }
        try unreadable.check()
        return nil
      }
    }
  }
}
