import Foundation
import Logging

/// Takes what is due out of the ledger, has it sent, and records each outcome as soon as it is known:
/// claim → start → announce → decide → settle.
///
/// It is one loop. Attempts run beside it and tell it how they ended; what ended at the same time is
/// recorded together, before anything else is claimed or started.
struct Dispatcher {
  /// What happens to a dispatcher.
  enum Event: Sendable {
    /// The ledger holds more to be sent than before.
    case foundMore
    case learnt(ClockTrust)
    case handedOver(DeliveryQueue.Item)
    case attempted(DeliveryQueue.Item, Attempt)
    case woke
    /// The cycle was told to stop.
    case stopped
    /// The store can't be used: what can't be recorded would be sent again by a later cycle.
    case storeFailed
    /// Nothing more will be found.
    case finished
  }

  /// What came of it.
  struct Result: Sendable {
    var notifications: [PollReport.NotificationReport] = []
    /// What only another program on the same store can send.
    var leftToOthers: [PollReport.NotificationReport] = []
    /// Whether anything was put in line or claimed since the cycle began.
    var hasTouchedLedger = false
    var storeFailure: StoreFailure?
  }

  let services: PollServices
  let options: PollOptions
  let inbox: EventInbox<Event>
  let policy: RetryPolicy
  private var announcer: Announcer
  private var routes: Routes
  /// Tells this cycle's claims from others'.
  private let token = UUID().uuidString
  var queue: DeliveryQueue
  var result = Result()
  var clockTrust = ClockTrust.unknown
  /// The channels through which only another program can send. What is theirs is due again at once,
  /// so that nothing more of it is claimed in this cycle.
  var left: Set<RegisteredChannel> = []
  /// What is to be recorded.
  var settlements: [Settlement] = []
  /// What was tried for long enough, if the clock is right; settled when that is known.
  var undecided:
    [(
      part: ClaimedNotification, item: DeliveryQueue.Item, failure: DeliveryFailure, elseAt: Date
    )] = []
  /// Why a limit was last said to be reached.
  var limitReasons: [SendingLimit: String] = [:]
  /// Whether asking the ledger can find more than is in hand.
  private var moreMayBeDue: Bool
  private var isFinished = false
  private var isStopping = false
  /// When somebody wakes the loop.
  private var alarm: Duration?

  /// A claim outlives the cycle's deadline by this much, then another cycle may take it over.
  static let claimMargin: Duration = .seconds(60)
  /// How much is claimed at once.
  private static let claimLimit = 512

  init(
    services: PollServices, options: PollOptions, records: [RegistrationRecord],
    mutes: [Mute] = [], isAnythingDue: Bool, inbox: EventInbox<Event>
  ) {
    self.services = services
    self.options = options
    self.inbox = inbox
    moreMayBeDue = isAnythingDue
    announcer = Announcer(
      services: services.announcing, records: records, mutes: mutes, store: services.store)
    routes = Routes(deadline: options.deadline)
    policy = RetryPolicy(retryFor: options.retryFor)
    queue = DeliveryQueue(limit: options.concurrency, end: options.deadline)
  }

  /// What is left of the cycle.
  var remaining: Duration { options.deadline - services.clock.elapsed() }

  /// Works until nothing more will be found and nothing is left to do. When the task is cancelled,
  /// it starts nothing more, and waits for what is being sent: that may have arrived, and is recorded.
  mutating func run() async -> Result {
    await withDiscardingTaskGroup { group in
      await withTaskCancellationHandler {
        repeat {
          await step(&group)
          guard !isDone else { break }
          for event in await inbox.next() { take(event) }
        } while true
      } onCancel: { [inbox] in
        inbox.put(.stopped)
      }
      group.cancelAll()
    }
    return result
  }

  private var isDone: Bool {
    isFinished && queue.running == 0 && queue.nextAlarm == nil && settlements.isEmpty
      && (!mayClaim || result.storeFailure != nil)
  }

  private mutating func take(_ event: Event) {
    switch event {
    case .foundMore:
      moreMayBeDue = true
      result.hasTouchedLedger = true
    case .learnt(let trust):
      clockTrust = trust
      decide()
    case .handedOver(let item): queue.handOver(item)
    case .attempted(let item, let attempt): end(item, attempt)
    case .woke: alarm = nil
    case .stopped, .storeFailed: isStopping = true
    case .finished: isFinished = true
    }
  }

