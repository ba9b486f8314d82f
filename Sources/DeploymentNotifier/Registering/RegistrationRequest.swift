import CodeDeployNotifications
import Foundation

/// Registrations to store.
package struct RegistrationRequest: Sendable {
  package var registrations: [Registration]
  package var catalog: ChannelCatalog
  package var replacing: RegistrationMerge.Replacement
  /// Whether other registrations in the same accounts and regions are removed.
  package var prunes: Bool
  /// The beginning of announcements, computed from AWS's time; `nil` where the user gave none.
  package var since: @Sendable (_ now: Date) -> Date?
  package var now: @Sendable () -> Date
  /// AWS's time minus this host's, in seconds, where AWS has answered.
  private var clockOffsets: [AWSScope: TimeInterval] = [:]

  package init(
    _ registrations: [Registration], catalog: ChannelCatalog,
    replacing: RegistrationMerge.Replacement = .same, prunes: Bool = false,
    since: @escaping @Sendable (_ now: Date) -> Date? = { _ in nil },
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.registrations = registrations
    self.catalog = catalog
    self.replacing = replacing
    self.prunes = prunes
    self.since = since
    self.now = now
  }

  /// The effect on a store's registrations.
  package struct Outcome: Sendable {
    /// The result for each given registration, in order.
    package var merges: [RegistrationMerge] = []
    package var pruned: [RegistrationRecord] = []
    package var changes: [RegistrationChange] = []
  }

  /// Asks CodeDeploy whether the applications exist, and takes AWS's time from its answers. Throws
  /// `RegistrationRefusal` and what the source throws.
  ///
  /// - Parameter inspect: Called with the applications that exist, scope by scope.
  package mutating func verify(
    by source: (ScopeAccess) -> DeploymentSource,
    inspect: ([Registration], DeploymentSource) async throws -> Void = { _, _ in }
  ) async throws {
    for (scope, registrations) in Dictionary(grouping: registrations, by: \.scope) {
      let source = source(ScopeAccess(scope, for: registrations))
      let names = registrations.map(\.application)
      let known = try await source.applications(names)
      clockOffsets[scope] = source.clockOffset()
      for name in names where !known.contains(name) {
        throw RegistrationRefusal.unknownApplication(name, scope)
      }
      try await inspect(registrations, source)
    }
  }

  /// What would change. Throws `RegistrationRefusal`, and `DocumentProblem` where the request
  /// contradicts what is registered.
  package func outcome(over records: [RegistrationRecord]) throws -> Outcome {
    var outcome = Outcome()
    let known = Dictionary(
      records.map { ($0.registration.identity, $0) }, uniquingKeysWith: { first, _ in first })
    var problems = DocumentProblems()
    for registration in registrations {
      let base = known[registration.identity]
      guard !registration.channels.isEmpty || base != nil else {
        throw RegistrationRefusal.noChannel(registration.application)
      }
      guard replacing == .same || !registration.channels.isEmpty else {
        throw RegistrationRefusal.noReplacement
      }
      let clockOffset = clockOffsets[registration.scope]
      let now = now().addingTimeInterval(clockOffset ?? 0)
      let merge = try problems.attempt {
        try RegistrationMerge(
          registration, into: base, replacing: replacing, since: since(now), now: now,
          isClockKnown: clockOffset != nil, catalog: catalog)
      }
      problems.concern(application: registration.application)
      guard let merge else { continue }
      outcome.merges.append(merge)
      if !merge.changes.isEmpty { outcome.changes.append(.put(merge.record, over: base)) }
    }
    try problems.throwIfAny()
    if prunes { outcome.pruned = try pruned(records) }
    outcome.changes += outcome.pruned.map(RegistrationChange.remove)
    return outcome
  }

  private func pruned(_ records: [RegistrationRecord]) throws -> [RegistrationRecord] {
    guard !registrations.isEmpty else { throw RegistrationRefusal.nothingToPruneBy }
    let scopes = Set(registrations.map(\.scope))
    let named = Set(registrations.map(\.identity))
    return records.filter {
      scopes.contains($0.registration.scope) && !named.contains($0.registration.identity)
    }
  }

  /// Stores the changes, all or none. If somebody else changes the registrations at the same time,
  /// the outcome is computed again from theirs. Throws what `outcome` throws, and `StoreFailure`.
  package func store(in store: any Store) async throws -> Outcome {
    try await store.changing {
      let outcome = try outcome(over: try await store.registrations())
      if outcome.changes.isEmpty { return outcome }
      return try await store.change(outcome.changes) ? outcome : nil
    }
  }
}

/// Why well-formed registrations aren't stored.
package enum RegistrationRefusal: Error, Sendable, Hashable {
  /// A new registration needs a channel.
  case noChannel(_ application: String)
  /// No channel was given to replace the existing ones.
  case noReplacement
  /// Without a registration it is unknown whose other registrations to remove.
  case nothingToPruneBy
  case unknownApplication(String, AWSScope)
  /// Others keep changing the same registrations.
  case conflict
}
