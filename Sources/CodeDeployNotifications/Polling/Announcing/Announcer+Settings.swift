/// Resolves the references in a channel's settings, as far as this host permits.
extension Announcer {
  func resolve(
    _ configuration: ChannelConfiguration, _ type: any Channel.Type, _ registration: Registration
  ) async throws -> SettingValues {
    let settings = configuration.values(of: type)
      .on(services.hostVariables)
    return try await settings.resolved(declarations: type.settings) { name, value in
      let setting = type.settings.first { $0.names(name) }
      guard setting?.takesReferences ?? true else { return value }
      if setting?.isMasked(value) ?? false {
        throw SettingProblem(name, "is masked; register the channel again with the secret itself")
      }
      let found: String
      switch SettingReference.read(value) {
      case .literal(let literal): found = literal
      case .reference(let reference):
        try permit(name) { () throws(HostPermissions.Refusal) in
          try services.permissions.check(reference)
        }
        let text: String
        do {
          text = try await references.value(
            of: reference, for: name, in: registration.access)
        } catch let failure as ReferenceCache.NotHere {
          guard !services.leavesToOthers else { throw LeftToOthers(failure.description) }
          throw self.failure(here: failure.description)
        }
        // Editors and `echo` end a file with a line break that isn't part of the value.
        found = String(text.trimmingSuffix { $0.isNewline })
        if let setting, let problem = SettingRules.problem(found, setting) {
          throw SettingProblem(name, "\(reference) \(problem)")
        }
      }
      if setting?.kind == .program {
        try permit(name) { () throws(HostPermissions.Refusal) in
          try services.permissions.check(command: found)
        }
      }
      return found
    }
  }

  /// The failure where this host lacks something. On a shared store another host may have it, so
  /// that the notification stays pending for that one.
  func failure(here sentence: String) -> DeliveryFailure {
    DeliveryFailure(
      services.permissions.isStoreShared ? Self.leftForOthers : .refused, sentence)
  }

  private static let leftForOthers = DeliveryFailure.Verdict.tryAgain(after: .seconds(60))

  /// Checks the programs that a channel runs without a setting that names them.
  func permit(_ type: any Channel.Type, _ settings: SettingValues) throws {
    for program in type.programs(settings) {
      try permit(type.type) { () throws(HostPermissions.Refusal) in
        try services.permissions.check(command: program)
      }
    }
  }

  /// Where another host may allow it, the notification stays pending for that one.
  private func permit(
    _ setting: String, _ check: () throws(HostPermissions.Refusal) -> Void
  ) throws {
    do { try check() } catch {
      let sentence = "\(setting): \(error)"
      switch error {
      case .never: throw DeliveryFailure(.refused, sentence)
      case .notHere where services.leavesToOthers: throw LeftToOthers(sentence)
      case .notHere: throw DeliveryFailure(Self.leftForOthers, sentence)
      }
    }
  }
}

extension SettingValues {
  /// How many exchanges the references need: AWS is asked for all of them at once, before anything
  /// is sent.
  var exchangesForReferences: Int { all.contains(where: SettingReference.isInAWS) ? 1 : 0 }
}

extension String {
  /// The text without the trailing characters for which `isDropped` returns true.
  fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> Substring {
    var rest = self[...]
    while let last = rest.last, isDropped(last) { rest.removeLast() }
    return rest
  }
}
