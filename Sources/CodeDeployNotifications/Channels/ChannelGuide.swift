/// What the documentation says of a type of channel beside its settings. `docs/channels.md` is made
/// from it.
public struct ChannelGuide: Sendable {
  /// A SPEC that works as it stands but for the names in it.
  public var example: String
  /// What to do at the provider first, in a sentence or two of Markdown.
  public var preparation: String
  /// What arrives there, in a sentence or two of Markdown.
  public var arrival: String
  /// The provider's bounds and what is done about them, a sentence each.
  public var limits: [String]
  /// A picture of what arrives, a file in `docs/images`; `nil` where none can be made.
  public var picture: String?

  public init(
    example: String, preparation: String, arrival: String, limits: [String],
    picture: String? = nil
  ) {
    self.example = example
    self.preparation = preparation
    self.arrival = arrival
    self.limits = limits
    self.picture = picture
  }
}
