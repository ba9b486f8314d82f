import CodeDeployNotifications

extension ChannelRules {
  /// Failures of AWS mean the same everywhere.
  func awsViolations() async -> [String] {
    var found: [String] = []
    for row in AWSMeaning.all {
      let failure = AWSFailure(row.kind, "AWS said no", retryAfter: row.retryAfter)
      let provider = Provider(aws: [.failure(failure)])
      let outcome = await outcome(by: provider)
      if outcome != .failed(row.verdict, "AWS said no") {
        found.append("AWS's failure \(row.kind) ends as \(outcome)")
      }
      // The cycle tries again, so that AWS's own attempts would multiply.
      if await provider.calls.map(\.maximumAttempts) != [1] {
        found.append("a call is made more than once")
      }
    }
    let nonsense = Provider(aws: [.success(Array("<html></html>".utf8))])
    let outcome = await outcome(by: nonsense)
    if outcome.verdict != .oddAnswer {
      found.append("an answer of AWS without a message's name ends as \(outcome)")
    }
    return found + (await cancellation())
  }
}

/// An AWS failure and its meaning for a delivery.
private struct AWSMeaning {
  var kind: AWSFailure.Kind
  var retryAfter: Duration?
  var verdict: DeliveryFailure.Verdict

  static let all: [AWSMeaning] =
    [
      .unreachable, .serviceFault, .nonsense, .clockOff, .noCredentials, .credentialsRefused,
    ].map { AWSMeaning(kind: $0, verdict: .tryAgain(after: nil)) }
    + [.accessDenied, .refused].map { AWSMeaning(kind: $0, verdict: .refused) } + [
      AWSMeaning(kind: .throttled, retryAfter: .seconds(9), verdict: .limited(after: .seconds(9))),
      AWSMeaning(kind: .throttled, verdict: .limited(after: nil)),
      AWSMeaning(
        kind: .serviceFault, retryAfter: .seconds(99_999),
        verdict: .tryAgain(after: .seconds(21_600))),
    ]
}
