import Foundation
import Logging

/// Takes what is due out of the ledger, has it sent, and records each outcome the moment it is
/// known.
struct Delivery {
  /// How one attempt ended.
  enum Attempt: Sendable {
    case sent(answer: String)
    case failed(DeliveryFailure)
    case unregistered

    /// Whether the destination showed that it is there.
    var isAnswered: Bool {
      switch self {
      case .sent, .unregistered: true
      case .failed(let failure): failure.isAnswer
      }
    }
  }

  private let services: PollServices
  private let options: PollOptions
  private let announcer: Announcer
  private let policy: RetryPolicy
  private var queue: DeliveryQueue
  /// Tells this cycle's claims from others'.
  private let token = UUID().uuidString
  /// Whether asking the ledger can find more than is in hand.
  private var moreMayBeDue: Bool
  /// Whether anything was put in line or claimed since the cycle began.
  private(set) var hasTouchedLedger = false
  private var clockTrust = ClockTrust.unknown
  /// What was tried for long enough, if the clock is right; settled when that is known.
  private var undecided: [(item: DeliveryQueue.Item, failure: DeliveryFailure, elseAt: Date)] = []

  /// A claim outlives the cycle's deadline by this much, then another cycle may take it over.
  static let claimMargin: Duration = .seconds(60)
  /// How much is claimed at once.
  private static let claimLimit = 512
  /// What one exchange with a provider may take, and one attempt with all its exchanges.
  private static let exchangeTime: Duration = .seconds(10)
  private static let attemptTime: Duration = .seconds(25)
  /// With less than this left an attempt isn't started.
  private static let leastTime: Duration = .milliseconds(200)

  init(
    services: PollServices, options: PollOptions, records: [RegistrationRecord],
    isAnythingDue: Bool
  ) {
    self.services = services
    self.options = options
    moreMayBeDue = isAnythingDue
    announcer = Announcer(
      services: services.announcing, records: records, store: services.store)
    policy = RetryPolicy(retryFor: options.retryFor)
    queue = DeliveryQueue(limit: options.concurrency)
  }

  /// What is left of the cycle; nothing when it was told to stop.
  private var remaining: Duration {
    Task.isCancelled ? .zero : options.deadline - services.clock.elapsed()
  }

  /// Takes what is due into this cycle's hands.
  mutating func claim() async throws {
    guard moreMayBeDue, !options.isDryRun, remaining > Self.leastTime else { return }
    hasTouchedLedger = true
    let now = services.clock.now()
    let claimed = try await services.store.claim(
      ClaimRequest(
        token: token, now: now,
        until: now.addingTimeInterval((remaining + Self.claimMargin).inSeconds),
        filter: options.filter, limit: Self.claimLimit))
    queue.add(
      claimed.map {
        DeliveryQueue.Item(claimed: $0, destination: announcer.destination(of: $0))
      })
    moreMayBeDue = claimed.count == Self.claimLimit
  }

  /// Says that a finding has put something in line.
  mutating func expectMore() {
    moreMayBeDue = true
    hasTouchedLedger = true
  }

  /// The next item to attempt. When the time is up, what is left goes back in line.
  mutating func start() async throws -> DeliveryQueue.Item? {
    if remaining > Self.leastTime { return queue.start() }
    try await giveBack()
    return nil
  }

  /// Puts what isn't under way back in line.
  mutating func giveBack() async throws {
    for item in queue.drain() { try await release(item) }
  }

  /// Prepares one attempt, to be run beside the others.
  func attempt(_ item: DeliveryQueue.Item) -> @Sendable () async -> Attempt {
    let own = announcer.attemptTime(of: item.claimed)
    let timeout = min(own ?? Self.exchangeTime, remaining)
    // What the user chose for a command leaves it the time to end when it is told to.
    let limit = min(own.map { $0 + .seconds(5) } ?? Self.attemptTime, remaining)
    return { [announcer, clock = services.clock] in
      // What is being sent when the cycle is told to stop may have arrived: its end is waited for,
      // so that it is recorded and not sent again.
      let attempt = await Task {
        await clock.limit(to: limit) { await announcer.announce(item.claimed, timeout: timeout) }
      }.value
      return attempt
        ?? .failed(
          DeliveryFailure(
            .tryAgain(after: nil), isAnswer: false, "it was not done within \(limit.inWords)"))
    }
  }

