import Foundation

/// Warnings about a channel's settings that are accepted. No sentence repeats a value that may be a
/// secret.
package enum ChannelAdvice {
  /// Warnings that need only the registration.
  ///
  /// - Parameters:
  ///   - isStoreShared: Whether others than this host's user can read the store.
  ///   - hostVariables: The environment that programs of channels are looked up in.
  package static func warnings(
    of channel: ChannelConfiguration, catalog: ChannelCatalog, isStoreShared: Bool = false,
    hostVariables: [String: String] = [:]
  ) -> [String] {
    guard let type = catalog.type(named: channel.type) else { return [] }
    var warnings: [String] = []
    for (key, values) in channel.settings.sorted(by: { $0.key < $1.key }) {
      guard let setting = catalog.setting(key, of: channel.type) else { continue }
      for value in values {
        if setting.takesReferences, let warning = mistakenReference(value) {
          warnings.append("\(key): \(warning)")
        }
        guard let literal = SettingValues.literal(value) else { continue }
        warnings += Self.warnings(of: literal, key, setting)
        if isStoreShared, setting.shown(value) != value {
          warnings.append(
            "\(key) is a literal in the table, so all who can read the table can read it; register "
              + "a reference instead, such as ssm:NAME or env:NAME")
        }
      }
    }
    let unused = type.unusedTemplates(channel.values(of: type))
    for (name, template) in [("title", channel.title), ("body", channel.body)] {
      if template != nil, unused.contains(name) {
        warnings.append("\(name) has no effect: the channel's messages have no place for it")
      }
      warnings += TemplateNames.warnings(name, template ?? "")
    }
    return warnings
      + type.warnings(
        channel.values(of: type).on(hostVariables))
  }

  /// Warnings that need resolved references, about those that are resolved.
  static func warnings(
    of settings: SettingValues, writtenAs channel: ChannelConfiguration,
    _ declarations: [ChannelSetting]
  ) -> [String] {
    declarations.flatMap { setting -> [String] in
      let written = SettingValues(channel.settings, settings: declarations)
      return zip(written.list(setting.name), settings.list(setting.name)).flatMap { before, now in
        SettingValues.literal(before) == nil ? warnings(of: now, setting.name, setting) : []
      }
    }
  }

  private static func warnings(
    of value: String, _ key: String, _ setting: ChannelSetting
  ) -> [String] {
    var warnings: [String] = []
    if setting.kind == .url, isOpenHTTP(value) {
      warnings.append("\(key) is plain http, so what is sent can be read on the way; use https")
    }
    if setting.isSecret, setting.kind == .text, !key.hasPrefix("header."),
      value.utf8.count < SecretNeedle.leastAnywhere
    {
      warnings.append(
        "\(key) has fewer than \(SecretNeedle.leastAnywhere) characters: it can be guessed, and is "
          + "masked in answers only where it is a whole word; use a longer one")
    }
    return warnings
  }

  /// A warning about a literal that may be meant as a reference.
  private static func mistakenReference(_ value: String) -> String? {
    guard case .literal = SettingReference.read(value), !value.hasPrefix("literal:"),
      let colon = value.firstIndex(of: ":")
    else { return nil }
    let kind = String(value[..<colon])
    let isWord = !kind.isEmpty && kind.count <= 20 && kind.allSatisfy { $0.isASCII && $0.isLetter }
    guard isWord, !["http", "https"].contains(kind.lowercased()) else { return nil }
    let sources = SettingReference.Source.allCases.map(\.rawValue) + ["literal"]
    guard let meant = sources.first(where: { isNear(kind.lowercased(), $0) }) else { return nil }
    return "\(kind): is not a kind of reference, so the value is used as it is; did you mean "
      + "\(meant):? (If not, put literal: before it.)"
  }

  private static func isNear(_ word: String, _ known: String) -> Bool {
    if known.count > 4 { return NearestName.distance(word, known) <= 2 }
    if NearestName.distance(word, known) <= 1 { return true }
    // Two letters that changed places.
    return word.count == known.count && word.first != known.last && word.sorted() == known.sorted()
  }

  private static func isOpenHTTP(_ text: String) -> Bool {
    guard let parts = URLComponents(string: text), parts.scheme?.lowercased() == "http"
    else { return false }
    let host = (parts.host ?? "").lowercased().trimmingCharacters(in: ["[", "]"])
    return !LoopbackHost.names(host)
  }

  /// Warnings about patterns that match none of an application's deployment groups.
  package static func warnings(
    ofGroups registration: Registration, among groups: [String]
  ) -> [String] {
    // Groups may be created after the registration.
    guard !groups.isEmpty else { return [] }
    var seen: Set<String> = []
    let patterns = registration.deploymentGroups + registration.channels.flatMap(\.deploymentGroups)
    return patterns.filter { pattern in
      seen.insert(pattern).inserted && !groups.contains(where: Glob(pattern).matches)
    }.map { pattern in
      let nearest =
        NearestName.of(pattern, among: groups).map { "did you mean \($0)? There" } ?? "there"
      let listed = groups.sorted().prefix(10).joined(separator: ", ")
      let more = groups.count > 10 ? ", and \(groups.count - 10) more" : ""
      return "no deployment group of \(registration.application) matches \"\(pattern)\"; "
        + "\(nearest) are: \(listed)\(more)"
    }
  }
}
