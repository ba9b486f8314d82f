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
    let documents: [DocumentValue]
    switch document {
    case .list(let list): documents = list
    case .object: return [try registration(document, at: path, targets)]
    default:
      throw DocumentProblem(
        path, "must be a registration or a list of them, but is \(document.kind)")
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
    var members = try RegistrationMembers(
      document, at: path, keys: Self.keys, synonyms: Self.synonyms)
    let name = try members.readRequired("codedeploy_application_name", Self.application)
    let profile = try members.text("profile", RegistrationRules.checkProfile) ?? ""
    let roleARN = try members.text("role_arn", RegistrationRules.checkRole) ?? ""
    let named = try members.text("region", RegistrationRules.checkRegion)
    let externalID = try members.text("external_id", RegistrationRules.checkExternalID)
    let groups = try members.read("deployment_groups", Self.groups)
    let events = try members.read("events") { try Self.events($0.texts(at: $1), at: $1) }
    let creators = try members.texts("creators", RegistrationRules.checkCreators)
    let people = try members.read("deployers") {
      try DeployerReader(catalog: catalog).people($0, at: $1)
    }
    let domains = try members.texts("deployer_domains", RegistrationRules.checkDomains)
    let details = try members.details()
    let channels = try members.readRequired("notifications") {
      try self.channels($0, at: $1, targets)
    }
    try members.check(application: name)
    return Registration(
      application: name ?? "",
      scope: AWSScope(
        // Where no region is known yet, the first cycle fills it in.
        region: try named ?? region(profile) ?? "", profile: profile, roleARN: roleARN),
      externalID: externalID, deploymentGroups: groups ?? [], events: events,
      creators: creators?.map(DeploymentCreator.init(rawValue:)),
      deployers: people?.addresses ?? [:], deployerIDs: people?.ids, deployerDomains: domains,
      labels: details?.labels ?? [:], overdueAfter: details?.overdueAfter,
      accounts: details?.accounts ?? [:], channels: channels ?? [])
  }

  private static func application(_ value: DocumentValue?, at path: String) throws -> String {
    guard let value else { throw DocumentProblem(path, "is missing") }
    let name = try value.text(at: path)
    try RegistrationRules.checkApplication(name, at: path)
    return name
  }

  /// Patterns of deployment groups; an empty list means all.
  private static func groups(_ value: DocumentValue, at path: String) throws -> [String] {
    guard value != .list([]) else { return [] }
    let groups = try value.texts(at: path)
    try RegistrationRules.checkGroups(groups, at: path)
    return groups
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
