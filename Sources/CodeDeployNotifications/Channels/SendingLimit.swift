/// What a provider's rate limit applies to, and the pace that the provider documents.
public struct SendingLimit: Sendable, Hashable {
  /// Values of settings, such as a webhook's address, or a room and its server. They are compared,
  /// and never shown.
  public var hangsOn: [String]
  /// The shortest time from one message to the next; zero where only the provider's answers tell.
  public var interval: Duration

  /// - Parameter hangsOn: Values of settings; `nil` counts as empty.
  public init(hangsOn: [String?], interval: Duration = .zero) {
    self.hangsOn = hangsOn.map { $0 ?? "" }
    self.interval = interval
  }

  /// A limit for the values of these settings.
  public init(
    of settings: SettingValues, hangsOn declared: ChannelSetting..., interval: Duration = .zero
  ) {
    self.init(hangsOn: declared.map { settings.text($0.name) }, interval: interval)
  }
}

/// How many more messages a provider accepts, according to an answer.
public struct RateAllowance: Sendable, Hashable {
  /// How many more messages.
  public var remaining: Int
  /// When its count starts over, from now.
  public var resetsAfter: Duration

  /// - Parameters:
  ///   - remaining: How many more messages; a negative number counts as zero.
  ///   - resetsAfter: When the provider's count starts over, from now.
  public init(remaining: Int, resetsAfter: Duration) {
    self.remaining = remaining
    self.resetsAfter = resetsAfter
  }
}
