/// Reads each reference once a cycle, however many deliveries need it, and none that no delivery
/// needs.
actor ReferenceCache {
  private let resolver: ReferenceResolver
  private var reads: [Key: Task<String, any Error>] = [:]

  private struct Key: Hashable {
    var reference: SettingReference
    var scope: AWSScope
    var externalID: String?
  }

  init(resolver: ReferenceResolver) { self.resolver = resolver }

  /// A reference that leads nowhere on this host, or with its credentials, in a sentence.
  struct NotHere: Error {
    var description: String
  }

  /// What a setting's reference stands for. Throws `NotHere` or a `DeliveryFailure`, which name the
  /// setting, or `CancellationError` when the calling task is cancelled.
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
      // A limit of where references are kept is none of the channel's.
      if case .limited(let wait) = failed.verdict { failed.verdict = .tryAgain(after: wait) }
      // What may pass is read anew by the next attempt.
      if case .tryAgain = failed.verdict, reads[key] == read { reads[key] = nil }
      throw failed
    } catch let left as LeftToOthers {
      throw LeftToOthers("\(setting): \(left)")
    } catch {
      throw NotHere(description: "\(setting): \(error)")
    }
  }

  /// A read's value, as soon as it is there. Others may wait for it too, so that it goes on when
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
