import CodeDeployNotifications

extension ChannelRules {
  /// What the type says about itself.
  func declarations() -> [String] {
    var found: [String] = []
    if !type.summary.isOneLine { found.append("its summary isn't one line") }
    if type.defaultEvents.isEmpty { found.append("it announces no events by default") }
    if Set(type.settings.map(\.name)).count != type.settings.count {
      found.append("a setting is declared twice")
    }
    for setting in type.settings { found += Self.violations(of: setting) }
    for key in settings.keys.sorted() where !type.settings.contains(where: { $0.names(key) }) {
      found.append("\(key) is set and not declared")
    }
    let references = settings.mapValues { _ in ["env:SOMETHING"] }
    do { try type.checkAll(SettingValues(references, settings: type.settings)) } catch {
      found.append("references are refused before they are resolved: \(error)")
    }
    return found
  }

  private static func violations(of setting: ChannelSetting) -> [String] {
    var found: [String] = []
    if setting.summary.isEmpty {
      found.append("\(setting.name) has no summary")
    } else if !setting.summary.isOneLine {
      found.append("the summary of \(setting.name) isn't one line")
    }
    if setting.name.wholeMatch(of: /[a-z][a-z0-9_]*\.?/) == nil {
      found.append("\(setting.name) is no name in small letters, digits and _")
    }
    if case .choice(let choices) = setting.kind, let value = setting.defaultValue,
      !choices.contains(value)
    {
      found.append("the default of \(setting.name) is none of its choices")
    }
    return found
  }

  /// A value that can't be used is often a secret in the wrong place.
  func settingProblems() -> [String] {
    settings.keys.sorted().compactMap { key in
      var changed = settings
      changed[key] = ["whsec_%%\nNRAK-hidden"]
      do throws(SettingProblem) { _ = try setUp(changed) } catch {
        if error.description.contains("hidden") { return "a problem of \(key) shows its value" }
      }
      return nil
    }
  }
}

extension String {
  fileprivate var isOneLine: Bool { !isEmpty && !contains("\n") }
}
