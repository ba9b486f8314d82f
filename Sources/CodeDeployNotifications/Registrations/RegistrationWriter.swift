/// Writes registrations as documents for `register --file`. Secret literals become `********`;
/// references stay as they are.
package struct RegistrationWriter: Sendable {
  private let catalog: ChannelCatalog
  /// Whether secrets are written out, for an export to another store.
  private let revealsSecrets: Bool

  package init(catalog: ChannelCatalog, revealingSecrets: Bool = false) {
    self.catalog = catalog
    revealsSecrets = revealingSecrets
  }

  package func document(_ registration: Registration) -> DocumentValue {
    var members = [
      DocumentValue.Member("codedeploy_application_name", .text(registration.application))
    ]
    func add(_ key: String, _ text: String?) {
      if let text, !text.isEmpty { members.append(DocumentValue.Member(key, .text(text))) }
    }
    func add(_ key: String, _ texts: [String]?) {
      if let texts, !texts.isEmpty {
        members.append(DocumentValue.Member(key, .list(texts.map(DocumentValue.text))))
      }
    }
    add("region", registration.scope.region)
    add("profile", registration.scope.profile)
    add("role_arn", registration.scope.roleARN)
    add("external_id", registration.externalID)
    add("deployment_groups", registration.deploymentGroups)
    add("events", registration.events?.map(\.rawValue))
    add("creators", registration.creators?.map(\.rawValue))
    func add(_ key: String, _ texts: [String: String]) {
      guard !texts.isEmpty else { return }
      let pairs = texts.sorted { $0.key < $1.key }
        .map { DocumentValue.Member($0.key, .text($0.value)) }
      members.append(DocumentValue.Member(key, .object(pairs)))
    }
    let deployers = people(registration)
    if !deployers.isEmpty { members.append(DocumentValue.Member("deployers", .object(deployers))) }
    add("deployer_domains", registration.deployerDomains)
    add("labels", registration.labels)
    add("overdue_after", registration.overdueAfter?.written)
    add("accounts", registration.accounts)
    members.append(
      DocumentValue.Member("notifications", .list(registration.channels.map(document))))
    return .object(members)
  }

  /// Each person as an address, or as an object where there are ids.
  private func people(_ registration: Registration) -> [DocumentValue.Member] {
    let ids = registration.deployerIDs ?? [:]
    return Set(registration.deployers.keys).union(ids.keys).sorted().map { name in
      let address = registration.deployers[name]
      guard let known = ids[name] else { return DocumentValue.Member(name, .text(address ?? "")) }
      let entries = known.merging(address.map { [DeployerReader.address: $0] } ?? [:]) { $1 }
      return DocumentValue.Member(
        name,
        .object(
          entries.sorted { $0.key < $1.key }.map { DocumentValue.Member($0.key, .text($0.value)) }))
    }
  }

  private func document(_ channel: ChannelConfiguration) -> DocumentValue {
    var members: [DocumentValue.Member] = []
    let type = catalog.type(named: channel.type)
    if channel.name != channel.type {
      members.append(DocumentValue.Member("name", .text(channel.name)))
    }
    if let events = channel.events {
      members.append(
        DocumentValue.Member("events", .list(events.map { .text($0.rawValue) })))
    }
    if !channel.deploymentGroups.isEmpty {
      members.append(
        DocumentValue.Member(
          "deployment_groups", .list(channel.deploymentGroups.map(DocumentValue.text))))
    }
    if let title = channel.title { members.append(DocumentValue.Member("title", .text(title))) }
    if let body = channel.body { members.append(DocumentValue.Member("body", .text(body))) }
    for (key, values) in channel.settings.sorted(by: { $0.key < $1.key }) {
      let setting = type?.settings.first { $0.names(key) }
      let written = values.map { value(shown($0, key, channel.type), setting) }
      // A single-valued setting has one value, unless an import brought more. A list of secrets has
      // two values only while a secret is being changed.
      let isList = setting.map { $0.isList && !$0.isSecret } ?? false || written.count != 1
      members.append(DocumentValue.Member(key, isList ? .list(written) : written[0]))
    }
    return .object([
      DocumentValue.Member(channel.type + ChannelReader.suffix, .object(members))
    ])
  }

  private func shown(_ text: String, _ key: String, _ type: String) -> String {
    revealsSecrets ? text : catalog.shown(text, of: key, in: type)
  }

  private func value(_ text: String, _ setting: ChannelSetting?) -> DocumentValue {
    switch setting?.kind {
    // `+80` and `080` are whole numbers for a setting, but not numbers in JSON.
    case .integer where Int(text).map(String.init) == text: .number(text)
    case .boolean where text == "true" || text == "false": .boolean(text == "true")
    default: .text(text)
    }
  }
}
