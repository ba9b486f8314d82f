/// Resolves each reference once in a cycle, however many deliveries need it, and only those that a
/// delivery needs.
actor ReferenceCache {
  private let resolver: ReferenceResolver
  private var reads: [Key: Task<String, any Error>] = [:]

  private struct Key: Hashable {
    var reference: SettingReference
    var scope: AWSScope
    var externalID: String?
  }

  init(resolver: ReferenceResolver) { self.resolver = resolver }

  /// A reference that can't be resolved on this host, or with its credentials, in a sentence.
  struct NotHere: Error {
    var description: String
  }

  /// The value that a setting's reference stands for. Throws `NotHere` or a `DeliveryFailure`,
  /// which name the setting, or `CancellationError` when the calling task is cancelled.
  func value(
    of reference: SettingReference, for setting: String, in scope: AWSScope, _ externalID: String?
  ) async throws -> String {
    let key = Key(reference: reference, scope: scope, externalID: externalID)
    let read =
      reads[key]
      ?? Task { [resolver] in try await resolver.resolve(reference, scope, externalID) }
    reads[key] = read
    do {
      return try await Self.value(of: read)
    } catch let error as CancellationError {
      throw error
    } catch let failure as AWSFailure {
      var failed = DeliveryFailure(failure)
      failed.description = "\(setting): \(reference) can't be read: \(failed.description)"
      if failure.kind == .accessDenied { throw NotHere(description: failed.description) }
      // A rate limit of the reference's source isn't the channel's rate limit.
      if case .limited(let wait) = failed.verdict { failed.verdict = .tryAgain(after: wait) }
      // A failure that may pass isn't cached: the next attempt reads again.
      if case .tryAgain = failed.verdict, reads[key] == read { reads[key] = nil }
      throw failed
    } catch let left as LeftToOthers {
      throw LeftToOthers("\(setting): \(left)")
    } catch {
      throw NotHere(description: "\(setting): \(error)")
    }
  }

  /// Waits for a read's value. Other callers may wait for it too, so that the read continues when
  /// the calling task is cancelled.
  private static func value(of read: Task<String, any Error>) async throws -> String {
    let (values, continuation) = AsyncStream<Result<String, any Error>>.makeStream()
    Task {
      continuation.yield(await read.result)
      continuation.finish()
    }
    for await value in values { return try value.get() }
    throw CancellationError()
  }
}
