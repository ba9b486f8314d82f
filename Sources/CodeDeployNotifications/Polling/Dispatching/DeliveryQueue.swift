import Foundation

/// The notifications in this cycle's hands, and which may start next. It decides and does nothing; no
/// step costs more because much waits.
///
/// - So many start at once overall. To one destination it is few at first, more while it answers
///   well, and one at a time where it doesn't answer, so that one that hangs leaves room.
/// - What shares a limit waits together for as long as the provider asks, and goes out at the pace
///   that the provider takes.
/// - Within one deployment group and channel they start in the order of their events, and a rollback
///   when what it rolls back is done with.
/// - Where a channel wants it so, what waits for it goes together once there is much of it.
/// - What couldn't have its full time before the cycle's end isn't started.
///
/// All times are since the cycle began.
struct DeliveryQueue {
  /// A claimed notification on its way through the attempts of this cycle, or several that go as one
  /// message.
  struct Item: Sendable {
    let claimed: ClaimedNotification
    /// What goes with it in a digest; later in the order of events.
    var more: [ClaimedNotification] = []
    let route: Route
    /// Attempts in this cycle that count.
    var attempts = 0
    var tries: [DeliveryTry] = []
    var oddAnswers = 0
    var lastFailure: DeliveryFailure?
    /// Its place among all that came, and when its attempt started.
    var number = 0
    var startedAt: Duration = .zero
    /// Where the queue keeps what it knows of its group and channel, and of its limit.
    var lane = 0
    var limit = 0

    init(_ claimed: ClaimedNotification, _ route: Route) {
      self.claimed = claimed
      self.route = route
    }
  }

  /// An item that this cycle has no time for. It isn't to be tried before that time, where its
  /// destination asked for it.
  struct Shelved: Sendable {
    var item: Item
    var notBefore: Duration?
  }

  /// A place that notifications go to.
  struct Destination {
    var running = 0
    var share = firstShare
    /// The limits that may have something to start.
    var listed = FIFO<Int>()
    var isListed = false
  }

  /// What waits for one rate limit.
  struct Limited {
    let destination: Int
    /// The time that an attempt needs.
    let need: Duration
    var rate: DestinationRate
    var running = 0
    var waiting = 0
    /// What is tried again, before anything else.
    var again = FIFO<Item>()
    /// The first of each lane, where it may start.
    var heads = PriorityQueue<Head>()
    var lanes: [Int] = []
    var isListed = false
    /// Whether an alarm tells when it has passed.
    var isClosed = false
  }

  /// What waits of one deployment group for one channel, or all that waits for a channel that takes
  /// digests: what may go as one message keeps one order.
  struct Lane {
    let limit: Int
    let digest: DigestRule?
    /// How many notifications came in this cycle.
    var came = 0
    var items = FIFO<Item>()
    /// The item that started last, while it hasn't been handed to the transport.
    var handingOver: Int?
    /// The first item, where it is among the heads.
    var listedHead: Int?
    /// How many of a deployment are started and not done with.
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

  /// When an item is tried again, or a limit has passed.
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

  /// What a destination gets at once before it has answered.
  private static let firstShare = 4

  let places: Int
  /// So many places are for destinations that have none.
  let reserve: Int
  var end: Duration
  var running = 0
  var waiting = 0
  /// Of that, what waits for a limit to pass.
  var waitingForLimits = 0
  var count = 0
  var destinations: [Destination] = []
  var limits: [Limited] = []
  var lanes: [Lane] = []
  /// The destinations that may have something to start, in turn, and those that lack a place only.
  var ready = FIFO<Int>()
  var crowded: [Int] = []
  var alarms = PriorityQueue<Alarm>()
  var shelved: [Shelved] = []
  private var destinationNumbers: [String: Int] = [:]
  private var limitNumbers: [SendingLimit: Int] = [:]
  private var laneNumbers: [LaneKey: Int] = [:]

  /// - Parameters:
  ///   - limit: How many may be under way at once.
  ///   - end: When the cycle ends.
  init(limit: Int, end: Duration) {
    places = max(1, limit)
    reserve = places < 4 ? 0 : max(1, places / 16)
    self.end = end
  }

  /// How many wait, without those whose limit has to pass first.
  var available: Int { waiting - waitingForLimits }

  /// When to look again, if nothing comes before.
  var nextAlarm: Duration? { alarms.first?.at }

  mutating func add(_ items: [Item]) {
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
      lanes[item.lane].came += 1
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
