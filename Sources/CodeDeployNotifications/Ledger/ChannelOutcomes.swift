import Foundation

/// How one channel of an application has fared, according to the ledger.
package struct ChannelOutcomes: Sendable, Hashable {
  package var application: String
  package var scope: AWSScope
  package var channel: String
  /// How many notifications were given up.
  package var failed: Int
  /// The time of the latest event whose notification was given up; `nil` if none was.
  package var lastFailedEvent: Date?
  /// The time of the latest event whose notification was sent; `nil` if none was.
  package var lastSentEvent: Date?

  package init(
    application: String, scope: AWSScope, channel: String, failed: Int = 0,
    lastFailedEvent: Date? = nil, lastSentEvent: Date? = nil
  ) {
    self.application = application
    self.scope = scope
    self.channel = channel
    self.failed = failed
    self.lastFailedEvent = lastFailedEvent
    self.lastSentEvent = lastSentEvent
  }

  /// Whether nothing was sent since the last notification that was given up.
  package var isFailing: Bool {
    guard let lastFailedEvent else { return false }
    return lastSentEvent.map { lastFailedEvent > $0 } ?? true
  }
}

extension Store {
  /// Reads the whole history. Stores that can count without that do.
  package func outcomes() async throws -> [ChannelOutcomes] {
    var outcomes: [OutcomesKey: ChannelOutcomes] = [:]
    for entry in try await history(HistoryQuery()) {
      let (deployment, scope) = (entry.deployment, entry.scope)
      for line in entry.notifications where line.state == .failed || line.state == .sent {
        let key = OutcomesKey(
          application: deployment.application, scope: scope, channel: line.channel)
        var one =
          outcomes[key]
          ?? ChannelOutcomes(
            application: deployment.application, scope: scope, channel: line.channel)
        let happened = deployment.completedAt ?? deployment.createdAt
        if line.state == .failed {
          one.failed += 1
          one.lastFailedEvent = max(one.lastFailedEvent ?? happened, happened)
        } else {
          one.lastSentEvent = max(one.lastSentEvent ?? happened, happened)
        }
        outcomes[key] = one
      }
    }
    return Array(outcomes.values)
  }
}

/// A channel of a registration.
private struct OutcomesKey: Hashable {
  var application: String
  var scope: AWSScope
  var channel: String
}
