/// The form of ids by which a chat's message can mention people.
public struct MentionForm: Sendable {
  /// Examples for sentences: `U024BE7LH (a person), S0614TZR7 (a group), here or channel`.
  public var examples: String
  /// Whether a text is such an id.
  public var isID: @Sendable (String) -> Bool

  /// - Parameters:
  ///   - examples: Examples of ids, for sentences.
  ///   - isID: Whether a text is an id.
  public init(examples: String, isID: @escaping @Sendable (String) -> Bool) {
    self.examples = examples
    self.isID = isID
  }
}

extension DeploymentEvent {
  /// Whether the event is a reason to mention people.
  public var callsPeople: Bool { self == .failed || self == .stopped || rawValue == "overdue" }
}
