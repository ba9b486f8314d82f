import Foundation

extension ScopeCycle {
  /// Records what nobody has registered of a part of what is read, and returns the others. It has no
  /// events, so that nothing has to wait for what is read later. For each part the registrations are
  /// read again, for the reason that `concerned(by:)` gives.
  func withoutForeign(
    _ read: [Deployment], _ source: DeploymentSource, began: Date
  ) async throws -> [Deployment] {
    guard options.isWhole, !options.isDryRun else { return read }
    let concerned = try await found(Set(read.map(\.application)), anew: true)
    let names = Set(
      concerned.records.map(\.registration.application)
        + concerned.unreadable.map(\.identity.application))
    let foreign = read.filter { !names.contains($0.application) }
    guard !foreign.isEmpty else { return read }
    _ = try await services.store.record(
      Finding(
        scope: scope, at: began, seenAt: began.addingTimeInterval(source.clockOffset() ?? 0),
        found: foreign.map { FoundDeployment(.foreign($0), id: $0.id) }))
    return read.filter { names.contains($0.application) }
  }
}
