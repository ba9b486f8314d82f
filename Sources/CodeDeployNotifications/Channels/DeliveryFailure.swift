/// Why a message wasn't sent, and whether trying again can help.
public struct DeliveryFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// Whether trying again can help.
  public enum Verdict: Sendable, Hashable {
    /// The trouble may pass. Where the provider said so, not before that long.
    case tryAgain(after: Duration?)
    /// The destination accepts no more messages for now, for that long if it says so. That isn't
    /// the message's fault, and doesn't count as an attempt.
    case limited(after: Duration?)
    /// The answer has an unexpected form, so that the message may have been taken or not. A later
    /// cycle tries once more.
    case oddAnswer
    /// The provider won't accept this message as it is.
    case refused
  }

  /// Whether trying again can help, and when.
  public var verdict: Verdict
  /// Whether the provider answered.
  public var isAnswer: Bool
  /// A sentence without secrets.
  public var description: String
  /// Whether somebody else stopped the program that was to deliver it. When a service manager stops
  /// this program, it stops that one with it.
  package var isStop = false

  /// - Parameters:
  ///   - isAnswer: Whether the provider answered.
  ///   - description: A sentence without secrets.
  public init(_ verdict: Verdict, isAnswer: Bool = true, _ description: String) {
    self.verdict = verdict
    self.isAnswer = isAnswer
    self.description = description
  }
}
