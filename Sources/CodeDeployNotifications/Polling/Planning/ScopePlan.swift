import Foundation

/// Observes and plans everything that was discovered in a scope: a pure function of the discovery,
/// the registrations and the plan's rules.
struct ScopePlan: Sendable {
  /// The deployments that differ from the ledger's records.
  private(set) var deployments: [Deployment] = []
  /// The ids of those whose application isn't registered.
  private(set) var foreign: Set<String> = []
  private(set) var unread: [String] = []
  private(set) var events: [PlannedEvent] = []
  private(set) var newDeployments = 0
  private(set) var inFlight = 0
  /// Ids of the deployments of registered applications that were read.
  private(set) var found: Set<String> = []
  /// Named deployments whose application isn't registered, with the application.
  private(set) var unregistered: [String: String] = [:]
  /// Named deployments of which no channel asked for an event that they have reached.
  private(set) var unasked: [PollReport.UnaskedDeployment] = []

  /// - Parameter watched: Ids of the deployments that the ledger knows to be in flight.
  init(
    _ discovery: Discovery, _ records: [RegistrationRecord], plan: Plan, watched: Set<String>,
    options: PollOptions
  ) {
    let byApplication = Dictionary(
      records.map { ($0.registration.application, $0) }, uniquingKeysWith: { first, _ in first })
    for (deployment, previous) in discovery.read {
      guard let registered = byApplication[deployment.application] else {
        addForeign(deployment, previous, options)
        continue
      }
      // A deployment that began before its application was registered is in flight for the ledger
      // from now on.
      let isAdopted = !deployment.status.isFinal && !watched.contains(deployment.id)
      if previous?.deployment != deployment || isAdopted { deployments.append(deployment) }
      found.insert(deployment.id)
      if previous?.deployment == nil { newDeployments += 1 }
      if !deployment.status.isFinal { inFlight += 1 }
      let reached = Observe.events(
        of: deployment, previous: previous, now: plan.now,
        overdueAfter: registered.registration.overdueAfter)
      events += plan.events(
        reached, of: deployment, for: registered, held: previous?.notifications ?? [:])
      if options.deployments.contains(deployment.id) {
        addUnasked(deployment, reached, registered, plan)
      }
    }
    for record in discovery.known {
      guard let deployment = record.deployment,
        let registered = byApplication[deployment.application], registered.backfillSince != nil
      else { continue }
      let reached = Observe.events(of: deployment, previous: record, now: plan.now)
      events += plan.events(
        reached, of: deployment, for: registered, held: record.notifications)
    }
    if options.applications.isEmpty { unread = discovery.unread }
  }

  /// A cycle for some applications leaves the others' deployments to a later cycle.
  private mutating func addForeign(
    _ deployment: Deployment, _ previous: DeploymentRecord?, _ options: PollOptions
  ) {
    if options.deployments.contains(deployment.id), options.applications.isEmpty {
      unregistered[deployment.id] = deployment.application
    }
    guard options.isWhole, previous?.deployment != deployment else { return }
    deployments.append(deployment)
    foreign.insert(deployment.id)
  }

  /// Notes a named deployment that has reached nothing that any channel asked for.
  private mutating func addUnasked(
    _ deployment: Deployment, _ reached: [ReachedEvent], _ record: RegistrationRecord, _ plan: Plan
  ) {
    let registration = record.registration
    let channels = registration.channels.map { channel in
      let asked = plan.events(for: channel, of: registration)
      return PollReport.UnaskedDeployment.Channel(
        name: channel.name, events: DeploymentEvent.allCases.filter(asked.contains))
    }
    let isAsked = channels.contains { channel in
      reached.contains { channel.events.contains($0.event) }
    }
    guard !isAsked else { return }
    unasked.append(
      PollReport.UnaskedDeployment(
        id: deployment.id, application: deployment.application, status: deployment.status,
        channels: channels))
  }
}
