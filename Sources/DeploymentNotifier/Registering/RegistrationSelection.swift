import CodeDeployNotifications

/// Which of an application's registrations are meant, by the parts of their scopes; a missing part
/// matches any.
package struct ScopeSelection: Sendable, Hashable {
  package var region: String?
  package var profile: String?
  package var roleARN: String?

  package init(region: String? = nil, profile: String? = nil, roleARN: String? = nil) {
    self.region = region
    self.profile = profile
    self.roleARN = roleARN
  }

  /// Whether `scope` is one of them.
  package func allows(_ scope: AWSScope) -> Bool {
    (region ?? scope.region) == scope.region && (profile ?? scope.profile) == scope.profile
      && (roleARN ?? scope.roleARN) == scope.roleARN
  }
}

/// Finds the registrations that somebody names.
package enum RegistrationSelection {
  /// All registrations of `application`, or of every application. Throws `SelectionProblem` where a
  /// named one has none.
  package static func all(
    _ application: String?, _ scopes: ScopeSelection = ScopeSelection(),
    in records: [RegistrationRecord]
  ) throws(SelectionProblem) -> [RegistrationRecord] {
    let found = records.filter {
      $0.registration.application == application ?? $0.registration.application
        && scopes.allows($0.registration.scope)
    }
    guard let application, found.isEmpty else { return found }
    let elsewhere = records.map(\.registration).filter { $0.application == application }
    guard elsewhere.isEmpty else { throw .elsewhere(application, elsewhere.map(\.scope)) }
    let known = Set(records.map(\.registration.application)).sorted()
    throw .unknownApplication(
      application,
      nearest: NearestName.of(application, among: known.filter { $0 != application }))
  }

  /// The one registration that is meant.
  package static func one(
    _ application: String, _ scopes: ScopeSelection = ScopeSelection(),
    in records: [RegistrationRecord]
  ) throws(SelectionProblem) -> RegistrationRecord {
    let found = try all(application, scopes, in: records)
    guard found.count == 1, let one = found.first else {
      throw .ambiguous(application, found.map(\.registration.scope))
    }
    return one
  }

  /// A channel of a registration, by its name.
  package static func channel(
    _ name: String, of registration: Registration
  ) throws(SelectionProblem) -> ChannelConfiguration {
    if let channel = registration.channels.first(where: { $0.name == name }) { return channel }
    throw .unknownChannel(name, of: registration)
  }

  /// Throws `SelectionProblem` for a channel's name that no registration has and that the history
  /// doesn't know either.
  ///
  /// - Parameter applications: Only registrations and history of these; empty for all.
  package static func checkChannels(
    _ names: [String], of applications: Set<String>, in records: [RegistrationRecord],
    _ store: any Store
  ) async throws {
    let registrations = records.map(\.registration).filter {
      applications.isEmpty || applications.contains($0.application)
    }
    let known = Set(registrations.flatMap(\.channels).map(\.name))
    for name in names where !known.contains(name) {
      var query = HistoryQuery(filter: NotificationFilter(applications: applications))
      query.channels = [name]
      query.limit = 1
      guard try await store.entries(query).first(where: { _ in true }) == nil else { continue }
      throw SelectionProblem.unusedChannelName(
        name, nearest: NearestName.of(name, among: known.sorted()))
    }
  }

  /// Applications that are registered more than once, so that the name alone is ambiguous.
  package static func ambiguous(_ records: [RegistrationRecord]) -> Set<String> {
    let scopes = Dictionary(grouping: records, by: \.registration.application)
    return Set(scopes.filter { $0.value.count > 1 }.keys)
  }

  /// The same in a store. If it has only one scope, no registration has to be read.
  package static func ambiguous(
    _ scopes: [ScopeAccess], _ store: any Store
  ) async throws -> Set<String> {
    guard scopes.count > 1 else { return [] }
    return ambiguous(try await store.registrations())
  }
}

/// Why a name doesn't stand for exactly one registration.
package enum SelectionProblem: Error, Sendable, Hashable {
  case unknownApplication(String, nearest: String?)
  /// It is registered, but not in the given scopes.
  case elsewhere(_ application: String, [AWSScope])
  /// It is registered in several of the given scopes.
  case ambiguous(_ application: String, [AWSScope])
  case unknownChannel(String, of: Registration)
  /// No registration has a channel of this name, and the history has no notification to one.
  case unusedChannelName(String, nearest: String?)
}

extension SelectionProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownApplication(let application, let nearest):
      return "no application \"\(application)\" is registered\(Self.hint(nearest))"
    case .elsewhere(let application, let scopes):
      return "\(application) is not registered there; it is registered in\n\(Self.listed(scopes))"
    case .ambiguous(let application, let scopes):
      return "\(application) is registered \(scopes.count) times; say which one:\n"
        + Self.listed(scopes)
    case .unknownChannel(let name, let registration):
      let known = registration.channels.map(\.name).joined(separator: ", ")
      return "\(registration.application) has no channel \"\(name)\"; its channels: \(known)"
    case .unusedChannelName(let name, let nearest):
      return "no channel \"\(name)\" is registered or in the history\(Self.hint(nearest))"
    }
  }

  private static func hint(_ nearest: String?) -> String {
    nearest.map { "; did you mean \($0)?" } ?? ""
  }

  /// One line for each.
  package static func listed(_ scopes: [AWSScope]) -> String {
    scopes.map { "  \($0.label)" }.joined(separator: "\n")
  }
}
