import Foundation

/// Decides what follows a failed attempt. It reads no clock and draws no random numbers.
package struct RetryPolicy: Sendable {
  /// The most attempts in one cycle.
  package var attemptsPerCycle = 3
  /// A notification is given up this long after its first attempt.
  package var retryFor: Duration
  /// The wait after the first failed cycle. It doubles up to `longestDelay`.
  package var firstDelay: Duration = .seconds(30)
  package var longestDelay: Duration = .seconds(30 * 60)
  /// The longest wait that a provider can ask for.
  package static let longestRetryAfter: Duration = .seconds(6 * 3600)

  package init(retryFor: Duration = .seconds(24 * 3600)) { self.retryFor = retryFor }

  package enum Decision: Sendable, Hashable {
    /// Try again in this cycle, after that wait.
    case again(after: Duration)
    /// Try again in a later cycle, not before that time.
    case later(at: Date)
    /// Give up, if this host's clock is right; else try again at that time.
    case outOfTime(elseAt: Date)
    /// Give up: the provider won't take it.
    case refused
  }

  /// What is known about a failed attempt.
  package struct Situation: Sendable {
    package var verdict: DeliveryFailure.Verdict
    /// Attempts made in this cycle, including this one.
    package var attemptsInCycle: Int
    /// The number of earlier cycles that failed.
    package var failedCycles: Int
    package var firstAttemptAt: Date
    package var now: Date
    /// The time left in the cycle.
    package var remaining: Duration
    /// The time that another attempt can take.
    package var attemptTime: Duration
    /// How often an attempt brought an answer in an unexpected form, including this one.
    package var oddAnswers: Int
    /// From 0 to 1, for jitter.
    package var random: Double

    package init(
      verdict: DeliveryFailure.Verdict, attemptsInCycle: Int, failedCycles: Int,
      firstAttemptAt: Date, now: Date, remaining: Duration,
      attemptTime: Duration = .seconds(1), oddAnswers: Int = 0, random: Double
    ) {
      self.verdict = verdict
      self.attemptsInCycle = attemptsInCycle
      self.failedCycles = failedCycles
      self.firstAttemptAt = firstAttemptAt
      self.now = now
      self.remaining = remaining
      self.attemptTime = attemptTime
      self.oddAnswers = oddAnswers
      self.random = random
    }
  }

  package func decide(_ situation: Situation) -> Decision {
    let asked: Duration?
    var isOdd = false
    switch situation.verdict {
    case .tryAgain(let time), .limited(let time): asked = time
    case .oddAnswer where situation.oddAnswers <= 1: (asked, isOdd) = (nil, true)
    case .oddAnswer, .refused: return .refused
    }
    let askedFor = min(asked ?? .zero, Self.longestRetryAfter)

    // Full jitter over 1 s, 2 s, …, so that the attempts of many notifications spread out.
    let ceiling = Double(1 << min(situation.attemptsInCycle - 1, 4))
    let soon = max(askedFor, .seconds(ceiling * situation.random))
    if !isOdd, situation.attemptsInCycle < attemptsPerCycle,
      soon + situation.attemptTime < situation.remaining
    {
      return .again(after: soon)
    }

    let doubled = firstDelay.inSeconds * pow(2, Double(min(situation.failedCycles, 16)))
    let delay = min(doubled, longestDelay.inSeconds) * (0.5 + situation.random / 2)
    let next = situation.now.addingTimeInterval(max(delay, askedFor.inSeconds))
    let age = situation.now.timeIntervalSince(situation.firstAttemptAt)
    return age < retryFor.inSeconds ? .later(at: next) : .outOfTime(elseAt: next)
  }
}
