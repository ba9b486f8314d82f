/// How long what is due for a channel with digests is held for scopes that this cycle is still
/// reading, so that one cycle brings one digest. It reads no clock.
enum DigestHold {
  /// A scope without trouble is read in a second or two, and the causes of failures take five at
  /// most. So this is enough for nearly every cycle, and late by little where a scope hangs.
  static let longest: Duration = .seconds(5)

  /// When a hold ends, whatever is still to be read.
  ///
  /// - Parameters:
  ///   - start: When the first notification came.
  ///   - need: The time that an attempt needs.
  ///   - deadline: The cycle's duration. A quarter of it is the most that a short cycle waits.
  /// - Returns: `nil` where nothing is held, since an attempt might have too little time then.
  static func end(from start: Duration, need: Duration, deadline: Duration) -> Duration? {
    // Nothing more is claimed once the usual time of an attempt isn't left. The margin is for
    // waking up late, and for the claim.
    let need = max(need, AttemptTime(deadline: deadline).whole)
    let latest = deadline - need - deadline / 20
    let end = min(start + min(longest, deadline / 4), latest)
    return end > start ? end : nil
  }
}
