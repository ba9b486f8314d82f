import Foundation

/// Decides what follows a failed attempt. No clock, no randomness of its own.
package struct RetryPolicy: Sendable {
  /// Attempts in one cycle at the most.
  package var attemptsPerCycle = 3
  /// How long after the first attempt a notification is given up.
  package var retryFor: Duration
  /// The wait after the first failed cycle, and the longest one; it doubles in between.
  package var firstDelay: Duration = .seconds(30)
  package var longestDelay: Duration = .seconds(30 * 60)
  /// The longest wait that a provider can ask for.
  package static let longestRetryAfter: Duration = .seconds(6 * 3600)

  package init(retryFor: Duration = .seconds(24 * 3600)) { self.retryFor = retryFor }

  package enum Decision: Sendable, Hashable {
    /// Again in this cycle, after that wait.
    case again(after: Duration)
    /// Again in a later cycle.
    case later(at: Date)
    /// Tried for long enough, by this host's clock; again at that time where the clock can't be
    /// trusted.
    case outOfTime(elseAt: Date)
    /// The provider won't have it.
    case refused
  }

  /// What is known when an attempt has failed.
  package struct Situation: Sendable {
    package var verdict: DeliveryFailure.Verdict
    /// Attempts made in this cycle, this one included.
    package var attemptsInCycle: Int
    /// Earlier cycles that failed.
    package var failedCycles: Int
    package var firstAttemptAt: Date
    package var now: Date
    /// What is left of the cycle.
    package var remaining: Duration
    /// What another attempt can take.
    package var attemptTime: Duration
    /// How often an attempt brought an answer that isn't in the provider's form, this one included.
    package var oddAnswers: Int
    /// Between 0 and 1.
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

    // Full jitter over 1 s, 2 s, …: the attempts of many notifications spread out.
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
