import CodeDeployNotifications
import Foundation

extension Store {
  /// Opens the store for a cycle. Registrations without a region, made where none was known, get
  /// this host's. Throws `StoreFailure`, and what `region` throws.
  package func opening(
    _ options: PollOptions, fillingIn region: (_ profile: String) throws -> String?
  ) async throws -> Opening {
    let opening = try await opening(options.filter, now: Date())
    guard opening.scopes.contains(where: \.scope.region.isEmpty), !options.isDryRun else {
      return opening
    }
    let records = try await registrations()
    let known = Set(records.map(\.registration.identity))
    var changes: [RegistrationChange] = []
    for record in records where record.registration.scope.region.isEmpty {
      guard let region = try region(record.registration.scope.profile) else { continue }
      var placed = record
      placed.registration.scope.region = region
      guard !known.contains(placed.registration.identity) else { continue }
      changes += [.remove(record), .put(placed, over: nil)]
    }
    guard !changes.isEmpty else { return opening }
    _ = try await change(changes)
    return try await self.opening(options.filter, now: Date())
  }
}

extension DeploymentNotifier {
  /// The registrations as a cycle serves them: those that were made where no region was known are in
  /// the notifier's. Nothing of that is stored. Throws `StoreFailure`, and what `parts.region` throws.
  func placedRecords() async throws -> [RegistrationRecord] { try await parts.placedRecords() }
}

extension DeploymentNotifier.Parts {
  /// The same.
  func placedRecords() async throws -> [RegistrationRecord] {
    try await store.registrations().map { record in
      guard record.registration.scope.region.isEmpty,
        let region = try region(record.registration.scope.profile)
      else { return record }
      var placed = record
      placed.registration.scope.region = region
      return placed
    }
  }
}
