import Foundation

/// What was released when, where and by whom, and how that went: collected from a store's records,
/// and written as one page.
package struct DeploymentReport: Sendable {
  let since: Date
  let now: Date
  private var seen: [ReportedDeployment] = []
  private var registrations: [Registration] = []

  /// A report of the deployments that were created from `since` on, or are in flight, at `now`.
  package init(since: Date, now: Date) {
    self.since = since
    self.now = now
  }

  /// Takes in one of a store's records.
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

  /// The deployments it tells of. Those of applications that nobody registered, and that no rule
  /// looked at while they were, are left out.
  package var count: Int { deployments.count }

  var deployments: [ReportedDeployment] {
    let registered = Set(registrations.map(\.application))
    return seen.filter { $0.wasObserved || registered.contains($0.deployment.application) }
  }

  /// The page: HTML that needs nothing from anywhere else, and runs nothing.
  package func page() -> String { ReportPage(self).html() }

  /// The team that each application is labelled with, by application.
  var teams: [String: String] {
    Dictionary(
      registrations.compactMap { registration in
        registration.labels["team"].map { (registration.application, $0) }
      }, uniquingKeysWith: { first, _ in first })
  }
}
