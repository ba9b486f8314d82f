import CodeDeployNotifications

/// What is accepted and yet worth a word.
enum RegistrationWarnings {
  static func of(_ registration: Registration, _ context: Context) -> [String] {
    registration.channels.flatMap { channel in
      of(channel, context).map { "\(registration.application), channel \(channel.name): \($0)" }
    }
  }

  static func of(_ channel: ChannelConfiguration, _ context: Context) -> [String] {
    ChannelAdvice.warnings(
      of: channel, catalog: context.catalog, isStoreShared: context.isStoreShared)
      + refusals(channel, context) + programs(channel, context)
  }

  /// Programs that no setting names.
  private static func programs(_ channel: ChannelConfiguration, _ context: Context) -> [String] {
    guard let type = context.catalog.type(named: channel.type) else { return [] }
    return type.programs(SettingValues(channel.settings, settings: type.settings)).compactMap {
      do {
        try context.announcing.permissions.check(command: $0)
        return nil
      } catch {
        return "\(error); other hosts that poll may allow it"
      }
    }
  }

  /// What this host doesn't allow; another one that polls may.
  private static func refusals(_ channel: ChannelConfiguration, _ context: Context) -> [String] {
    channel.settings.sorted { $0.key < $1.key }.flatMap { key, values -> [String] in
      guard let setting = context.catalog.setting(key, of: channel.type) else { return [] }
      return values.compactMap { value in
        do {
          switch SettingReference.read(value) {
          case .reference(let reference) where setting.takesReferences:
            try context.announcing.permissions.check(reference)
          case .literal(let literal) where setting.kind == .program:
            try context.announcing.permissions.check(command: literal)
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
