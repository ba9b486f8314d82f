/// Why a notification wasn't sent.
package enum SendFailure: Error, Sendable, CustomStringConvertible {
  case delivery(DeliveryFailure)
  /// Only another program on the same store can send it.
  case left(LeftToOthers)
  /// The sending task was cancelled.
  case interrupted

  /// Sorts an error on the way to a provider. The store, AWS, a reference's source or a channel may
  /// have thrown it, and a channel may throw any error.
  init(_ error: any Error) {
    self =
      switch error {
      case let failure as SendFailure: failure
      case let failure as DeliveryFailure: .delivery(failure)
      case let failure as HTTPFailure: .delivery(DeliveryFailure(failure))
      case let failure as AWSFailure: .delivery(DeliveryFailure(failure))
      case let problem as SettingProblem: .delivery(.init(.refused, problem.description))
      case let problem as TemplateProblem: .delivery(.init(.refused, problem.description))
      case let failure as StoreFailure:
        .delivery(.init(.tryAgain(after: nil), failure.description))
      case let left as LeftToOthers: .left(left)
      case is CancellationError: .interrupted
      default: .delivery(.init(.refused, "\(error)"))
      }
  }

  package var description: String {
    switch self {
    case .delivery(let failure): failure.description
    case .left(let left): left.description
    case .interrupted: "it was interrupted"
    }
  }
}
