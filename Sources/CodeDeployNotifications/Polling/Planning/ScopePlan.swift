import Foundation

/// Observes and plans everything that was discovered in a scope: a pure function of the discovery,
/// the registrations and the plan's rules.
struct ScopePlan: Sendable {
  /// The deployments of which something has to be stored, with the plan for their events.
  private(set) var found: [FoundDeployment] = []
  private(set) var deployments = DeploymentTally()

  /// - Parameter inFlight: Ids of the deployments that the ledger knows to be in flight.
  init(
    _ discovery: Discovery, _ records: [RegistrationRecord], plan: Plan, inFlight: Set<String>,
    options: PollOptions
  ) {
    let byApplication = Dictionary(
      records.map { ($0.registration.application, $0) }, uniquingKeysWith: { first, _ in first })
    for deployment in discovery.read {
      let previous = discovery.previous[deployment.id]
      guard let registered = byApplication[deployment.application] else {
        addForeign(deployment, previous, options)
        continue
      }
      let reached = Observe.events(
        of: deployment, previous: previous, now: plan.now,
        overdueAfter: registered.registration.overdueAfter)
      // A deployment that was in flight before its application was registered is polled from now
      // on.
      let isAdopted = !deployment.status.isFinal && !inFlight.contains(deployment.id)
      add(
        previous?.deployment != deployment || isAdopted
          ? .changed(deployment) : .unchanged(deployment),
        id: deployment.id,
        plan.events(
          reached, of: deployment, for: registered, held: previous?.notifications ?? [:]))
      deployments.registered.insert(deployment.id)
      if previous?.deployment == nil { deployments.new += 1 }
      if !deployment.status.isFinal { deployments.inFlight += 1 }
      if options.deployments.contains(deployment.id) {
        addUnasked(deployment, reached, registered, plan)
      }
    }
    if options.deployments.isEmpty {
      deployments.inFlight += inFlight.subtracting(discovery.read.map(\.id)).count
    }
    for record in discovery.known {
      guard let deployment = record.deployment,
        let registered = byApplication[deployment.application], registered.backfillSince != nil
      else { continue }
      let reached = Observe.events(of: deployment, previous: record, now: plan.now)
      add(
        .unchanged(deployment), id: deployment.id,
        plan.events(reached, of: deployment, for: registered, held: record.notifications))
    }
    if options.applications.isEmpty {
      for id in discovery.unread { add(.unread, id: id) }
    }
  }

  /// Adds a deployment, unless there is nothing to store of it.
  private mutating func add(
    _ reading: FoundDeployment.Reading, id: String, _ events: [PlannedEvent] = []
  ) {
    if case .unchanged = reading, events.isEmpty { return }
    found.append(FoundDeployment(reading, id: id, events: events))
  }

  /// A cycle for some applications leaves the others' deployments to a later cycle.
  private mutating func addForeign(
    _ deployment: Deployment, _ previous: DeploymentRecord?, _ options: PollOptions
  ) {
    if options.deployments.contains(deployment.id), options.applications.isEmpty {
      deployments.unregistered[deployment.id] = deployment.application
    }
    guard options.isWhole, previous?.deployment != deployment else { return }
    add(.foreign(deployment), id: deployment.id)
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
    deployments.unasked.append(
      PollReport.UnaskedDeployment(
        id: deployment.id, application: deployment.application, status: deployment.status,
        channels: channels))
  }
}

/// Counts and ids of the deployments that were read in a scope, for the report.
struct DeploymentTally: Sendable {
  /// How many deployments of registered applications were seen for the first time.
  var new = 0
  /// How many deployments of registered applications haven't ended.
  var inFlight = 0
  /// Ids of the deployments of registered applications.
  var registered: Set<String> = []
  /// Named deployments whose application isn't registered, with the application.
  var unregistered: [String: String] = [:]
  /// Named deployments of which no channel asked for an event that they have reached.
  var unasked: [PollReport.UnaskedDeployment] = []

  mutating func add(_ other: Self) {
    new += other.new
    inFlight += other.inFlight
    registered.formUnion(other.registered)
    unregistered.merge(other.unregistered) { first, _ in first }
    unasked += other.unasked
  }
}
