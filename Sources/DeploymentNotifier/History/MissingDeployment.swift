import CodeDeployNotifications

/// Why a history doesn't have a deployment that somebody named.
package enum MissingDeployment: Sendable, Hashable {
  /// It was seen, and nothing of it fits the rest of the query.
  case unfitting(application: String)
  /// It was seen, and its application isn't registered in that scope.
  case unregistered(application: String, AWSScope)
  /// It was never seen.
  case unseen

  /// Finds the reason in a store. Throws `StoreFailure`.
  package init(
    _ id: String, in store: any Store, _ records: [RegistrationRecord]
  ) async throws {
    let query = HistoryQuery(filter: NotificationFilter(deployments: [id]))
    if let entry = try await store.history(query).first {
      self = .unfitting(application: entry.deployment.application)
      return
    }
    for scope in Set(records.map(\.registration.scope)).sorted() {
      guard let known = try await store.deployments([id], in: scope)[id] else { continue }
      guard let application = known.deployment?.application else { continue }
      self = .unregistered(application: application, scope)
      return
    }
    self = .unseen
  }
}
