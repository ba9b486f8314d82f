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
    let specs = try channels.map { spec in
      do {
        return try ChannelSpec.parse(spec, catalog: parts.announcing.catalog)
      } catch var problem as DocumentProblem {
        problem.path = problem.path.replacing("--channel", with: "channels")
        throw problem
      }
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
    let offsets = verifying ? try await verify(requested) : [:]
    for _ in 0..<Self.patience {
      let records = Dictionary(
        try await parts.store.registrations().map { ($0.registration.identity, $0) },
        uniquingKeysWith: { first, _ in first })
      var merged: [Registration] = []
      var changes: [RegistrationChange] = []
      for registration in requested {
        let base = records[registration.identity]
        guard !registration.channels.isEmpty || base != nil else {
          throw DocumentProblem("notifications", "\(registration.application) has no channel yet")
        }
        let offset = offsets[registration.scope]
        let merge = try RegistrationMerge(
          registration, into: base, replacing: false, since: nil,
          now: parts.announcing.now().addingTimeInterval(offset ?? 0),
          isClockKnown: offset != nil, catalog: parts.announcing.catalog)
        merged.append(merge.record.registration)
        if !merge.changes.isEmpty { changes.append(.put(merge.record, over: base)) }
      }
      if changes.isEmpty { return merged }
      if try await parts.store.change(changes) { return merged }
    }
    throw NotifierProblem.conflict
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

  /// Returns AWS's time less this host's, in seconds, as far as AWS's answers tell it.
  private func verify(_ requested: [Registration]) async throws -> [AWSScope: TimeInterval] {
    var offsets: [AWSScope: TimeInterval] = [:]
    for (scope, registrations) in Dictionary(grouping: requested, by: \.scope) {
      let source = parts.source(scope, registrations.compactMap(\.externalID).first)
      let names = registrations.map(\.application)
      let known = try await source.applications(names)
      offsets[scope] = source.clockOffset()
      for name in names where !known.contains(name) {
        throw NotifierProblem.unknownApplication(name, in: [scope])
      }
    }
    return offsets
  }
}
