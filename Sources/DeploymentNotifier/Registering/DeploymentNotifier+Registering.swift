import CodeDeployNotifications
import Foundation

extension DeploymentNotifier {
  /// Registers the registrations of a document in JSON or YAML: the form that was published in
  /// 2016, and everything that was added since. Channels are added to those that are registered, or
  /// replace those of the same name.
  ///
  /// - Parameters:
  ///   - document: One registration, or a list of them: either all are registered or none.
  ///   - verifying: Whether to ask CodeDeploy if the applications exist.
  /// - Returns: The registrations as they are now.
  ///
  /// Throws `DocumentProblem` or `DocumentProblems` where the document is invalid, or uses
  /// references that this notifier doesn't allow; `NotifierProblem` where an application doesn't
  /// exist or a region is missing; `AWSFailure` and `StoreFailure`.
  @discardableResult
  public func register(
    document: String, verifying: Bool = true
  ) async throws -> [Registration] {
    let parsed = try DocumentParsing.parse(document)
    return try await register(try reader.registrations(parsed), verifying: verifying)
  }

  /// The same for bytes, such as a request's body. Throws as `register(document:verifying:)` does.
  @discardableResult
  public func register(
    document: some Collection<UInt8> & Sendable, verifying: Bool = true
  ) async throws -> [Registration] {
    guard let text = String(validating: document, as: UTF8.self) else {
      throw DocumentProblem("", "the document is not UTF-8 text")
    }
    return try await register(document: text, verifying: verifying)
  }

  /// Registers an application with channels written as `TYPE[,key=value]…`, quoted as in CSV.
  /// Throws as `register(document:verifying:)` does.
  @discardableResult
  public func register(
    _ application: String, channels: [String], verifying: Bool = true
  ) async throws -> Registration {
    let specs = try channels.map {
      try ChannelSpec.parse($0, catalog: parts.announcing.catalog, at: "channels")
    }
    return try await register(
      Registration(application: application, scope: AWSScope(region: ""), channels: specs),
      verifying: verifying)
  }

  /// Registers registrations made in code, by the rules for documents. One without a region gets
  /// the notifier's. Throws as `register(document:verifying:)` does.
  @discardableResult
  public func register(
    _ registration: Registration, verifying: Bool = true
  ) async throws -> Registration {
    let written = RegistrationWriter(catalog: parts.announcing.catalog, revealingSecrets: true)
      .document(registration)
    let checked = try reader.registrations(written)
    return try await register(checked, verifying: verifying)[0]
  }

  private var reader: RegistrationReader {
    RegistrationReader(catalog: parts.announcing.catalog, region: parts.region)
  }

  private func register(
    _ requested: [Registration], verifying: Bool
  ) async throws -> [Registration] {
    for registration in requested where registration.scope.region.isEmpty {
      throw NotifierProblem(
        .missingRegion,
        "no region for \(registration.application): name it in the registration, or set AWS_REGION "
          + "in the notifier's AWS settings")
    }
    try checkReferences(requested)
    var request = RegistrationRequest(
      requested, catalog: parts.announcing.catalog, now: parts.announcing.now)
    do {
      if verifying { try await request.verify(by: parts.source) }
      return try await request.store(in: parts.store).merges.map(\.record.registration)
    } catch let refusal as RegistrationRefusal {
      throw refusal.problem
    }
  }

  private func checkReferences(_ requested: [Registration]) throws {
    var problems = DocumentProblems()
    for registration in requested {
      for problem in parts.references.refusals(in: registration, parts.announcing.catalog) {
        problems.add(problem)
      }
    }
    try problems.throwIfAny()
  }
}

extension RegistrationRefusal {
  /// The refusal as an error of the API.
  fileprivate var problem: any Error {
    switch self {
    case .noChannel(let application):
      DocumentProblem("notifications", "\(application) has no channel yet")
    // A notifier requests neither.
    case .noReplacement, .nothingToPruneBy: DocumentProblem("", "there is nothing to register")
    case .unknownApplication(let name, let scope):
      NotifierProblem.unknownApplication(name, in: [scope])
    case .conflict: NotifierProblem.conflict
    }
  }
}
