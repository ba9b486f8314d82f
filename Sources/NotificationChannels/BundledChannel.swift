import CodeDeployNotifications

/// A channel that comes with the program. In addition to a `Channel` it has a guide.
package protocol BundledChannel: Channel {
  /// How to set it up and what to expect, for the documentation.
  static var guide: ChannelGuide { get }
}

extension ChannelCatalog {
  /// The guide of a type of channel; `nil` where the type doesn't come with the program.
  package static func guide(of type: any Channel.Type) -> ChannelGuide? {
    (type as? any BundledChannel.Type)?.guide
  }
}

/// The documentation of a type of channel apart from its settings. `docs/channels.md` is generated
/// from it.
package struct ChannelGuide: Sendable {
  /// A SPEC that works once its names are replaced.
  package var example: String
  /// What to do at the provider first, in a sentence or two of Markdown.
  package var preparation: String
  /// What the message looks like there, in a sentence or two of Markdown.
  package var arrival: String
  /// The provider's limits and how the channel keeps within them, a sentence each.
  package var limits: [String]
  /// A picture of the message, a file in `docs/images`; `nil` for none.
  package var picture: String?
}