  /// Records what ended, claims what is due, and starts what may start.
  private mutating func step(_ group: inout DiscardingTaskGroup) async {
    do {
      try await settle()
      if isStopping || Task.isCancelled {
        isStopping = true
        queue.stop()
      }
      while mayClaim { try await claim() }
      while let item = queue.start(at: services.clock.elapsed()) { start(item, &group) }
      putBack()
      try await settle()
    } catch {
      result.storeFailure = result.storeFailure ?? StoreFailure(wrapping: error)
      await giveUp()
    }
    setAlarm(&group)
  }

  /// Starts nothing more, since it couldn't be recorded, and lets go of the rest if the store lets it.
  private mutating func giveUp() async {
    isStopping = true
    queue.stop()
    putBack()
    try? await settle()
  }

  // MARK: Claiming

  private var mayClaim: Bool {
    moreMayBeDue && !isStopping && !options.isDryRun && queue.available < 2 * options.concurrency
      && remaining >= AttemptTime(deadline: options.deadline).whole
  }

  /// Takes what is due into this cycle's hands.
  private mutating func claim() async throws {
    result.hasTouchedLedger = true
    let now = services.clock.now()
    let claimed = try await services.store.claim(
      ClaimRequest(
        token: token, now: now,
        until: now.addingTimeInterval((remaining + Self.claimMargin).inSeconds),
        filter: options.filter, leavingOut: left, limit: Self.claimLimit))
    await announcer.learn(of: claimed)
    queue.add(
      claimed.map { notification in
        var route = routes.route(of: notification, by: announcer)
        // What is skipped is no part of a message.
        if announcer.mute(of: notification) != nil { route.digest = nil }
        return DeliveryQueue.Item(notification, route)
      })
    moreMayBeDue = claimed.count == Self.claimLimit
  }

  // MARK: Starting

  /// Makes one attempt beside the others.
  private func start(_ item: DeliveryQueue.Item, _ group: inout DiscardingTaskGroup) {
    group.addTask { [announcer, inbox, clock = services.clock] in
      let attempt = await Attempt.made(of: item, by: announcer, clock) {
        inbox.put(.handedOver(item))
      }
      inbox.put(.attempted(item, attempt))
    }
  }

  private mutating func setAlarm(_ group: inout DiscardingTaskGroup) {
    guard let time = queue.nextAlarm, alarm.map({ time < $0 }) ?? true else { return }
    alarm = time
    let wait = time - services.clock.elapsed()
    group.addTask { [inbox, clock = services.clock] in
      try? await clock.sleep(max(wait, .zero))
      inbox.put(.woke)
    }
  }

  // MARK: Settling

  /// Puts back in line what this cycle has no time for: at once what its destination wants later, and
  /// the rest, which would else be claimed again, when nothing more is claimed.
  private mutating func putBack() {
    let isOver =
      isStopping || (isFinished && queue.running == 0 && queue.nextAlarm == nil && !mayClaim)
    let shelved = queue.takeShelved { isOver || $0.notBefore != nil }
    for each in shelved {
      let outcome = outcome(of: each)
      settlements += each.item.parts.map { Settlement($0, outcome) }
    }
  }

  /// Records what ended.
  private mutating func settle() async throws {
    guard !settlements.isEmpty else { return }
    let settled = settlements
    settlements = []
    let recorded = try await services.store.settle(settled)
    for settlement in settled { report(settlement, isRecorded: recorded.contains(settlement.id)) }
  }

  private mutating func report(_ settlement: Settlement, isRecorded: Bool) {
    let (claimed, outcome) = (settlement.claimed, settlement.outcome)
    guard isRecorded else {
      services.logger.notice("another cycle took over \(settlement.id) while it was being sent")
      return
    }
    services.logger.debug("\(settlement.id) through \(claimed.key.channel): \(outcome.result)")
    // What follows it in the same deployment and channel waited for it.
    if !claimed.key.event.isEnd, outcome.result.isFinal { moreMayBeDue = true }
    if case .released = outcome.result { return }
    result.notifications.append(PollReport.NotificationReport(claimed, outcome))
  }
}

extension Settlement {
  fileprivate var id: String { claimed.notification.id }
}

extension PollReport.NotificationReport {
  fileprivate init(_ claimed: ClaimedNotification, _ outcome: DeliveryOutcome) {
    let notification = claimed.notification
    self.init(
      id: notification.id, application: notification.application,
      deploymentGroup: notification.deploymentGroup, deploymentID: notification.deploymentID,
      event: notification.event, channel: claimed.key.channel, outcome: .sent,
      reason: outcome.reason, attempts: claimed.attempts + outcome.attempts)
    scope = claimed.key.deployment.scope
    switch outcome.result {
    case .sent: break
    case .retry(let date), .postponed(let date):
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
