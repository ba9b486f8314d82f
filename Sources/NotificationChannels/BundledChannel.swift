import CodeDeployNotifications

/// A channel that comes with the program: beside what a channel must be, it has a guide.
package protocol BundledChannel: Channel {
  /// How to set it up and what to expect, for the documentation.
  static var guide: ChannelGuide { get }
}

extension ChannelCatalog {
  /// The guide of a type of channel; `nil` where the type isn't one that comes with the program.
  package static func guide(of type: any Channel.Type) -> ChannelGuide? {
    (type as? any BundledChannel.Type)?.guide
  }
}

/// What the documentation says of a type of channel beside its settings. `docs/channels.md` is made
/// from it.
package struct ChannelGuide: Sendable {
  /// A SPEC that works as it stands but for the names in it.
  package var example: String
  /// What to do at the provider first, in a sentence or two of Markdown.
  package var preparation: String
  /// What arrives there, in a sentence or two of Markdown.
  package var arrival: String
  /// The provider's bounds and what is done about them, a sentence each.
  package var limits: [String]
  /// A picture of what arrives, a file in `docs/images`; `nil` where none can be made.
  package var picture: String?
}
