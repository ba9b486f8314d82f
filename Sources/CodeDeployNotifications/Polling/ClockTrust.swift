/// What a cycle knows of this host's clock. AWS refuses a signature of another time, so an answer
/// shows that the clock is right, by five minutes.
enum ClockTrust: Sendable {
  /// AWS hasn't answered yet.
  case unknown
  /// AWS answered in this cycle.
  case right
  /// Nothing speaks for it: AWS was asked in vain, or not at all.
  case doubtful
}
