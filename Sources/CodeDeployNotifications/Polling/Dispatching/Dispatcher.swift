import Foundation
import Logging

/// Claims notifications that are due, has them sent, and records each outcome as soon as it is
/// known: claim → start → announce → decide → settle.
///
/// It is one loop. Attempts run concurrently and report their end as an event. Attempts that ended
/// at the same time are recorded together, before anything else is claimed or started.
struct Dispatcher {
  /// An event for the loop.
  enum Event: Sendable {
    /// A scope was read, and what was found in it is in the ledger. `hasFound` says whether
    /// notifications are pending because of it.
    case read(AWSScope, hasFound: Bool)
    case learnt(ClockTrust)
    case handedOver(DeliveryQueue.Item)
    case attempted(DeliveryQueue.Item, Attempt)
    case woke
    /// The cycle was told to stop.
    case stopped
    /// The store can't be used. Nothing more is sent: without a record it would be sent again by a
    /// later cycle.
    case storeFailed
    /// No more notifications will be found in this cycle.
    case finished
  }

  /// What the dispatcher did.
  struct Result: Sendable {
    var notifications: [PollReport.NotificationReport] = []
    /// Notifications that only another program on the same store can send.
    var leftToOthers: [PollReport.NotificationReport] = []
    /// Whether any notification was made pending or claimed since the cycle began.
    var hasTouchedLedger = false
    var storeFailure: StoreFailure?
  }

  let services: PollServices
  let options: PollOptions
  let inbox: EventInbox<Event>
  let policy: RetryPolicy
  private var announcer: Announcer
  private var routes: Routes
  /// Distinguishes this cycle's claims from others'.
  private let token = UUID().uuidString
  var queue: DeliveryQueue
  var result = Result()
  var clockTrust = ClockTrust.unknown
  /// The channels through which only another program can send. What is theirs is due again at once,
  /// so that nothing more of it is claimed in this cycle.
  var left: Set<RegisteredChannel> = []
  /// Outcomes that aren't recorded yet.
  var settlements: [Settlement] = []
  /// What was tried for long enough, if the clock is right. It is settled when that is known.
  var undecided:
    [(
      part: ClaimedNotification, item: DeliveryQueue.Item, failure: DeliveryFailure, elseAt: Date
    )] = []
  /// The last answer that said that a limit is reached.
  var limitReasons: [SendingLimit: String] = [:]
  /// The channels that the last claim left out because of a hold.
  private var passedOver: Set<RegisteredChannel> = []
  /// Whether another claim may bring anything.
  private var moreMayBeDue: Bool
  private var isFinished = false
  private var isStopping = false
  /// When the loop is to be woken.
  private var alarm: Duration?

  /// How much longer a claim lasts than the cycle's deadline. After that another cycle may take it
  /// over.
  static let claimMargin: Duration = .seconds(60)
  /// How many notifications one claim takes at most.
  private static let claimLimit = 512

  init(
    services: PollServices, options: PollOptions, records: [RegistrationRecord],
    mutes: [Mute] = [], scopes: [AWSScope], isAnythingDue: Bool, inbox: EventInbox<Event>
  ) {
    self.services = services
    self.options = options
    self.inbox = inbox
    moreMayBeDue = isAnythingDue
    announcer = Announcer(
      services: services.announcing, records: records, mutes: mutes, store: services.store)
    routes = Routes(deadline: options.deadline)
    policy = RetryPolicy(retryFor: options.retryFor)
    queue = DeliveryQueue(
      limit: options.concurrency, end: options.deadline, unread: Set(scopes))
  }

  /// The time left in the cycle.
  var remaining: Duration { options.deadline - services.clock.elapsed() }

  /// Works until nothing more will be found and nothing is left to do. When the task is cancelled
  /// it starts nothing more and waits for running attempts: their messages may have arrived, and
  /// are recorded.
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
    case .read(let scope, let hasFound):
      queue.finishReading(scope)
      guard hasFound else { return }
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
      try await claimDue()
      // What was found last goes with what was held, so it has to be claimed first.
      queue.endHolds(at: services.clock.elapsed(), isEverythingClaimed: !moreMayBeDue)
      while let item = queue.start(at: services.clock.elapsed()) { start(item, &group) }
      putBack()
      try await settle()
    } catch {
      result.storeFailure = result.storeFailure ?? StoreFailure(wrapping: error)
      await giveUp()
    }
    setAlarm(&group)
  }

  /// Starts nothing more, since outcomes can't be recorded, and releases the claims if the store
  /// permits.
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

  /// Claims what is due, as much as can start soon. That includes what earlier claims passed over,
  /// where the hold has ended.
  private mutating func claimDue() async throws {
    if !passedOver.isSubset(of: queue.heldChannels(at: services.clock.elapsed())) {
      moreMayBeDue = true
    }
    while mayClaim { try await claim() }
  }

  /// Claims notifications that are due.
  private mutating func claim() async throws {
    result.hasTouchedLedger = true
    let now = services.clock.now()
    passedOver = queue.heldChannels(at: services.clock.elapsed())
    let claimed = try await services.store.claim(
      ClaimRequest(
        token: token, now: now,
        until: now.addingTimeInterval((remaining + Self.claimMargin).inSeconds),
        filter: options.filter, leavingOut: left.union(passedOver), limit: Self.claimLimit))
    await announcer.learn(of: claimed)
    queue.add(
      claimed.map { notification in
        var route = routes.route(of: notification, by: announcer)
        // Notifications that are skipped aren't part of a digest.
        if announcer.mute(of: notification) != nil { route.digest = nil }
        return DeliveryQueue.Item(notification, route)
      }, at: services.clock.elapsed())
    moreMayBeDue = claimed.count == Self.claimLimit
  }

  // MARK: Starting

  /// Makes one attempt concurrently.
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

  /// Records as pending what this cycle has no time for. Where the destination asked for a pause
  /// that is done at once. The rest would be claimed again, and is recorded after the last claim.
  private mutating func putBack() {
    let isOver =
      isStopping || (isFinished && queue.running == 0 && queue.nextAlarm == nil && !mayClaim)
    let putBack = queue.takePutBack { isOver || $0.notBefore != nil }
    for each in putBack {
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
    // The channel's next event of this deployment waited for this one.
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
