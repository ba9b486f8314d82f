/// Resolves each reference once in a cycle, however many deliveries need it, and only those that a
/// delivery needs.
struct ReferenceCache: Sendable {
  private let resolver: ReferenceResolver
  private let reads: SharedReads<Key, String>

  private struct Key: Hashable {
    var reference: SettingReference
    var access: ScopeAccess
  }

  init(resolver: ReferenceResolver) {
    self.resolver = resolver
    reads = SharedReads(lifetime: .infinity, keeping: Self.lasts)
  }

  /// A reference that can't be resolved on this host, or with its credentials, in a sentence.
  struct NotHere: Error {
    var description: String
  }

  /// The value that a setting's reference stands for. Throws `NotHere` or a `DeliveryFailure`,
  /// which name the setting, or `CancellationError` when the calling task is cancelled.
  func value(
    of reference: SettingReference, for setting: String, in access: ScopeAccess
  ) async throws -> String {
    do {
      let key = Key(reference: reference, access: access)
      return try await reads.value(of: key) { [resolver] in
        try await resolver.resolve(reference, access)
      }
    } catch let error as CancellationError {
      throw error
    } catch let failure as AWSFailure {
      var failed = Self.failure(failure)
      failed.description = "\(setting): \(reference) can't be read: \(failed.description.asClause)"
      if failure.kind == .accessDenied { throw NotHere(description: failed.description) }
      throw failed
    } catch let left as LeftToOthers {
      throw LeftToOthers("\(setting): \(left)")
    } catch {
      throw NotHere(description: "\(setting): \(error)")
    }
  }

  /// Whether a failure holds for the whole cycle. What may pass is read anew by the next attempt.
  @Sendable private static func lasts(_ error: any Error) -> Bool {
    guard let failure = error as? AWSFailure else { return !(error is CancellationError) }
    guard failure.kind != .accessDenied, case .tryAgain = Self.failure(failure).verdict else {
      return true
    }
    return false
  }

  private static func failure(_ failure: AWSFailure) -> DeliveryFailure {
    var failed = DeliveryFailure(failure)
    // A rate limit of the reference's source isn't the channel's rate limit.
    if case .limited(let wait) = failed.verdict { failed.verdict = .tryAgain(after: wait) }
    return failed
  }
}
