import Foundation

/// The result of registering, computed before anything is written.
package struct RegistrationMerge: Sendable {
  package var record: RegistrationRecord
  /// What is new or different, one line each; empty when nothing changes.
  package var changes: [String]

  /// What of the present registration makes way for what is requested.
  package enum Replacement: Sendable {
    /// Channels of the same name, and the parts that the request has.
    case same
    /// All channels, and the parts that the request has.
    case channels
    /// Everything: the request is the whole registration.
    case registration
  }

  /// Merges `requested` with what is registered.
  ///
  /// - Parameters:
  ///   - now: AWS's time where that is known.
  ///   - isClockKnown: Whether it is; if not, `now` is this host's time and is corrected later.
  ///
  /// Throws `DocumentProblem` where a masked secret has no registered value to stand for.
  package init(
    _ requested: Registration, into existing: RegistrationRecord?, replacing: Replacement,
    since: Date?, now: Date, isClockKnown: Bool = true, catalog: ChannelCatalog
  ) throws {
    var merged = requested
    merged.channels = []
    let old = existing?.registration
    if let old, replacing != .registration {
      if requested.externalID == nil { merged.externalID = old.externalID }
      if requested.deploymentGroups.isEmpty { merged.deploymentGroups = old.deploymentGroups }
      merged.events = requested.events ?? old.events
      merged.creators = requested.creators ?? old.creators
      if requested.deployers.isEmpty, requested.deployerIDs == nil {
        merged.deployers = old.deployers
        merged.deployerIDs = old.deployerIDs
      }
      merged.deployerDomains = requested.deployerDomains ?? old.deployerDomains
      if requested.labels.isEmpty { merged.labels = old.labels }
      if requested.accounts.isEmpty { merged.accounts = old.accounts }
      merged.overdueAfter = requested.overdueAfter ?? old.overdueAfter
      if replacing == .same { merged.channels = old.channels }
    }
    for channel in requested.channels {
      let previous = old?.channels.first { $0.name == channel.name }
      let kept = try Self.keepingSecrets(channel, previous, catalog)
      if let index = merged.channels.firstIndex(where: { $0.name == channel.name }) {
        merged.channels[index] = kept
      } else {
        merged.channels.append(kept)
      }
    }
    try Self.checkOverdue(merged)
    changes = Self.changes(from: old, to: merged)
    record = RegistrationRecord(
      registration: merged,
      baselines: Self.baselines(
        merged, existing, since: since, now: now, isClockKnown: isClockKnown,
        named: Set(requested.channels.map(\.name)), catalog: catalog))
    if let since, existing != nil, existing?.baselines != record.baselines {
      changes.append("announces what happened since \(since.iso8601)")
    }
  }

  /// A deployment is never overdue unless the registration says after how long.
  private static func checkOverdue(_ registration: Registration) throws {
    guard registration.overdueAfter == nil else { return }
    let lists =
      [("events", registration.events)]
      + registration.channels.map { ("\($0.name).events", $0.events) }
    for (path, events) in lists where events?.contains(.overdue) ?? false {
      throw DocumentProblem(
        path,
        "\"overdue\" needs \"overdue_after\" in the registration: a duration such as 2h, after "
          + "which a deployment that is still in flight is overdue")
    }
  }

  /// Replaces masked values by the registered ones: `********` stands for a secret,
  /// `https://host/********` for an address on that host.
  private static func keepingSecrets(
    _ channel: ChannelConfiguration, _ previous: ChannelConfiguration?, _ catalog: ChannelCatalog
  ) throws -> ChannelConfiguration {
    var kept = channel
    for (key, values) in channel.settings.sorted(by: { $0.key < $1.key }) {
      guard let setting = catalog.setting(key, of: channel.type) else { continue }
      // The registered values. Each is used once.
      var known = previous?.type == channel.type ? previous?.settings[key] ?? [] : []
      kept.settings[key] = try values.map { value in
        guard setting.isMasked(value) else { return value }
        guard
          let index = known.firstIndex(where: { setting.shown($0) == value })
            ?? (value == Secret.mask ? known.indices.first : nil)
        else {
          throw DocumentProblem(
            "\(channel.name).\(key)",
            known.isEmpty
              ? "\(Secret.mask) stands for the channel's present secret, but this channel has none "
                + "yet; write the secret"
              : "\(value) stands for the channel's present address, but it has none on that host; "
                + "write the new one")
        }
        return known.remove(at: index)
      }
    }
    return kept
  }

  /// A new channel, or a new event of a channel, is announced from now on, or since the time that
  /// the user gives. With such a time, the `named` channels, or all if none is named, go back to
  /// it. A baseline never moves forward, as that would leave something out.
  private static func baselines(
    _ merged: Registration, _ existing: RegistrationRecord?, since: Date?, now: Date,
    isClockKnown: Bool, named: Set<String>, catalog: ChannelCatalog
  ) -> [String: RegistrationRecord.Baseline] {
    let plan = Plan(catalog: catalog, now: now, maximumAge: .zero)
    var baselines: [String: RegistrationRecord.Baseline] = [:]
    for channel in merged.channels {
      let old = existing?.registration.channels.first { $0.name == channel.name }
      guard let existing, let old, var baseline = existing.baselines[channel.name] else {
        baselines[channel.name] = RegistrationRecord.Baseline(
          since: since ?? now,
          asked: since.map { RegistrationRecord.LookBack(since: $0, at: now) },
          uncorrected: since == nil && !isClockKnown
            ? [RegistrationRecord.Baseline.sinceName] : nil)
        continue
      }
      let before = plan.events(for: old, of: existing.registration)
      let after = plan.events(for: channel, of: merged)
      for event in after where !before.contains(event) {
        baseline.events[event.rawValue] = now
        guard !isClockKnown else { continue }
        baseline.uncorrected = ((baseline.uncorrected ?? []) + [event.rawValue]).sorted()
        baseline.isBackfilled = false
      }
      // The span that was asked for before was decided by other rules.
      if before != after || old.deploymentGroups != channel.deploymentGroups
        || existing.registration.deploymentGroups != merged.deploymentGroups
        || existing.registration.creators != merged.creators
      {
        baseline.asked = nil
      }
      if let since, named.isEmpty || named.contains(channel.name) {
        baseline = baseline.lookingBack(to: since, now: now)
      }
      baselines[channel.name] = baseline
    }
    return baselines
  }

  private static func changes(from old: Registration?, to new: Registration) -> [String] {
    var changes: [String] = []
    for channel in new.channels {
      let previous = old?.channels.first { $0.name == channel.name }
      if previous == nil {
        changes.append("added channel \(channel.title(in: new))")
      } else if previous != channel {
        changes.append("changed channel \(channel.title(in: new))")
      }
    }
    guard let old else { return changes }
    for channel in old.channels where !new.channels.contains(where: { $0.name == channel.name }) {
      changes.append("removed channel \(channel.title(in: old))")
    }
    return changes + RegistrationChanges.settings(from: old, to: new)
  }
}

extension RegistrationRecord.Baseline {
  /// The baseline with no time later than `date`, and with skips since then to be decided anew.
  /// Unchanged where the user asked for that already.
  fileprivate func lookingBack(to date: Date, now: Date) -> Self {
    if let asked, asked.since <= date, events.values.allSatisfy({ $0 <= date }) { return self }
    return Self(
      since: min(since, date), events: events.filter { $0.value <= date },
      asked: RegistrationRecord.LookBack(since: isBackfilled ? date : min(date, lookBack), at: now))
  }
}

extension ChannelConfiguration {
  /// The channel's name, with its type where that says more.
  fileprivate func title(in registration: Registration) -> String {
    name == type ? name : "\(name) (\(type))"
  }
}
