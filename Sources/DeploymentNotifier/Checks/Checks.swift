import CodeDeployNotifications
import Foundation
import NotificationStores

/// Checks everything that a poll needs, and changes nothing.
package struct Checks: Sendable {
  /// The store's name for messages.
  let label: String
  let source: @Sendable (ScopeAccess) -> DeploymentSource
  let announcing: AnnouncingServices
  let region: @Sendable (_ profile: String) throws -> String?
  let warnings: RegistrationWarnings
  /// The warnings about AWS endpoints so far.
  let awsWarnings: @Sendable () -> [String]

  package init(
    label: String, isStoreShared: Bool,
    source: @escaping @Sendable (ScopeAccess) -> DeploymentSource,
    announcing: AnnouncingServices,
    region: @escaping @Sendable (_ profile: String) throws -> String?,
    awsWarnings: @escaping @Sendable () -> [String] = { [] }
  ) {
    self.label = label
    self.source = source
    self.announcing = announcing
    self.region = region
    warnings = RegistrationWarnings(announcing, isStoreShared: isStoreShared)
    self.awsWarnings = awsWarnings
  }

  /// The results. What others depend on comes first.
  ///
  /// - Parameter open: Opens the store; `nil` where it is known that it can't be opened.
  package func results(opening open: (() throws -> any Store)?) async -> [CheckResult] {
    var results: [CheckResult] = []
    var contents = Contents()
    if let open {
      do {
        let store = try open()
        try await (store as? SQLiteStore)?.checkWriting()
        try await read(store, &contents, &results)
      } catch {
        results.append(CheckResult(.store, label, failure: error))
      }
    }
    let scopes = Dictionary(grouping: contents.records, by: \.registration.scope)
    for (scope, records) in scopes.sorted(by: { $0.key < $1.key }) {
      results += await codeDeploy(scope, records)
      results.append(listing(scope, contents.opening.progress[scope]?.watermark))
    }
    if scopes.isEmpty { results += await ownCredentials() }
    results += awsWarnings().map { CheckResult(.credentials, "endpoint", .note, $0) }
    results += await channels(contents.records)
    let ambiguous = RegistrationSelection.ambiguous(contents.records)
    return results
      + contents.records.flatMap {
        Self.givenUp($0.registration, contents.outcomes, ambiguous: ambiguous)
      }
  }

  /// What the other checks need from the store.
  private struct Contents {
    var opening = Opening()
    var records: [RegistrationRecord] = []
    var outcomes: [ChannelOutcomes] = []
  }

  private func read(
    _ store: any Store, _ contents: inout Contents, _ results: inout [CheckResult]
  ) async throws {
    contents.opening = try await store.opening(.all, now: announcing.now())
    let unreadable = UnreadableRows(contents.opening.unreadableRows)
    let store = store.noting(in: unreadable)
    contents.records = try await store.registrations()
    results.append(self.store(contents.opening, registrations: contents.records.count))
    results += try await store.unreadableRegistrations().compactMap { row in
      UnreadableRegistration.failure([row]).map { CheckResult(.store, label, failure: $0) }
    }
    contents.outcomes = try await store.outcomes()
    results += unreadable.all.compactMap { row in
      UnreadableRow.failure([row]).map { CheckResult(.store, label, failure: $0) }
    }
  }

  private func store(_ opening: Opening, registrations: Int) -> CheckResult {
    let registered = registrations.counted("registration")
    let pending = opening.pending.counted("notification")
    return CheckResult(
      .store, label, .ok,
      opening.pending == 0 ? registered : "\(registered), \(pending) pending")
  }
}

extension DeploymentNotifier {
  /// Checks everything that a cycle needs: the store, the credentials of each scope and their
  /// permissions, every channel's settings and secrets, and failed notifications. It sends nothing
  /// and changes nothing; `test` shows what only sending can.
  ///
  /// It makes a few requests for each scope, and one for each reference to AWS. It throws nothing:
  /// what can't be checked is a failed result.
  public func check() async -> [CheckResult] {
    await Checks(
      label: parts.storeLabel, isStoreShared: parts.isStoreShared, source: parts.source,
      announcing: parts.announcing, region: parts.region
    ).results(opening: { self.parts.store })
  }
}

extension DeploymentNotifier.Services {
  /// The checks of a store that isn't open yet.
  ///
  /// - Parameter awsWarnings: What was said of AWS's addresses up to now.
  package func checks(
    label: String, awsWarnings: @escaping @Sendable () -> [String]
  ) -> Checks {
    Checks(
      label: label, isStoreShared: isStoreShared, source: source, announcing: announcing,
      region: region, awsWarnings: awsWarnings)
  }
}
