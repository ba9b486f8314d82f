import Foundation

/// Reads registrations from documents and checks every part. It either reads the whole document or
/// throws: `DocumentProblem` with the place, or `DocumentProblems` where there are several.
package struct RegistrationReader: Sendable {
  let catalog: ChannelCatalog
  /// The region for registrations without one, by profile; `nil` where none is known.
  private let region: @Sendable (_ profile: String) throws -> String?

  package init(
    catalog: ChannelCatalog, region: @escaping @Sendable (_ profile: String) throws -> String?
  ) {
    self.catalog = catalog
    self.region = region
  }

  static let keys =
    [
      "codedeploy_application_name", "region", "profile", "role_arn", "external_id",
      "deployment_groups", "events", "creators", "deployers", "deployer_domains",
      "notifications",
    ] + RegistrationDetails.keys

  private static let synonyms = [
    "application": "codedeploy_application_name", "application_name": "codedeploy_application_name",
    "app": "codedeploy_application_name", "name": "codedeploy_application_name",
    "channel": "notifications", "channels": "notifications",
  ]

  /// Reads one registration, a list of them, or a file's object that contains them.
  package func registrations(_ document: DocumentValue) throws -> [Registration] {
    try file(document).registrations
  }

  func registrations(
    _ document: DocumentValue, at path: String, _ targets: Targets
  ) throws -> [Registration] {
    guard case .list(let documents) = document else {
      return [try registration(document, at: path, targets)]
    }
    var problems = DocumentProblems()
    var registrations: [Registration] = []
    var seen: Set<Registration.Identity> = []
    for (index, document) in documents.enumerated() {
      try problems.attempt {
        let place = "\(path)[\(index)]"
        let registration = try registration(document, at: place, targets)
        guard seen.insert(registration.identity).inserted else {
          throw DocumentProblem(
            place,
            "registers \(registration.application) in \(registration.scope.label) again; "
              + "put its channels into one registration")
        }
        registrations.append(registration)
      }
    }
    try problems.throwIfAny()
    return registrations
  }

  private func registration(
    _ document: DocumentValue, at path: String, _ targets: Targets
  ) throws -> Registration {
    var problems = DocumentProblems()
    var values: [String: DocumentValue] = [:]
    for member in try document.members(at: path) {
      try problems.attempt {
        guard Self.keys.contains(member.key) else {
          throw DocumentProblem(
            path.appending(key: member.key),
            "unknown key; "
              + NearestName.hint(member.key, among: Self.keys, synonyms: Self.synonyms))
        }
        values[member.key] = member.value
      }
    }
    // A key that seems to be missing may be a misspelt one.
    let isMisspelt = !problems.problems.isEmpty
    func read<Value>(
      _ key: String, _ read: (DocumentValue, String) throws -> Value
    ) throws -> Value? {
      guard let value = values[key] else { return nil }
      return try problems.attempt { try read(value, path.appending(key: key)) }
    }
    func text(
      _ key: String, _ check: (String, String) throws -> Void = { _, _ in }
    ) throws -> String? {
      try read(key) { value, path in
        let text = try value.text(at: path)
        try check(text, path)
        return text
      }
    }

    let name = try text("codedeploy_application_name", RegistrationRules.checkApplication)
    if values["codedeploy_application_name"] == nil, !isMisspelt {
      problems.add(
        DocumentProblem(path.appending(key: "codedeploy_application_name"), "is missing"))
    }
    let profile = try text("profile", RegistrationRules.checkProfile) ?? ""
    let roleARN = try text("role_arn", RegistrationRules.checkRole) ?? ""
    let named = try text("region", RegistrationRules.checkRegion)
    let externalID = try text("external_id", RegistrationRules.checkExternalID)
    let groups = try read("deployment_groups") { value, path -> [String] in
      guard value != .list([]) else { return [] }
      let groups = try value.texts(at: path)
      try RegistrationRules.checkGroups(groups, at: path)
      return groups
    }
    let events = try read("events") { try Self.events($0.texts(at: $1), at: $1) }
    let creators = try read("creators") { value, path -> [DeploymentCreator] in
      let creators = try value.texts(at: path)
      try RegistrationRules.checkCreators(creators, at: path)
      return creators.map(DeploymentCreator.init(rawValue:))
    }
    let people = try read("deployers") {
      try DeployerReader(catalog: catalog).people($0, at: $1)
    }
    let domains = try read("deployer_domains") { value, path -> [String] in
      let domains = try value.texts(at: path)
      try RegistrationRules.checkDomains(domains, at: path)
      return domains
    }
    let details = try problems.attempt { try RegistrationDetails(values, at: path) }
    let channels =
      values["notifications"] == nil && isMisspelt
      ? nil
      : try problems.attempt {
        try self.channels(
          values["notifications"], at: path.appending(key: "notifications"), targets)
      }
    if let name { problems.concern(application: name) }
    try problems.throwIfAny()
    return Registration(
      application: name ?? "",
      scope: AWSScope(
        // Where no region is known yet, the first cycle fills it in.
        region: try named ?? region(profile) ?? "", profile: profile, roleARN: roleARN),
      externalID: externalID, deploymentGroups: groups ?? [], events: events, creators: creators,
      deployers: people?.addresses ?? [:], deployerIDs: people?.ids, deployerDomains: domains,
      labels: details?.labels ?? [:], overdueAfter: details?.overdueAfter,
      accounts: details?.accounts ?? [:], channels: channels ?? [])
  }

  /// Event names, each of which is checked.
  package static func events(
    _ names: [String], at path: String
  ) throws(DocumentProblem) -> [DeploymentEvent] {
    var events: [DeploymentEvent] = []
    for name in names {
      guard let event = DeploymentEvent(rawValue: name) else {
        let known = DeploymentEvent.allCases.map(\.rawValue)
        throw DocumentProblem(
          path, "unknown event \"\(name)\"; \(NearestName.hint(name, among: known))")
      }
      if !events.contains(event) { events.append(event) }
    }
    return events
  }

  /// The most channels of one registration. Each is compared with the others in several places.
  private static let mostChannels = 1000

  private func channels(
    _ value: DocumentValue?, at path: String, _ targets: Targets
  ) throws -> [ChannelConfiguration] {
    guard let value else {
      throw DocumentProblem(path, "is missing: a registration needs at least one channel")
    }
    guard case .list(let entries) = value else {
      throw DocumentProblem(path, "must be a list, but is \(value.kind)")
    }
    guard !entries.isEmpty else { throw DocumentProblem(path, "needs at least one channel") }
    guard entries.count <= Self.mostChannels else {
      throw DocumentProblem(path, "has more than \(Self.mostChannels) channels")
    }
    let reader = ChannelReader(catalog: catalog)
    var problems = DocumentProblems()
    var channels: [ChannelConfiguration] = []
    for (index, entry) in entries.enumerated() {
      try problems.attempt {
        let place = "\(path)[\(index)]"
        for channel in try targets.channels(entry, at: place)
          ?? [reader.channel(entry, at: place)]
        {
          guard !channels.contains(where: { $0.name == channel.name }) else {
            throw DocumentProblem(
              place,
              "there is already a channel named \"\(channel.name)\"; give each its own \"name\"")
          }
          channels.append(channel)
        }
      }
    }
    try problems.throwIfAny()
    return channels
  }
}
