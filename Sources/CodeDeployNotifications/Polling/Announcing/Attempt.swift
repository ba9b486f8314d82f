import Foundation

/// One attempt to send a notification, and how it ended.
struct Attempt: Sendable {
  enum Result: Sendable {
    case sent(answer: String)
    case failed(DeliveryFailure)
    /// It is not to be sent any more.
    case skipped(SkipReason, String)
    /// Nothing was sent: only another program on the store can send it.
    case left(LeftToOthers)
  }

  var result: Result
  var at: Date
  var duration: Duration
  /// How many more messages the provider said that it takes.
  var allowance: RateAllowance?

  /// Makes an attempt within its time. When the cycle is told to stop during the attempt, the
  /// message may have arrived: the attempt's end is awaited, so that it is recorded and not sent
  /// again.
  static func made(
    of item: DeliveryQueue.Item, by announcer: Announcer, _ clock: CycleClock,
    onSend: @escaping @Sendable () -> Void
  ) async -> Self {
    let (at, start) = (clock.now(), clock.elapsed())
    let time = item.route.time
    let watch = SendWatch(onSend: onSend)
    let result = await uncancelled {
      await clock.limit(to: time.whole) {
        await announcer.announce(item.parts, timeout: time.exchange, watch)
      }
    }
    let late = DeliveryFailure(
      .tryAgain(after: nil), isAnswer: false, "it did not finish within \(time.whole.inWords)")
    return Self(
      result: result ?? .failed(late), at: at, duration: clock.elapsed() - start,
      allowance: watch.allowance)
  }

  func asTry(_ outcome: DeliveryTry.Outcome, _ answer: String) -> DeliveryTry {
    DeliveryTry(at: at, duration: duration, outcome: outcome, answer: answer)
  }
}
