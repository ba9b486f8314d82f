import CodeDeployNotifications

/// Deployments that somebody waited for, to be announced on their applications' channels.
package struct EndedDeployments: Sendable {
  private let found: [WaitResult.Found]

  package init(_ found: [WaitResult.Found]) { self.found = found }

  /// Announces those whose applications are registered, as a cycle would. Returns `nil` where none
  /// is. Throws `StoreFailure`.
  package func announce(by notifier: DeploymentNotifier) async throws -> PollReport? {
    var options = PollOptions()
    options.deployments = Set(found.map(\.deployment.id))
    let opening = try await notifier.opening(options)
    let known = try await notifier.parts.store.registrations(of: Set(found.map(\.identity)))
    let registered = Set(known.records.map(\.registration.identity))
    options.deployments = Set(
      found.filter { registered.contains($0.identity) }.map(\.deployment.id))
    guard !options.deployments.isEmpty else { return nil }
    return await notifier.cycle(options, from: opening)
  }

  /// The ledger's entries of the deployments. Deployments that it doesn't know, or all of them
  /// without a store, have no notifications. Throws `StoreFailure`.
  package func history(in store: (any Store)?) async throws -> [HistoryEntry] {
    var known: [String: HistoryEntry] = [:]
    if let store {
      let query = HistoryQuery(
        filter: NotificationFilter(deployments: Set(found.map(\.deployment.id))))
      for entry in try await store.history(query) { known[entry.deployment.id] = entry }
    }
    return found.map { found in
      known[found.deployment.id]
        ?? HistoryEntry(deployment: found.deployment, scope: found.scope, notifications: [])
    }
  }
}

extension WaitResult.Found {
  fileprivate var identity: Registration.Identity {
    Registration.Identity(application: deployment.application, scope: scope)
  }
}

extension DeploymentNotifier {
  /// Waits until deployments have ended, and announces each end on the channels of its application,
  /// as a cycle would. It is for a deployment step of a pipeline, where nothing else polls.
  ///
  /// CodeDeploy is asked again after 2 seconds, then less and less often, down to every 10 seconds.
  /// The wait ends early where waiting longer is pointless: there are no credentials, or AWS
  /// rejects them or denies access.
  ///
  /// - Parameters:
  ///   - deployments: Their ids, in any scope with registrations or in the notifier's own region.
  ///   - timeout: How long to wait at most.
  /// - Returns: The state of each deployment. A failed deployment isn't an error.
  ///
  /// It throws only where there is no scope to look in: `NotifierProblem`, `AWSFailure` and
  /// `StoreFailure`. A failed announcement is logged as an error and doesn't change the result.
  /// When the calling task is cancelled, it returns what is known by then.
  public func wait(
    for deployments: [String], timeout: Duration = .seconds(3600)
  ) async throws -> WaitResult {
    let scopes = DeploymentWait.scopes(
      ScopeSelection(), region: try parts.region(""),
      registrations: try await registrationsWithRegion().map(\.registration))
    guard !scopes.isEmpty else {
      throw NotifierProblem(
        .missingRegion,
        "no region is known in which the deployments could be: register their application, or set "
          + "AWS_REGION in the notifier's AWS settings")
    }
    let wait = DeploymentWait(
      ids: deployments, scopes: scopes, timeout: timeout, source: parts.source)
    return await wait.run { ended in
      do {
        if let report = try await EndedDeployments(ended).announce(by: self) { log(report) }
      } catch {
        parts.logger.error("\(error)")
      }
    }
  }
}
