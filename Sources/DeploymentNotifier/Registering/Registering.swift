import CodeDeployNotifications
import Foundation

extension DeploymentNotifier {
  /// Registers what a document says, JSON or YAML: the form that was published in 2016, and all that
  /// came since. Channels are added to what is registered, or replace those of the same name.
  ///
  /// - Parameters:
  ///   - document: One registration, or a list of them: all of it is registered, or none.
  ///   - verifying: Whether CodeDeploy is asked if the applications exist.
  /// - Returns: The registrations as they are now.
  ///
  /// Throws `DocumentProblem` or `DocumentProblems` where the document isn't right, or refers to what
  /// this notifier doesn't follow; `NotifierProblem` where there is no such application; `AWSFailure`
  /// and `StoreFailure`.
  @discardableResult
  public func register(
    document: String, verifying: Bool = true
  ) async throws -> [Registration] {
    let parsed = try DocumentParsing.parse(document)
    return try await register(try reader.registrations(parsed), verifying: verifying)
  }

  /// The same for the bytes of a request's body.
  @discardableResult
  public func register(
    document: some Collection<UInt8> & Sendable, verifying: Bool = true
  ) async throws -> [Registration] {
    guard let text = String(validating: document, as: UTF8.self) else {
      throw DocumentProblem("", "the document is not UTF-8 text")
    }
    return try await register(document: text, verifying: verifying)
  }

  /// Registers an application with channels as `TYPE[,key=value]…`, quoted as in CSV.
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

  /// Registers what is made in code, by the rules of documents. One without a region gets the
  /// notifier's.
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

  /// What this notifier can't look up it could never send, and whoever registers is there to be told.
  private func checkReferences(_ requested: [Registration]) throws {
    var problems = DocumentProblems()
    for registration in requested {
      for channel in registration.channels {
        for (key, values) in channel.settings.sorted(by: { $0.key < $1.key }) {
          let setting = parts.announcing.catalog.setting(key, of: channel.type)
          guard setting?.takesReferences ?? true else { continue }
          for case .reference(let reference) in values.map(SettingReference.read) {
            guard let reason = parts.references.refusal(of: reference) else { continue }
            var problem = DocumentProblem("\(channel.type).\(key)", reason)
            problem.application = registration.application
            problems.add(problem)
          }
        }
      }
    }
    try problems.throwIfAny()
  }
}

extension RegistrationRefusal {
  /// As a notifier says it.
  fileprivate var problem: any Error {
    switch self {
    case .noChannel(let application):
      DocumentProblem("notifications", "\(application) has no channel yet")
    // A notifier asks for neither.
    case .noReplacement, .nothingToPruneBy: DocumentProblem("", "there is nothing to register")
    case .unknownApplication(let name, let scope):
      NotifierProblem.unknownApplication(name, in: [scope])
    case .conflict: NotifierProblem.conflict
    }
  }
}
