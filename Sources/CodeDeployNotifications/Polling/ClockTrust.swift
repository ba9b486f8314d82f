/// What a cycle knows about this host's clock. AWS rejects a signature whose time is off, so an
/// answer shows that the clock is right within five minutes.
enum ClockTrust: Sendable {
  /// AWS hasn't answered yet.
  case unknown
  /// AWS answered in this cycle.
  case right
  /// Nothing confirms it: AWS didn't answer, or wasn't asked.
  case doubtful
}
