import CodeDeployNotifications

extension DynamoDBStore {
  /// Unsettled deployments, which have markers, have all pending notifications. Failed ones are
  /// searched for in the whole table.
  package func outbox(countingFailed: Bool) async throws -> OutboxSummary {
    try await step { [self] in
      var summary = OutboxSummary()
      for item in try await unsettled(.all) { summary.add(item.entry) }
      summary.failed = 0
      guard countingFailed else { return summary }
      var failed = 0
      try await table.scan(.failed) { items in
        for item in readable(items) {
          failed += item.entry.notifications.count { $0.state == .failed }
        }
      }
      summary.failed = failed
      return summary
    }
  }
}
