import Foundation

/// Decides which claimed notification of this cycle starts next. It only decides, and no step costs
/// more when more is waiting.
///
/// - A fixed number runs at once overall. One destination gets few places at first, more while it
///   answers well, and one while it doesn't answer, so that one that hangs leaves places for
///   others.
/// - Notifications with one rate limit wait together for as long as the provider asks, and start at
///   the pace that the provider takes.
/// - Within one deployment group and channel they start in the order of their events. A rollback
///   starts after the attempts for the deployment that it undoes have ended.
/// - Where a channel has digests, many waiting notifications become one. They are held for those
///   that other scopes may still bring, for a few seconds at most.
/// - An attempt that couldn't have its full time before the cycle's end isn't started.
///
/// All times are since the cycle began.
struct DeliveryQueue {
  /// A claimed notification with its attempts in this cycle, or several that go as one message.
  struct Item: Sendable {
    let claimed: ClaimedNotification
    /// The other parts of a digest, later in the order of events.
    var more: [ClaimedNotification] = []
    let route: Route
    /// The attempts in this cycle that count.
    var attempts = 0
    var tries: [DeliveryTry] = []
    var oddAnswers = 0
    var lastFailure: DeliveryFailure?
    /// Its position in the order of arrival, and when its attempt started.
    var number = 0
    var startedAt: Duration = .zero
    /// The indices of its lane and its limit.
    var lane = 0
    var limit = 0

    init(_ claimed: ClaimedNotification, _ route: Route) {
      self.claimed = claimed
      self.route = route
    }
  }

  /// An item that this cycle has no time for. Where its destination asked for a pause, it is not to
  /// be tried before `notBefore`.
  struct PutBack: Sendable {
    var item: Item
    var notBefore: Duration?
    /// Whether too little of the cycle was left for an attempt.
    var lacksTime = false
  }

  /// A host or program that notifications go to.
  struct Destination {
    var running = 0
    var share = firstShare
    /// The limits that may have an item to start.
    var listed = FIFO<Int>()
    var isListed = false
  }

  /// The items of one rate limit.
  struct Limited {
    let destination: Int
    /// The time that an attempt needs.
    let need: Duration
    var rate: DestinationRate
    var running = 0
    var waiting = 0
    /// Items to try again, before all others.
    var again = FIFO<Item>()
    /// The first item of each lane, where it may start.
    var heads = PriorityQueue<Head>()
    var lanes: [Int] = []
    var isListed = false
    /// Whether it is closed, with an alarm for when it opens.
    var isClosed = false
  }

  /// The items of one deployment group for one channel, or of all groups for a place with digests:
  /// notifications that may go as one message are kept in one order.
  struct Lane {
    let limit: Int
    let digest: DigestRule?
    /// How many notifications came in this cycle.
    var received = 0
    var items = FIFO<Item>()
    /// Until when its items are held at most; `nil` where they aren't. Held items don't count as
    /// waiting.
    var heldUntil: Duration?
    /// The channels that its held items are for.
    var channels: Set<RegisteredChannel> = []
    /// The item that started last, until it is passed to the transport.
    var handingOver: Int?
    /// The first item, if it is in the limit's `heads`.
    var listedHead: Int?
    /// How many notifications of each deployment have started and haven't ended.
    var underWay: [String: Int] = [:]
  }

  struct Head: Comparable {
    var at: Date
    var number: Int
    var lane: Int

    static func < (left: Self, right: Self) -> Bool {
      (left.at, left.number) < (right.at, right.number)
    }
  }

  /// A time at which an item is tried again or a limit opens.
  struct Alarm: Comparable {
    var at: Duration
    var number: Int
    var limit: Int
    var item: Item?

    static func < (left: Self, right: Self) -> Bool {
      (left.at, left.number) < (right.at, right.number)
    }

    static func == (left: Self, right: Self) -> Bool { left.number == right.number }
  }

  private enum LaneKey: Hashable {
    case group(AWSScope, application: String, group: String?, channel: String)
    case digest(DigestRule.Place)
  }

