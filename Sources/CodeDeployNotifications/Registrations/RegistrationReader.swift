import Foundation

/// Reads registrations out of documents and checks every part of them. It reads a document whole
/// or throws a `DocumentProblem` that names the place.
public struct RegistrationReader: Sendable {
  private let catalog: ChannelCatalog
  /// The region of registrations that name none, for their profile; `nil` where none is known.
  private let region: @Sendable (_ profile: String) throws -> String?

  public init(
    catalog: ChannelCatalog, region: @escaping @Sendable (_ profile: String) throws -> String?
  ) {
    self.catalog = catalog
    self.region = region
  }

  private static let keys = [
    "codedeploy_application_name", "region", "profile", "role_arn", "external_id",
    "deployment_groups", "events", "creators", "deployers", "notifications",
  ]

  /// One registration, or a list of them.
  public func registrations(_ document: DocumentValue) throws -> [Registration] {
    guard case .list(let documents) = document else {
      return [try registration(document, at: "")]
    }
    let registrations = try documents.enumerated().map { index, document in
      try registration(document, at: "[\(index)]")
    }
    var seen: Set<Registration.Identity> = []
    for (index, registration) in registrations.enumerated()
    where !seen.insert(registration.identity).inserted {
      throw DocumentProblem(
        "[\(index)]",
        "registers \(registration.application) in \(registration.scope.label) again; "
          + "put its channels into one registration")
    }
    return registrations
  }

  private func registration(_ document: DocumentValue, at path: String) throws -> Registration {
    var values: [String: DocumentValue] = [:]
    for member in try document.members(at: path) {
      guard Self.keys.contains(member.key) else {
        throw DocumentProblem(
          path.appending(key: member.key),
          "unknown key; \(NearestName.hint(member.key, among: Self.keys))")
      }
      values[member.key] = member.value
    }
    func text(_ key: String) throws -> String? {
      try values[key]?.text(at: path.appending(key: key))
    }
    func texts(_ key: String) throws -> [String]? {
      try values[key]?.texts(at: path.appending(key: key))
    }
    guard let application = try text("codedeploy_application_name") else {
      throw DocumentProblem(path.appending(key: "codedeploy_application_name"), "is missing")
    }
    let applicationPath = path.appending(key: "codedeploy_application_name")
    try RegistrationRules.checkApplication(application, at: applicationPath)
    let profile = try text("profile") ?? ""
    let roleARN = try text("role_arn") ?? ""
    try RegistrationRules.checkRole(roleARN, at: path.appending(key: "role_arn"))
    let named = try text("region")
    if let named { try RegistrationRules.checkRegion(named, at: path.appending(key: "region")) }
    // Where no region is known yet, the first cycle's applies.
    let region = try named ?? region(profile) ?? ""
    return Registration(
      application: application,
      scope: AWSScope(region: region, profile: profile, roleARN: roleARN),
      externalID: try text("external_id"),
      deploymentGroups: values["deployment_groups"] == .list([])
        ? [] : try texts("deployment_groups") ?? [],
      events: try texts("events").map {
        try Self.events($0, at: path.appending(key: "events"))
      },
      creators: try texts("creators"),
      deployers: try deployers(values["deployers"], at: path.appending(key: "deployers")),
      channels: try channels(values["notifications"], at: path.appending(key: "notifications")))
  }

  /// Event names, each checked.
  public static func events(
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

  private func deployers(_ value: DocumentValue?, at path: String) throws -> [String: String] {
    guard let value else { return [:] }
    let pairs = try value.members(at: path).map { member in
      (member.key, try member.value.text(at: path.appending(key: member.key)))
    }
    return Dictionary(pairs, uniquingKeysWith: { _, last in last })
  }

  private func channels(
    _ value: DocumentValue?, at path: String
  ) throws -> [ChannelConfiguration] {
    guard let value else {
      throw DocumentProblem(path, "is missing: a registration needs at least one channel")
    }
    guard case .list(let entries) = value else {
      throw DocumentProblem(path, "must be a list, and is \(value.kind)")
    }
    guard !entries.isEmpty else { throw DocumentProblem(path, "needs at least one channel") }
    let reader = ChannelReader(catalog: catalog)
    var channels: [ChannelConfiguration] = []
    for (index, entry) in entries.enumerated() {
      let channel = try reader.channel(entry, at: "\(path)[\(index)]")
      guard !channels.contains(where: { $0.name == channel.name }) else {
        throw DocumentProblem(
          "\(path)[\(index)]",
          "a channel named \"\(channel.name)\" is there already; give each its own \"name\"")
      }
      channels.append(channel)
    }
    return channels
  }
}