  /// Records an attempt's end. Returns the item with a wait where it is tried again in this cycle.
  mutating func finish(
    _ item: DeliveryQueue.Item, _ attempt: Attempt, _ report: inout PollReport
  ) async throws -> (DeliveryQueue.Item, after: Duration)? {
    queue.finish(item, answered: attempt.isAnswered)
    var item = item
    let now = services.clock.now()
    var outcome = DeliveryOutcome(
      .sent, reason: "", attempts: item.attempts + 1, at: now, isClockRight: clockTrust == .right)
    switch attempt {
    case .sent(let answer):
      outcome.reason = answer
    case .unregistered:
      outcome.result = .skipped(.unregistered)
      outcome.reason = "the channel was unregistered before it could be sent"
      outcome.attempts = item.attempts
    case .failed(let failure):
      item.attempts += 1
      item.lastFailure = failure
      let decision = policy.decide(
        RetryPolicy.Situation(
          verdict: failure.verdict, attemptsInCycle: item.attempts,
          failedCycles: item.claimed.failedCycles,
          firstAttemptAt: item.claimed.firstAttemptAt ?? now, now: now, remaining: remaining,
          random: services.clock.random()))
      outcome.reason = failure.description
      switch decision {
      case .again(let wait):
        return (item, wait)
      case .later(let date): outcome.result = .retry(at: date)
      case .refused: outcome.result = .failed
      case .outOfTime(let date):
        undecided.append((item, failure, date))
        try await decide(&report)
        return nil
      }
    }
    try await settle(item, outcome, &report)
    // What follows it in the same deployment and channel waited for it.
    if !item.claimed.key.event.isEnd { moreMayBeDue = true }
    return nil
  }

  mutating func wake(_ item: DeliveryQueue.Item) { queue.wake(item) }

  /// Takes in what became known of the clock.
  mutating func learn(_ trust: ClockTrust, _ report: inout PollReport) async throws {
    clockTrust = trust
    try await decide(&report)
  }

  /// Settles what waited for it to be known whether the clock is right. By a clock that isn't,
  /// nothing is given up: a day may seem to have passed that hasn't.
  private mutating func decide(_ report: inout PollReport) async throws {
    guard clockTrust != .unknown else { return }
    let decided = undecided
    undecided = []
    for (item, failure, date) in decided {
      var outcome = DeliveryOutcome(
        .retry(at: date), reason: failure.description, attempts: item.attempts,
        at: services.clock.now(), isClockRight: clockTrust == .right)
      if clockTrust == .right {
        outcome.result = .failed
        outcome.reason = "given up after \(options.retryFor.inWords): \(failure.description)"
      }
      try await settle(item, outcome, &report)
    }
    if !decided.isEmpty { moreMayBeDue = true }
  }

  private func settle(
    _ item: DeliveryQueue.Item, _ outcome: DeliveryOutcome, _ report: inout PollReport
  ) async throws {
    let held = try await services.store.settle(item.claimed, outcome)
    guard held else {
      services.logger.notice(
        "another cycle took over \(item.claimed.notification.id) while it was being sent")
      return
    }
    services.logger.debug(
      "\(item.claimed.notification.id) through \(item.claimed.key.channel): \(outcome.result)")
    report.notifications.append(
      PollReport.NotificationReport(item.claimed, outcome))
  }

  /// Puts an item back in line. One that was attempted keeps what is known of that.
  private func release(_ item: DeliveryQueue.Item) async throws {
    let now = services.clock.now()
    let outcome =
      item.lastFailure.map {
        DeliveryOutcome(
          .retry(at: now), reason: $0.description, attempts: item.attempts, at: now,
          isClockRight: clockTrust == .right)
      } ?? DeliveryOutcome(.released, reason: "", attempts: 0, at: now)
    _ = try await services.store.settle(item.claimed, outcome)
  }
}

extension PollReport.NotificationReport {
  init(_ claimed: ClaimedNotification, _ outcome: DeliveryOutcome) {
    let notification = claimed.notification
    self.init(
      id: notification.id, application: notification.application,
      deploymentGroup: notification.deploymentGroup, deploymentID: notification.deploymentID,
      event: notification.event, channel: claimed.key.channel, outcome: .sent,
      reason: outcome.reason, attempts: claimed.attempts + outcome.attempts)
    switch outcome.result {
    case .sent: break
    case .retry(let date):
      self.outcome = .retrying
      nextAttemptAt = date
    case .failed: self.outcome = .failed
    case .skipped(let reason):
      self.outcome = .skipped
      skipReason = reason
    case .released: self.outcome = .retrying
    }
  }
}
