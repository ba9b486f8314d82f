import CodeDeployNotifications
import Foundation

/// The rules for imported registrations: those of `register`.
struct ImportRules: Sendable {
  let catalog: ChannelCatalog
  let references: ReferenceChoice

  func check(_ record: RegistrationRecord) throws(LineProblem) {
    let registration = record.registration
    do {
      let document = RegistrationWriter(catalog: catalog, revealingSecrets: true)
        .document(registration)
      if !registration.scope.region.isEmpty {
        try RegistrationRules.checkRegion(registration.scope.region, at: "region")
      }
      _ = try RegistrationReader(catalog: catalog) { _ in "" }.registrations(document)
      if let refusal = references.refusals(in: registration, catalog).first { throw refusal }
    } catch {
      throw LineProblem("\(registration.application.prefix(100)): \(error)")
    }
    // A baseline in the future would prevent every announcement, silently.
    let latest = Date().addingTimeInterval(7 * 86_400)
    if let ahead = record.baselines.first(where: { $0.value.since > latest }) {
      throw LineProblem(
        "\(registration.application): baselines.\(ahead.key.prefix(64)) is in the future")
    }
    let names = Set(registration.channels.map(\.name))
    if let stray = record.baselines.keys.sorted().first(where: { !names.contains($0) }) {
      throw LineProblem(
        "\(registration.application): baselines.\(stray.prefix(64)) belongs to no channel of the "
          + "registration")
    }
  }

  func check(_ scope: AWSScope) throws(LineProblem) {
    do {
      if !scope.region.isEmpty {
        try RegistrationRules.checkRegion(scope.region, at: "scope.region")
      }
      try RegistrationRules.checkProfile(scope.profile, at: "scope.profile")
      try RegistrationRules.checkRole(scope.roleARN, at: "scope.roleARN")
    } catch {
      throw LineProblem(error.description)
    }
  }

  /// Checks names that deployments are found by and shown with. What equals the previous checked
  /// deployment isn't checked again.
  func check(_ entry: LedgerEntry, after last: LedgerEntry?) throws(LineProblem) {
    if entry.key.scope != last?.key.scope { try check(entry.key.scope) }
    func checkName(_ name: String, _ longest: Int) throws(LineProblem) {
      guard (1...longest).contains(name.count), name.oneLine == name else {
        throw LineProblem(
          "a deployment's id and its channels' names must be one line of at most \(longest) "
            + "characters")
      }
    }
    try checkName(entry.key.id, 100)
    for notification in entry.notifications { try checkName(notification.channel, 200) }
    for channel in entry.notes.keys { try checkName(channel, 200) }
    guard let application = entry.deployment?.application,
      application != last?.deployment?.application
    else { return }
    do { try RegistrationRules.checkApplication(application, at: "deployment.application") } catch {
      throw LineProblem(error.description)
    }
  }

  func check(_ mute: Mute) throws(LineProblem) {
    try check(mute.identity.scope)
    do {
      try RegistrationRules.checkApplication(mute.identity.application, at: "mute.application")
    } catch {
      throw LineProblem(error.description)
    }
    // Without a name it would mute the whole application.
    guard mute.channel.map({ (1...64).contains($0.count) }) ?? true else {
      throw LineProblem("mute.channel must be a channel's name, with 1 to 64 characters")
    }
    guard mute.since <= mute.until else {
      throw LineProblem("the mute of \(mute.identity.application) ends before it began")
    }
  }

  /// The commands that a registration would run on this host.
  func commands(of record: RegistrationRecord) -> [String] {
    record.registration.channels.compactMap { channel in
      let programs = catalog.type(named: channel.type)?.settings.filter { $0.kind == .program }
      let named = (programs ?? []).flatMap { channel.settings[$0.name] ?? [] }
      return named.isEmpty
        ? nil
        : "\(record.registration.application.possessive) channel \(channel.name) runs "
          + named.joined(separator: ", ")
    }
  }
}
