/// Places at something that many tests share and that bears only so many at once. Whoever finds
/// none free waits, in the order of coming.
public actor Places {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  public init(_ count: Int) { free = count }

  /// Takes a place, which has to be left again.
  public func take() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  /// Leaves a place to whoever waits for one.
  public func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
