/// How long one attempt may take.
struct AttemptTime: Sendable, Hashable {
  /// One exchange with the provider.
  var exchange: Duration
  /// All of it. With less than this left of the cycle it isn't started, so that the deadline cuts
  /// nothing that may have arrived.
  var whole: Duration

  /// What a provider gets for one exchange where the user doesn't say.
  static let exchangeTime: Duration = .seconds(10)

  /// - Parameters:
  ///   - own: What the channel's settings say for the whole attempt.
  ///   - exchanges: How many exchanges it can take.
  ///   - deadline: The cycle's. No attempt takes more than half of it.
  init(own: Duration? = nil, exchanges: Int = 1, deadline: Duration) {
    // An exchange that ran out of time is told from an attempt that did, and a program that is told
    // to end gets the time to do so.
    let margin: Duration = own == nil ? .seconds(1) : .seconds(2)
    let wanted = (own ?? Self.exchangeTime * max(1, exchanges)) + margin
    whole = min(wanted, deadline / 2)
    exchange = min(own ?? Self.exchangeTime, whole - min(margin, whole / 10))
  }
}

/// Where a notification goes, and what that means for when it may start.
struct Route: Sendable, Hashable {
  /// What answers or doesn't: a host or a program.
  var destination: String
  /// What a rate limit hangs on: a webhook, a room, a key.
  var limit: SendingLimit
  var time: AttemptTime
  /// When it goes together with others.
  var digest: DigestRule?
}
