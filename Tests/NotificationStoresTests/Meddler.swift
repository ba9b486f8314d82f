import CodeDeployNotifications
import Foundation
import Synchronization

/// Sits between a store and its server: counts the calls, and manipulates them.
final class Meddler: Sendable {
  typealias Next = @Sendable (AWSCall) async throws -> [UInt8]
  /// What to do instead of a call; `nil` leaves it alone. It gets the operation, and the number of
  /// the call from 1.
  typealias Trick = @Sendable (_ operation: String, _ number: Int) -> Act?

  enum Act: Sendable {
    /// The call isn't made, and fails.
    case fail(AWSFailure)
    /// The call is made, and its answer is lost.
    case lose(AWSFailure)
    /// The call is made twice, as by a transport that got no answer to the first.
    case twice
    /// Something happens before the call is made.
    case after(@Sendable () async throws -> Void)
    /// The call is changed, and so is its answer.
    case change(
      @Sendable ([UInt8]) throws -> [UInt8], @Sendable ([UInt8], [UInt8]) throws -> [UInt8])
  }

  private struct State {
    var operations: [String] = []
    var trick: Trick = { _, _ in nil }
  }

  private let state = Mutex(State())

  /// The operations since the last call of this.
  func takeOperations() -> [String] {
    state.withLock { state in
      defer { state.operations = [] }
      return state.operations
    }
  }

  /// Restarts the count, and manipulates calls from now on.
  func meddle(_ trick: @escaping Trick) {
    state.withLock {
      $0.operations = []
      $0.trick = trick
    }
  }

  func caller(_ inner: AWSCaller) -> AWSCaller {
    AWSCaller { call in
      let (operation, act) = self.state.withLock { state in
        var operation = ""
        if case .json(_, let target, _) = call.form {
          operation = String(target.split(separator: ".").last ?? "")
        }
        state.operations.append(operation)
        return (operation, state.trick(operation, state.operations.count))
      }
      _ = operation
      switch act {
      case nil: return try await inner.call(call)
      case .fail(let failure): throw failure
      case .lose(let failure):
        _ = try await inner.call(call)
        throw failure
      case .twice:
        _ = try? await inner.call(call)
        return try await inner.call(call)
      case .after(let event):
        try await event()
        return try await inner.call(call)
      case .change(let request, let answer):
        guard case .json(let version, let target, let body) = call.form else { return [] }
        var changed = call
        changed.form = .json(version: version, target: target, body: try request(body))
        return try answer(body, try await inner.call(changed))
      }
    }
  }
}

extension AWSFailure {
  static let throttled = AWSFailure(
    .throttled, code: "ProvisionedThroughputExceededException", "too many requests")
  static let unreachable = AWSFailure(.unreachable, "no answer")

  static func cancelled(_ reasons: String...) -> AWSFailure {
    var failure = AWSFailure(.refused, code: "TransactionCanceledException", "cancelled")
    failure.reasons = reasons
    return failure
  }
}
