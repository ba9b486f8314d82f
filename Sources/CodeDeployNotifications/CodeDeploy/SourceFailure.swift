/// Why a source didn't answer.
package enum SourceFailure: Error, Sendable {
  case aws(AWSFailure)
  /// The asking task was cancelled.
  case interrupted

  /// Converts an error that a source threw: by its contract an `AWSFailure` or a
  /// `CancellationError`.
  package init(_ error: any Error) {
    switch error {
    case let failure as AWSFailure: self = .aws(failure)
    case is CancellationError: self = .interrupted
    default: self = .aws(AWSFailure(.nonsense, "\(error)"))
    }
  }

  package var aws: AWSFailure? {
    if case .aws(let failure) = self { failure } else { nil }
  }
}
