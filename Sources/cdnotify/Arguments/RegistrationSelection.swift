import CodeDeployNotifications

/// Finds the registrations that a command names.
enum RegistrationSelection {
  /// All of `application`'s, or of every application; none of a named one is an error.
  static func all(
    _ application: String?, _ options: ScopeOptions? = nil, in records: [RegistrationRecord]
  ) throws -> [RegistrationRecord] {
    let found = records.filter {
      $0.registration.application == application ?? $0.registration.application
        && (options?.allow($0.registration.scope) ?? true)
    }
    if let application, found.isEmpty {
      let elsewhere = records.map(\.registration).filter { $0.application == application }
      guard elsewhere.isEmpty else {
        let scopes = elsewhere.map { "  \($0.scope.label)" }.joined(separator: "\n")
        throw Failure(
          .notFound, "\(application) is not registered there; it is registered in\n\(scopes)")
      }
      let known = Set(records.map(\.registration.application)).sorted()
      let hint =
        NearestName.of(application, among: known.filter { $0 != application })
        .map { "; did you mean \($0)?" } ?? ""
      throw Failure(.notFound, "no application \"\(application)\" is registered\(hint)")
    }
    return found
  }

  /// Applications that are registered more than once, so that the name alone doesn't tell them.
  static func ambiguous(_ records: [RegistrationRecord]) -> Set<String> {
    let scopes = Dictionary(grouping: records, by: \.registration.application)
    return Set(scopes.filter { $0.value.count > 1 }.keys)
  }

  /// The same in a store. In one scope a name tells them, and none has to be read.
  static func ambiguous(
    _ scopes: [RegisteredScope], _ store: any Store
  ) async throws -> Set<String> {
    guard scopes.count > 1 else { return [] }
    return ambiguous(try await store.registrations())
  }

  /// The one that is meant.
  static func one(
    _ application: String, _ options: ScopeOptions, in records: [RegistrationRecord]
  ) throws -> RegistrationRecord {
    let found = try all(application, options, in: records)
    guard found.count == 1, let one = found.first else {
      let scopes = found.map { "  \($0.registration.scope.label)" }.joined(separator: "\n")
      throw Failure(
        .usage,
        "\(application) is registered \(found.count) times; say which one with --region, "
          + "--profile or --role-arn (\"\" for none):\n\(scopes)")
    }
    return one
  }

  /// A channel of a registration, by its name.
  static func channel(
    _ name: String, of registration: Registration
  ) throws -> ChannelConfiguration {
    if let channel = registration.channels.first(where: { $0.name == name }) { return channel }
    let known = registration.channels.map(\.name).joined(separator: ", ")
    throw Failure(
      .notFound,
      "\(registration.application) has no channel \"\(name)\"; its channels: \(known)")
  }
}
