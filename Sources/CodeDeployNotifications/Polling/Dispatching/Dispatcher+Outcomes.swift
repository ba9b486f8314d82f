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
      record(item.parts, of: item, .sent, answer)
    case .skipped(let reason, let words):
      queue.finish(item, at: now, .took(nil), .done)
      record(item.parts, of: item, .skipped(reason), words)
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
    var failure = failure
    if failure.isStop, Task.isCancelled { failure.verdict = .tryAgain(after: nil) }
    if let shortage = item.route.time.shortage, !failure.isAnswer,
      attempt.duration >= item.route.time.exchange
    {
      failure.description += "; \(shortage)"
    }
    item.attempts += 1
    item.lastFailure = failure
    if failure.verdict == .oddAnswer { item.oddAnswers += 1 }
    item.tries.append(attempt.asTry(.retrying, failure.description))
    let now = services.clock.now()
    let remaining = Task.isCancelled ? .zero : remaining
    // The parts of a digest share this attempt, but not their earlier ones. Their common values
    // decide whether the digest is tried again in this cycle.
    let random = services.clock.random()
    let elapsed = services.clock.elapsed()
    var nextStep = DeliveryQueue.NextStep.done
    for part in item.parts {
      let decision = policy.decide(
        RetryPolicy.Situation(
          verdict: failure.verdict, attemptsInCycle: item.attempts,
          failedCycles: part.failedCycles, firstAttemptAt: part.firstAttemptAt ?? now, now: now,
          remaining: remaining, attemptTime: item.route.time.whole,
          oddAnswers: part.oddAnswers + item.oddAnswers, random: random))
      switch decision {
      case .again(let wait): nextStep = .again(at: elapsed + wait)
      case .later(let date): record([part], of: item, .retry(at: date), failure.description)
      case .refused:
        let isOdd = failure.verdict == .oddAnswer
        record(
          [part], of: item, .failed,
          isOdd
            ? "two answers were not in the provider's format, so the message may have arrived: "
              + "\(failure.description)"
            : failure.description)
      case .outOfTime(let date): undecided.append((part, item, failure, date))
      }
    }
    queue.finish(item, at: elapsed, failure.response, nextStep)
    decide()
  }

  /// Settles what waits until it is known whether the clock is right. By a clock that isn't,
  /// nothing is given up: a day may seem to have passed that hasn't.
  mutating func decide() {
    guard clockTrust != .unknown else { return }
    for (part, item, failure, date) in undecided {
      if clockTrust == .right {
        let time = options.retryFor.inWords
        record([part], of: item, .failed, "given up after \(time): \(failure.description)")
      } else {
        record([part], of: item, .retry(at: date), failure.description)
      }
    }
    undecided = []
  }

  /// Records as pending, unchanged, what only another program can send.
  private mutating func leave(_ item: DeliveryQueue.Item, _ left: LeftToOthers) {
    record(item.parts, of: item, .released, left.description)
    for part in item.parts {
      self.left.insert(part.lane)
      let notification = part.notification
      var report = PollReport.NotificationReport(
        id: notification.id, application: notification.application,
        deploymentGroup: notification.deploymentGroup, deploymentID: notification.deploymentID,
        event: notification.event, channel: part.key.channel, outcome: .retrying,
        reason: left.description, attempts: part.attempts)
      report.scope = part.key.deployment.scope
      result.leftToOthers.append(report)
    }
  }

  /// Records the outcome of these parts of an item, each in its own row.
  private mutating func record(
    _ parts: [ClaimedNotification], of item: DeliveryQueue.Item,
    _ result: DeliveryOutcome.Result, _ reason: String
  ) {
    var tries = item.tries
    if case .failed = result, let last = tries.indices.last { tries[last].outcome = .failed }
    let outcome = DeliveryOutcome(
      result, reason: reason, attempts: item.attempts, at: services.clock.now(),
      isClockRight: clockTrust == .right, tries: tries, oddAnswers: item.oddAnswers)
    settlements += parts.map { Settlement($0, outcome) }
  }

  /// The outcome of an item that there is no time for. If it was attempted, the attempts are kept.
  func outcome(of putBack: DeliveryQueue.PutBack) -> DeliveryOutcome {
    let (item, now) = (putBack.item, services.clock.now())
    var outcome = DeliveryOutcome(
      .released, reason: item.lastFailure?.description ?? "", attempts: item.attempts, at: now,
      isClockRight: clockTrust == .right, tries: item.tries, oddAnswers: item.oddAnswers)
    if let notBefore = putBack.notBefore {
      let wait = notBefore - services.clock.elapsed()
      outcome.result = .postponed(until: now.addingTimeInterval(max(wait, .zero).inSeconds))
      if outcome.reason.isEmpty {
        // No answer asked for it: the pace is one that the channel's type declares.
        outcome.reason =
          limitReasons[item.route.limit]
          ?? "the destination takes messages at a pace, and the cycle's time was up"
      }
    } else if item.attempts > 0 {
      outcome.result = .retry(at: now)
    }
    if outcome.reason.isEmpty, putBack.lacksTime {
      outcome.reason =
        "an attempt may take \(item.route.time.whole.inWords), and less than that was left of the "
        + "cycle; the next cycle makes it"
    }
    return outcome
  }
}

extension DeliveryFailure {
  /// What it shows about the destination.
  fileprivate var response: DeliveryQueue.Response {
    guard isAnswer else { return .gaveNoAnswer }
    return verdict == .refused ? .took(nil) : .erred
  }
}

extension DeliveryOutcome.Result {
  /// Whether later events of the same channel needn't wait for it any more.
  var isFinal: Bool {
    switch self {
    case .sent, .failed, .skipped: true
    case .retry, .postponed, .released: false
    }
  }
}
