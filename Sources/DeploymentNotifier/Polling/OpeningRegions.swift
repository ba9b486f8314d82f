import CodeDeployNotifications
import Foundation

extension Store {
  /// Opens the store for a cycle. Registrations without a region, made where none was known, get
  /// this host's. Where `region` throws, the opening says so of their scope. Throws
  /// `StoreFailure`.
  package func opening(
    _ options: PollOptions, fillingIn region: (_ profile: String) throws -> String?
  ) async throws -> Opening {
    var opening = try await opening(options.filter, now: Date())
    guard opening.scopes.contains(where: \.scope.region.isEmpty), !options.isDryRun else {
      return opening
    }
    let records = try await registrations()
    let known = Set(records.map(\.registration.identity))
    var changes: [RegistrationChange] = []
    var unreachable: [AWSScope: AWSFailure] = [:]
    for record in records where record.registration.scope.region.isEmpty {
      let scope = record.registration.scope
      do {
        guard let region = try region(scope.profile) else { continue }
        var filled = record
        filled.registration.scope.region = region
        guard !known.contains(filled.registration.identity) else { continue }
        changes += [.remove(record), .put(filled, over: nil)]
      } catch {
        unreachable[scope] = SourceFailure(error).aws
      }
    }
    if !changes.isEmpty {
      _ = try await change(changes)
      opening = try await self.opening(options.filter, now: Date())
    }
    opening.unreachable = unreachable
    return opening
  }
}

extension DeploymentNotifier {
  /// The registrations as a cycle serves them: those that were made where no region was known are
  /// in the notifier's. Nothing of that is stored. Throws `StoreFailure`, and what `parts.region`
  /// throws.
  func registrationsWithRegion() async throws -> [RegistrationRecord] {
    try await parts.registrationsWithRegion()
  }
}

extension DeploymentNotifier.Parts {
  /// The same.
  func registrationsWithRegion() async throws -> [RegistrationRecord] {
    try await store.registrations().map { record in
      guard record.registration.scope.region.isEmpty,
        let region = try region(record.registration.scope.profile)
      else { return record }
      var filled = record
      filled.registration.scope.region = region
      return filled
    }
  }
}
