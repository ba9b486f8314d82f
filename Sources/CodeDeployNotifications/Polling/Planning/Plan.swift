import Foundation

/// An event and the decision for each channel that asked for it.
package struct PlannedEvent: Sendable {
  package var at: Date
  /// The facts as they are now, without an id.
  package var content: DeploymentNotification
  package var notifications: [PlannedNotification]

  package init(
    at: Date, content: DeploymentNotification, notifications: [PlannedNotification]
  ) {
    self.at = at
    self.content = content
    self.notifications = notifications
  }

  package var event: DeploymentEvent { content.event }
}

/// The decision about an event for one channel.
package struct PlannedNotification: Sendable, Hashable {
  package enum Decision: Sendable, Hashable {
    case deliver
    case skip(SkipReason)
  }

  package var key: NotificationKey
  package var decision: Decision
  /// The reason for the decision, in words.
  package var reason: String
  /// Whether it replaces a skip that the ledger holds.
  package var replacesSkip: Bool

  package init(
    key: NotificationKey, decision: Decision, reason: String, replacesSkip: Bool = false
  ) {
    self.key = key
    self.decision = decision
    self.reason = reason
    self.replacesSkip = replacesSkip
  }
}

/// Decides what is announced where: a pure function of the observed events, the registration, the
/// ledger's record and the current time.
package struct Plan: Sendable {
  package var catalog: ChannelCatalog
  package var now: Date
  /// Events that are older than this when they are first seen expire.
  package var maximumAge: Duration
  /// Whether the user named these deployments by id. Then neither their age, nor the time of the
  /// registration, nor an earlier skip prevents an announcement, and skips by other rules are
  /// planned again.
  package var announcesWhatever: Bool
  /// Every remembered mute, in AWS's time.
  package var mutes: [Mute]

  package init(
    catalog: ChannelCatalog, now: Date, maximumAge: Duration, announcesWhatever: Bool = false,
    mutes: [Mute] = []
  ) {
    self.catalog = catalog
    self.now = now
    self.maximumAge = maximumAge
    self.announcesWhatever = announcesWhatever
    self.mutes = mutes
  }

  /// The events of `deployment`, with a notification for each channel that asked, without those
  /// that the ledger already holds.
  package func events(
    _ reached: [ReachedEvent], of deployment: Deployment, for record: RegistrationRecord,
    held: [DeploymentRecord.Slot: DeploymentRecord.Standing]
  ) -> [PlannedEvent] {
    let registration = record.registration
    let deploymentKey = DeploymentKey(scope: registration.scope, id: deployment.id)
    return reached.compactMap { event in
      let planned = registration.channels.compactMap { channel -> PlannedNotification? in
        guard events(for: channel, of: registration).contains(event.event) else { return nil }
        let key = NotificationKey(
          deployment: deploymentKey, event: event.event, channel: channel.name)
        let decided = decide(event, deployment, channel, record)
        let planned = PlannedNotification(
          key: key, decision: decided.decision, reason: decided.reason)
        let slot = DeploymentRecord.Slot(event: event.event, channel: channel.name)
        guard let standing = held[slot] else { return planned }
        // Once a deployment's end was announced, what came before is no news.
        let isOver = held.contains { other, standing in
          other.channel == channel.name && other.event.position > event.event.position
            && standing.state != .skipped
        }
        return isOver ? nil : decidedAnew(planned, standing, event, deployment, record)
      }
      guard !planned.isEmpty else { return nil }
      return PlannedEvent(
        at: event.at,
        content: DeploymentNotification(
          event: event.event, of: deployment, region: registration.scope.region,
          labels: registration.labels),
        notifications: planned)
    }
  }

  /// The events that a channel gets: its own list, else those of the registration's that its
  /// messages can be about, else its type's default.
  package func events(
    for channel: ChannelConfiguration, of registration: Registration
  ) -> Set<DeploymentEvent> {
    if let events = channel.events { return Set(events) }
    guard let type = catalog.type(named: channel.type) else {
      return registration.events.map { Set($0) } ?? DeploymentEvent.ends
    }
    let settings = channel.values(of: type)
    guard let events = registration.events else { return type.defaultEvents(settings) }
    return Set(events.filter { (try? type.check(events: [$0], settings)) != nil })
  }

  /// The new decision in place of a skip that the ledger holds; `nil` where the skip stays.
  ///
  /// A skip is decided anew when the user names the deployment or asks for its time. Otherwise it
  /// is decided anew when the baseline was moved to before the event, or when the rules changed
  /// while the deployment is in flight. A deployment that ended under other rules isn't announced
  /// because of new ones.
  private func decidedAnew(
    _ planned: PlannedNotification, _ standing: DeploymentRecord.Standing, _ event: ReachedEvent,
    _ deployment: Deployment, _ record: RegistrationRecord
  ) -> PlannedNotification? {
    guard standing.state == .skipped else { return nil }
    var anew = planned
    anew.replacesSkip = true
    if standing.skipReason == .muted {
      // This also applies to an event from before the mute that was to be sent during it.
      if anew.decision == .deliver {
        anew.decision = .skip(.muted)
        anew.reason = "it was muted when it was due"
      }
      return announcesWhatever ? anew : nil
    }
    if announcesWhatever { return anew }
    guard planned.decision == .deliver else { return nil }
    switch standing.skipReason {
    case .beforeRegistration: return anew
    case .deploymentGroup, .creator:
      return !deployment.status.isFinal || isAsked(event, planned.key.channel, record) ? anew : nil
    case .muted: return nil
    case .expired, .unregistered, nil:
      return isAsked(event, planned.key.channel, record) ? anew : nil
    }
  }

  /// Whether the user asked for the time of the event.
  private func isAsked(
    _ event: ReachedEvent, _ channel: String, _ record: RegistrationRecord
  ) -> Bool {
    record.baselines[channel]?.asked?.covers(event.at) ?? false
  }

  private func decide(
    _ event: ReachedEvent, _ deployment: Deployment, _ channel: ChannelConfiguration,
    _ record: RegistrationRecord
  ) -> (decision: PlannedNotification.Decision, reason: String) {
    let group = deployment.deploymentGroup ?? ""
    for patterns in [record.registration.deploymentGroups, channel.deploymentGroups]
    where !patterns.isEmpty && !patterns.contains(where: { Glob($0).matches(group) }) {
      return (
        .skip(.deploymentGroup),
        "deployment group \(group) is not one of \(patterns.joined(separator: ", "))"
      )
    }
    if let creator = deployment.creator, !record.registration.accepts(creator) {
      return (.skip(.creator), "created by \(creator), which isn't announced")
    }
    if let mute = mutes.first(where: {
      $0.covers(channel.name, of: record.registration.identity, at: event.at)
    }) {
      return (
        .skip(.muted),
        "\(event.event.rawValue) at \(event.at.iso8601), while it was muted "
          + "(\(mute.since.iso8601) to \(mute.until.iso8601))"
      )
    }
    if announcesWhatever { return (.deliver, "asked for by id") }
    // A deployment is overdue now, whenever it became so.
    if event.event == .overdue { return (.deliver, event.event.rawValue) }
    let since = record.baselines[channel.name]?.since(event.event) ?? .distantPast
    if isBefore(event.at, since) {
      return (
        .skip(.beforeRegistration),
        "\(event.event.rawValue) at \(event.at.iso8601), before the registration (\(since.iso8601))"
      )
    }
    let age = now.timeIntervalSince(event.at)
    if age > maximumAge.inSeconds, !isAsked(event, channel.name, record) {
      return (
        .skip(.expired),
        "expired: \(event.event.rawValue) at \(event.at.iso8601), "
          + "more than \(maximumAge.inWords) before it was first seen"
      )
    }
    return (.deliver, event.event.rawValue)
  }

  /// A time in whole seconds stands for any moment of that second: if in doubt, it isn't before.
  private func isBefore(_ date: Date, _ since: Date) -> Bool {
    let seconds = date.timeIntervalSince1970
    if seconds == seconds.rounded(.down) {
      return seconds < since.timeIntervalSince1970.rounded(.down)
    }
    return date < since
  }
}