  /// How many places a destination gets before it has answered.
  private static let firstShare = 4

  let places: Int
  /// How many places are reserved for destinations that have none.
  let reserve: Int
  var end: Duration
  var running = 0
  var waiting = 0
  /// The part of `waiting` whose limits are closed.
  var waitingForLimits = 0
  var count = 0
  var destinations: [Destination] = []
  var limits: [Limited] = []
  var lanes: [Lane] = []
  /// The destinations that may have an item to start, in round robin; and, in `atCapacity`, those
  /// that lack nothing but a place.
  var ready = FIFO<Int>()
  var atCapacity: [Int] = []
  var alarms = PriorityQueue<Alarm>()
  var returned: [PutBack] = []
  /// The scopes that this cycle hasn't read yet, and the lanes that are held for them.
  var unread: Set<AWSScope>
  var held: [Int] = []
  private var destinationNumbers: [String: Int] = [:]
  private var limitNumbers: [SendingLimit: Int] = [:]
  private var laneNumbers: [LaneKey: Int] = [:]

  /// - Parameters:
  ///   - limit: How many attempts may run at once.
  ///   - end: When the cycle ends.
  ///   - unread: The scopes that the cycle reads meanwhile.
  init(limit: Int, end: Duration, unread: Set<AWSScope> = []) {
    places = max(1, limit)
    reserve = places < 4 ? 0 : max(1, places / 16)
    self.end = end
    self.unread = unread
  }

  /// How many wait and have an open limit.
  var available: Int { waiting - waitingForLimits }

  /// When to look again if nothing happens before.
  var nextAlarm: Duration? {
    (held.map { lanes[$0].heldUntil } + [alarms.first?.at]).compactMap(\.self).min()
  }

  /// - Parameter now: When they were claimed.
  mutating func add(_ items: [Item], at now: Duration) {
    var digestLanes: Set<Int> = []
    for var item in items {
      count += 1
      item.number = count
      item.limit = limitNumber(of: item.route)
      item.lane = laneNumber(of: item)
      lanes[item.lane].items.insert(item) {
        ($0.claimed.eventAt, $0.claimed.key.event.position, $0.number)
          < ($1.claimed.eventAt, $1.claimed.key.event.position, $1.number)
      }
      hold(lane: item.lane, for: item, at: now)
      lanes[item.lane].received += 1
      guard lanes[item.lane].heldUntil == nil else {
        lanes[item.lane].channels.insert(item.claimed.lane)
        continue
      }
      if lanes[item.lane].digest != nil { digestLanes.insert(item.lane) }
      wait(item.weight, item.limit)
      list(lane: item.lane)
    }
    for lane in digestLanes.sorted() { combine(lane: lane) }
  }

  private mutating func limitNumber(of route: Route) -> Int {
    if let number = limitNumbers[route.limit] { return number }
    let destination = destinationNumbers[route.destination] ?? destinations.count
    if destination == destinations.count {
      destinations.append(Destination())
      destinationNumbers[route.destination] = destination
    }
    limits.append(
      Limited(
        destination: destination, need: route.time.whole,
        rate: DestinationRate(interval: route.limit.interval)))
    limitNumbers[route.limit] = limits.count - 1
    return limits.count - 1
  }

  private mutating func laneNumber(of item: Item) -> Int {
    let notification = item.claimed.notification
    let key =
      item.route.digest.map { LaneKey.digest($0.place) }
      ?? .group(
        item.claimed.key.deployment.scope, application: notification.application,
        group: notification.deploymentGroup, channel: item.claimed.key.channel)
    if let number = laneNumbers[key] { return number }
    lanes.append(Lane(limit: item.limit, digest: item.route.digest))
    limits[item.limit].lanes.append(lanes.count - 1)
    laneNumbers[key] = lanes.count - 1
    return lanes.count - 1
  }

  mutating func wait(_ number: Int, _ limit: Int) {
    waiting += number
    limits[limit].waiting += number
    if limits[limit].isClosed { waitingForLimits += number }
  }
}
