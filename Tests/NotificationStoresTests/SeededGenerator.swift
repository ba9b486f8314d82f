import Foundation

/// Reproducible random numbers: SplitMix64 (Steele, Lea, Flood, 2014).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// The seeds to try: that of `CDNOTIFY_TEST_SEED`, or as many fresh ones as
  /// `CDNOTIFY_TEST_FRESH_SEEDS` says, or else always the same, so that only a change to the code
  /// can cause a new failure.
  static func seeds(_ count: Int) -> [UInt64] {
    let environment = ProcessInfo.processInfo.environment
    if let given = environment["CDNOTIFY_TEST_SEED"].flatMap(UInt64.init) { return [given] }
    if let fresh = environment["CDNOTIFY_TEST_FRESH_SEEDS"].flatMap(Int.init) {
      return (0..<fresh).map { _ in UInt64.random(in: 0..<1_000_000_000) }
    }
    return (0..<count).map(UInt64.init)
  }
}
