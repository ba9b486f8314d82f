/// How long one attempt may take.
package struct AttemptTime: Sendable, Hashable {
  /// For one exchange with the provider.
  var exchange: Duration
  /// For the whole attempt. An attempt isn't started with less than this left of the cycle, so that
  /// the deadline cuts off no message that may have arrived.
  var whole: Duration
  /// A sentence about an exchange that has less time than it should; `nil` where the cycle has room
  /// for all of it.
  package var shortage: String?

  /// The time for one exchange, unless the channel's settings say otherwise.
  static let exchangeTime: Duration = .seconds(10)

  /// - Parameters:
  ///   - own: What the channel's settings say for the whole attempt.
  ///   - exchanges: How many exchanges it can take, where the settings don't say.
  ///   - deadline: The cycle's duration.
  package init(own: Duration? = nil, exchanges: Int = 1, deadline: Duration) {
    // The margin lets an exchange time out before the attempt does, and gives a program that is
    // told to stop the time to do so.
    let margin: Duration = own == nil ? .seconds(1) : .seconds(2)
    let wanted = (own ?? Self.exchangeTime * max(1, exchanges)) + margin
    // Half of a cycle leaves time for a second attempt, and for others to start. A time that is
    // longer than a provider gets isn't shortened for that: a receiver that needs it would get the
    // message again with each attempt. The rest of the cycle is for what comes before: opening the
    // store, and claiming what is due.
    let isLong = (own ?? .zero) > Self.exchangeTime
    whole = min(wanted, isLong ? deadline * 4 / 5 : deadline / 2)
    exchange = min(own ?? Self.exchangeTime, whole - min(margin, whole / 10))
    let full = own ?? Self.exchangeTime
    guard exchange < full else { return }
    let needed = Duration.seconds(((full + margin).inSeconds * (isLong ? 1.25 : 2)).rounded(.up))
    shortage =
      "\(own == nil ? "an exchange" : "an attempt") may take \(full.inWords), but a cycle of "
      + "\(deadline.inWords) leaves it \(exchange.inWords): that needs a deadline of "
      + "\(needed.written)"
  }
}

/// Where a notification goes, and what decides when it may start.
struct Route: Sendable, Hashable {
  /// The host or program that answers or doesn't.
  var destination: String
  /// What a rate limit applies to: a webhook, a room, a key.
  var limit: SendingLimit
  var time: AttemptTime
  /// When it goes as a part of a digest; `nil` for never.
  var digest: DigestRule?
}
