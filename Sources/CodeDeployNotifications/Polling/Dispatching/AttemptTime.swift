/// How long one attempt may take.
struct AttemptTime: Sendable, Hashable {
  /// For one exchange with the provider.
  var exchange: Duration
  /// For the whole attempt. An attempt isn't started with less than this left of the cycle, so that
  /// the deadline cuts off no message that may have arrived.
  var whole: Duration

  /// The time for one exchange, unless the channel's settings say otherwise.
  static let exchangeTime: Duration = .seconds(10)

  /// - Parameters:
  ///   - own: What the channel's settings say for the whole attempt.
  ///   - exchanges: How many exchanges it can take.
  ///   - deadline: The cycle's duration. No attempt takes more than half of it.
  init(own: Duration? = nil, exchanges: Int = 1, deadline: Duration) {
    // The margin lets an exchange time out before the attempt does, and gives a program that is
    // told to stop the time to do so.
    let margin: Duration = own == nil ? .seconds(1) : .seconds(2)
    let wanted = (own ?? Self.exchangeTime * max(1, exchanges)) + margin
    whole = min(wanted, deadline / 2)
    exchange = min(own ?? Self.exchangeTime, whole - min(margin, whole / 10))
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
