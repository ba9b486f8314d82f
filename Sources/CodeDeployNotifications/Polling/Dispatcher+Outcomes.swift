import Foundation

extension Dispatcher {
  /// Decides what follows an attempt.
  mutating func end(_ item: DeliveryQueue.Item, _ attempt: Attempt) {
    let now = services.clock.elapsed()
    var item = item
    switch attempt.result {
    case .sent(let answer):
      item.attempts += 1
      item.tries.append(attempt.asTry(.sent, answer))
      queue.finish(item, at: now, .took(attempt.allowance), .done)
      record(item, .sent, answer)
    case .skipped(let reason, let words):
      queue.finish(item, at: now, .took(nil), .done)
      record(item, .skipped(reason), words)
    case .left(let left):
      queue.finish(item, at: now, .took(nil), .done)
      leave(item, left)
    case .failed(let failure):
      if case .limited(let asked) = failure.verdict {
        item.tries.append(attempt.asTry(.limited, failure.description))
        item.lastFailure = failure
        limitReasons[item.route.limit] = failure.description
        queue.finish(item, at: now, .isLimited(asked: asked), .untried)
      } else {
        decide(item, failure, attempt)
      }
    }
  }

  private mutating func decide(
    _ attempted: DeliveryQueue.Item, _ failure: DeliveryFailure, _ attempt: Attempt
  ) {
    var item = attempted
    item.attempts += 1
    item.lastFailure = failure
    if failure.verdict == .oddAnswer { item.oddAnswers += 1 }
    item.tries.append(attempt.asTry(.retrying, failure.description))
    let now = services.clock.now()
    let decision = policy.decide(
      RetryPolicy.Situation(
        verdict: failure.verdict, attemptsInCycle: item.attempts,
        failedCycles: item.claimed.failedCycles,
        firstAttemptAt: item.claimed.firstAttemptAt ?? now, now: now,
        remaining: Task.isCancelled ? .zero : remaining, attemptTime: item.route.time.whole,
        oddAnswers: item.claimed.oddAnswers + item.oddAnswers, random: services.clock.random()))
    let elapsed = services.clock.elapsed()
    var sequel = DeliveryQueue.Sequel.done
    switch decision {
    case .again(let wait): sequel = .again(at: elapsed + wait)
    case .later(let date): record(item, .retry(at: date), failure.description)
    case .refused:
      let isOdd = failure.verdict == .oddAnswer
      record(
        item, .failed,
        isOdd
          ? "it was answered so twice, and may have arrived: \(failure.description)"
          : failure.description)
    case .outOfTime(let date): undecided.append((item, failure, date))
    }
    queue.finish(item, at: elapsed, failure.showing, sequel)
    decide()
  }

  /// Settles what waited for it to be known whether the clock is right. By a clock that isn't,
  /// nothing is given up: a day may seem to have passed that hasn't.
  mutating func decide() {
    guard clockTrust != .unknown else { return }
    for (item, failure, date) in undecided {
      if clockTrust == .right {
        let time = options.retryFor.inWords
        record(item, .failed, "given up after \(time): \(failure.description)")
      } else {
        record(item, .retry(at: date), failure.description)
      }
    }
    undecided = []
  }

  /// Puts back in line, as it was, what only another program can send.
  private mutating func leave(_ item: DeliveryQueue.Item, _ left: LeftToOthers) {
    record(item, .released, left.description)
    guard self.left.insert(item.claimed.notification.id).inserted else { return }
    let notification = item.claimed.notification
    var report = PollReport.NotificationReport(
      id: notification.id, application: notification.application,
      deploymentGroup: notification.deploymentGroup, deploymentID: notification.deploymentID,
      event: notification.event, channel: item.claimed.key.channel, outcome: .retrying,
      reason: left.description, attempts: item.claimed.attempts)
    report.scope = item.claimed.key.deployment.scope
    result.leftToOthers.append(report)
  }

  private mutating func record(
    _ item: DeliveryQueue.Item, _ result: DeliveryOutcome.Result, _ reason: String
  ) {
    var tries = item.tries
    if case .failed = result, let last = tries.indices.last { tries[last].outcome = .failed }
    settlements.append(
      Settlement(
        item.claimed,
        DeliveryOutcome(
          result, reason: reason, attempts: item.attempts, at: services.clock.now(),
          isClockRight: clockTrust == .right, tries: tries, oddAnswers: item.oddAnswers)))
  }

  /// What becomes of an item that there is no time for. One that was attempted keeps what is known
  /// of that.
  func outcome(of shelved: DeliveryQueue.Shelved) -> DeliveryOutcome {
    let (item, now) = (shelved.item, services.clock.now())
    var outcome = DeliveryOutcome(
      .released, reason: item.lastFailure?.description ?? "", attempts: item.attempts, at: now,
      isClockRight: clockTrust == .right, tries: item.tries, oddAnswers: item.oddAnswers)
    if let notBefore = shelved.notBefore {
      let wait = notBefore - services.clock.elapsed()
      outcome.result = .postponed(until: now.addingTimeInterval(max(wait, .zero).inSeconds))
      if outcome.reason.isEmpty { outcome.reason = limitReasons[item.route.limit] ?? "" }
    } else if item.attempts > 0 {
      outcome.result = .retry(at: now)
    }
    return outcome
  }
}

extension DeliveryFailure {
  /// What it says of the destination.
  fileprivate var showing: DeliveryQueue.Showing {
    guard isAnswer else { return .gaveNoAnswer }
    return verdict == .refused ? .took(nil) : .erred
  }
}

extension DeliveryOutcome.Result {
  /// Whether what follows it needs not wait any more.
  var isFinal: Bool {
    switch self {
    case .sent, .failed, .skipped: true
    case .retry, .postponed, .released: false
    }
  }
}
