import CodeDeployNotifications

/// Warnings about a registration that is accepted.
package struct RegistrationWarnings: Sendable {
  private let catalog: ChannelCatalog
  private let permissions: HostPermissions
  private let hostVariables: [String: String]
  private let isStoreShared: Bool

  /// - Parameter isStoreShared: Whether other hosts can read the store.
  package init(_ announcing: AnnouncingServices, isStoreShared: Bool) {
    catalog = announcing.catalog
    permissions = announcing.permissions
    hostVariables = announcing.hostVariables
    self.isStoreShared = isStoreShared
  }

  /// The warnings about all channels, a sentence each, with the channel.
  package func of(_ registration: Registration) -> [String] {
    registration.channels.flatMap { channel in
      of(channel, in: registration)
        .map { "\(registration.application), channel \(channel.name): \($0)" }
    }
  }

  /// The warnings about a channel and its place in its registration, a sentence each.
  func of(_ channel: ChannelConfiguration, in registration: Registration) -> [String] {
    let earlier = registration.channels.prefix { $0.name != channel.name }
    return of(channel) + conflicts(of: channel, with: earlier) + misfits(channel, in: registration)
  }

  /// Earlier channels that show the same deployments in the same place.
  private func conflicts(
    of channel: ChannelConfiguration, with others: ArraySlice<ChannelConfiguration>
  ) -> [String] {
    guard let place = place(of: channel) else { return [] }
    let rivals = others.filter {
      $0.type == channel.type && place.values == self.place(of: $0)?.values && channel.meets($0)
    }
    return rivals.isEmpty
      ? []
      : [
        "it shows the same deployments in the same place as "
          + "\(rivals.map(\.name).joined(separator: ", ")): \(place.advice)"
      ]
  }

  /// What a channel needs of its registration and doesn't find there.
  private func misfits(_ channel: ChannelConfiguration, in registration: Registration) -> [String] {
    guard let type = catalog.type(named: channel.type) else { return [] }
    var warnings: [String] = []
    if channel.events == nil, let events = registration.events {
      do throws(SettingProblem) { try type.check(events: events, channel.values(of: type)) } catch {
        let fitting = events.filter {
          (try? type.check(events: [$0], channel.values(of: type))) != nil
        }
        warnings.append(
          "it gets \(fitting.isEmpty ? "none" : "only some") of the registration's events: "
            + error.reason)
      }
    }
    if type.mentions != nil, channel.settings["mention"]?.contains("deployer") == true,
      registration.mentions(on: channel.type).isEmpty
    {
      warnings.append(
        "mention: deployer mentions nobody, because the registration's deployers have no id for "
          + "\(channel.type)")
    }
    return warnings
  }

  private func place(of channel: ChannelConfiguration) -> ChannelPlace? {
    catalog.type(named: channel.type).flatMap { $0.place(channel.values(of: $0)) }
  }

  /// The warnings about a channel by itself.
  private func of(_ channel: ChannelConfiguration) -> [String] {
    ChannelAdvice.warnings(
      of: channel, catalog: catalog, isStoreShared: isStoreShared, hostVariables: hostVariables)
      + refusals(channel) + programs(channel) + shortage(channel)
  }

  /// Warnings about programs that no setting names.
  private func programs(_ channel: ChannelConfiguration) -> [String] {
    guard let type = catalog.type(named: channel.type) else { return [] }
    let settings = channel.values(of: type).on(hostVariables)
    return type.programs(settings).compactMap {
      do {
        try permissions.check(command: $0)
        return nil
      } catch {
        return "\(error); other hosts that poll may allow it"
      }
    }
  }

  /// An attempt that may take longer than a cycle of the usual length has room for.
  private func shortage(_ channel: ChannelConfiguration) -> [String] {
    guard let type = catalog.type(named: channel.type),
      let own = type.attemptTime(channel.values(of: type))
    else { return [] }
    return [AttemptTime(own: own, deadline: PollOptions().deadline).shortage].compactMap(\.self)
  }

  /// What this host doesn't allow; another host that polls may.
  private func refusals(_ channel: ChannelConfiguration) -> [String] {
    channel.settings.sorted { $0.key < $1.key }.flatMap { key, values -> [String] in
      guard let setting = catalog.setting(key, of: channel.type) else { return [] }
      return values.compactMap { value in
        do {
          switch SettingReference.read(value) {
          case .reference(let reference) where setting.takesReferences:
            try permissions.check(reference)
          case .literal(let literal) where setting.kind == .program:
            try permissions.check(command: literal)
          default: break
          }
          return nil
        } catch {
          return "\(key): \(error); other hosts that poll may allow it"
        }
      }
    }
  }
}
