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
      of(channel).map { "\(registration.application), channel \(channel.name): \($0)" }
    }
  }

  /// The warnings about a channel, a sentence each.
  func of(_ channel: ChannelConfiguration) -> [String] {
    ChannelAdvice.warnings(
      of: channel, catalog: catalog, isStoreShared: isStoreShared, hostVariables: hostVariables)
      + refusals(channel) + programs(channel)
  }

  /// Warnings about programs that no setting names.
  private func programs(_ channel: ChannelConfiguration) -> [String] {
    guard let type = catalog.type(named: channel.type) else { return [] }
    let settings = SettingValues(channel.settings, settings: type.settings).on(hostVariables)
    return type.programs(settings).compactMap {
      do {
        try permissions.check(command: $0)
        return nil
      } catch {
        return "\(error); other hosts that poll may allow it"
      }
    }
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
