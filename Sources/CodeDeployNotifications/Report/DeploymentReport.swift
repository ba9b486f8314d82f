import Foundation

/// What was released when, where and by whom, and how it ended: collected from a store's records
/// and written as one page.
package struct DeploymentReport: Sendable {
  let since: Date
  let now: Date
  private var seen: [ReportedDeployment] = []
  private(set) var registrations: [Registration] = []

  /// A report of the deployments that were created from `since` on, or are in flight, at `now`.
  package init(since: Date, now: Date) {
    self.since = since
    self.now = now
  }

  /// Adds one of a store's records.
  package mutating func add(_ record: StoreRecord) {
    switch record {
    case .registration(let record): registrations.append(record.registration)
    case .deployment(let entry):
      guard let deployment = entry.deployment,
        deployment.createdAt >= since || !deployment.status.isFinal
      else { return }
      seen.append(ReportedDeployment(entry, deployment))
    case .watermark, .mute: break
    }
  }

  /// The deployments, each once, by account. Those of applications that weren't registered, and
  /// that no rules were applied to, are left out.
  var accounts: ReportAccounts {
    let registered = Set(registrations.map(\.application))
    return ReportAccounts(
      seen.filter { $0.wasObserved || registered.contains($0.deployment.application) })
  }

  /// The report as a page.
  package func page() -> ReportPage { ReportPage(self) }
}
