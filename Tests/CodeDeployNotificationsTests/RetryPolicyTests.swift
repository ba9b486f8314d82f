import CodeDeployNotifications
import Foundation
import Testing

@Suite struct RetryPolicyTests {
  /// One situation and the decision; the random number is 0.5 where a row doesn't say.
  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var verdict: DeliveryFailure.Verdict = .tryAgain(after: nil)
    var attempts = 3
    var failedCycles = 0
    var age = 0.0
    var remaining: Duration = .seconds(50)
    var random = 0.5
    var oddAnswers = 0
    var attemptTime: Duration = .seconds(1)
    var decision: RetryPolicy.Decision

    init(
      _ label: String, _ decision: RetryPolicy.Decision,
      _ edit: (inout Self) -> Void = { _ in }
    ) {
      testDescription = label
      self.decision = decision
      edit(&self)
    }

    static func later(_ seconds: Double) -> RetryPolicy.Decision {
      .later(at: Example.at(seconds))
    }

    static func outOfTime(_ seconds: Double) -> RetryPolicy.Decision {
      .outOfTime(elseAt: Example.at(seconds))
    }

    static func asked(_ seconds: Int) -> DeliveryFailure.Verdict {
      .tryAgain(after: .seconds(seconds))
    }
  }

  @Test(
    "Within a cycle it tries three times, with full jitter",
    arguments: [
      Row("first", .again(after: .milliseconds(500))) { $0.attempts = 1 },
      Row("second", .again(after: .seconds(1))) { $0.attempts = 2 },
      Row("third", Row.later(22.5)) { $0.attempts = 3 },
      Row("no luck", .again(after: .zero)) { ($0.attempts, $0.random) = (1, 0) },
      Row("much luck", .again(after: .seconds(2))) { ($0.attempts, $0.random) = (2, 1) },
      Row("asked to wait", .again(after: .seconds(7))) {
        ($0.attempts, $0.verdict) = (1, Row.asked(7))
      },
      Row("asked for less than the jitter", .again(after: .seconds(2))) {
        ($0.attempts, $0.verdict, $0.random) = (2, Row.asked(1), 1)
      },
      Row("a second must be left after the wait", Row.later(22.5)) {
        ($0.attempts, $0.remaining) = (1, .milliseconds(1500))
      },
      Row("just more than a second is left", .again(after: .milliseconds(500))) {
        ($0.attempts, $0.remaining) = (1, .milliseconds(1501))
      },
      Row("an attempt's whole time must be left after the wait", Row.later(22.5)) {
        ($0.attempts, $0.remaining, $0.attemptTime) = (1, .milliseconds(11_500), .seconds(11))
      },
      Row("just more than an attempt's time is left", .again(after: .milliseconds(500))) {
        ($0.attempts, $0.remaining, $0.attemptTime) = (1, .milliseconds(11_501), .seconds(11))
      },
      Row("the time is over", Row.later(22.5)) { ($0.attempts, $0.remaining) = (1, .seconds(-5)) },
      Row("asked to wait longer than the cycle", Row.later(60)) {
        ($0.attempts, $0.verdict) = (1, Row.asked(60))
      },
    ])
  func withinACycle(row: Row) { check(row) }

  @Test(
    "Between cycles the delay doubles from 30 s to 30 min, half of it jitter",
    arguments: [
      Row("first cycle, least", Row.later(15)) { $0.random = 0 },
      Row("first cycle, most", Row.later(30)) { $0.random = 1 },
      Row("second", Row.later(60)) { ($0.failedCycles, $0.random) = (1, 1) },
      Row("third", Row.later(120)) { ($0.failedCycles, $0.random) = (2, 1) },
      Row("sixth", Row.later(960)) { ($0.failedCycles, $0.random) = (5, 1) },
      Row("seventh", Row.later(1800)) { ($0.failedCycles, $0.random) = (6, 1) },
      Row("seventh, least", Row.later(900)) { ($0.failedCycles, $0.random) = (6, 0) },
      Row("after very many", Row.later(1800)) { ($0.failedCycles, $0.random) = (.max, 1) },
      Row("asked for more", Row.later(3600)) { $0.verdict = Row.asked(3600) },
      Row("asked for less", Row.later(22.5)) { $0.verdict = Row.asked(1) },
      Row("asked for far more", Row.later(21_600)) { $0.verdict = Row.asked(86_400) },
      Row("asked for less than nothing", Row.later(22.5)) { $0.verdict = Row.asked(-10) },
    ])
  func betweenCycles(row: Row) { check(row) }

  @Test(
    "It gives up a day after the first attempt, and on a refusal at once",
    arguments: [
      Row("nearly a day", Row.later(1350)) { ($0.age, $0.failedCycles) = (86_399, 9) },
      Row("a day", Row.outOfTime(22.5)) { $0.age = 86_400 },
      Row("a day, with attempts left", .again(after: .milliseconds(500))) {
        ($0.age, $0.attempts) = (86_400, 1)
      },
      Row("a clock that was set back", Row.later(22.5)) { $0.age = -3600 },
      Row("refused", .refused) { ($0.verdict, $0.attempts) = (.refused, 1) },
    ])
  func givingUp(row: Row) { check(row) }

  @Test(
    "An answer in another form is tried once more, in a later cycle",
    arguments: [
      Row("first", Row.later(22.5)) {
        ($0.verdict, $0.attempts, $0.oddAnswers) = (.oddAnswer, 1, 1)
      },
      Row("first, after others failed", Row.later(60)) {
        ($0.verdict, $0.attempts, $0.oddAnswers) = (.oddAnswer, 2, 1)
        ($0.failedCycles, $0.random) = (1, 1)
      },
      Row("second", .refused) { ($0.verdict, $0.attempts, $0.oddAnswers) = (.oddAnswer, 1, 2) },
    ])
  func oddAnswers(row: Row) { check(row) }

  @Test("How long it tries is the user's choice") func retryFor() {
    var row = Row("ten minutes", Row.outOfTime(22.5)) { $0.age = 600 }
    check(row, RetryPolicy(retryFor: .seconds(600)))
    row.decision = Row.later(22.5)
    check(row, RetryPolicy(retryFor: .seconds(601)))
    row.age = 0
    row.decision = Row.outOfTime(22.5)
    check(row, RetryPolicy(retryFor: .zero))
  }

  private func check(_ row: Row, _ policy: RetryPolicy = RetryPolicy()) {
    let situation = RetryPolicy.Situation(
      verdict: row.verdict, attemptsInCycle: row.attempts, failedCycles: row.failedCycles,
      firstAttemptAt: Example.at(-row.age), now: Example.now, remaining: row.remaining,
      attemptTime: row.attemptTime, oddAnswers: row.oddAnswers, random: row.random)
    #expect(policy.decide(situation) == row.decision)
  }
}
