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
