import CodeDeployNotifications
import Foundation
import Synchronization

extension DeploymentReport {
  /// Reads the report of the deployments that were created from `since` on, or are in flight, at
  /// `now`.
  ///
  /// - Parameter read: Is called after each record that was read.
  ///
  /// Throws `StoreFailure`.
  package init(
    of store: any Store, since: Date, now: Date, read: @escaping @Sendable () -> Void
  ) async throws {
    let report = Mutex(DeploymentReport(since: since, now: now))
    try await store.exportRecords { record in
      report.withLock { $0.add(record) }
      read()
    }
    self = report.withLock { $0 }
  }
}
