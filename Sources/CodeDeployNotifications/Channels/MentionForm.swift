/// How a chat writes the ids of those whom a message can call.
public struct MentionForm: Sendable {
  /// What they look like, for sentences: `U024BE7LH (a person), S0614TZR7 (a group), here or channel`.
  public var examples: String
  /// Whether a text is such an id.
  public var isID: @Sendable (String) -> Bool

  /// - Parameters:
  ///   - examples: What ids look like, for sentences.
  ///   - isID: Whether a text is one.
  public init(examples: String, isID: @escaping @Sendable (String) -> Bool) {
    self.examples = examples
    self.isID = isID
  }
}

extension DeploymentEvent {
  /// Whether somebody may be called because of it.
  public var callsPeople: Bool { self == .failed || self == .stopped || rawValue == "overdue" }
}
