/// When notifications for a channel go as a digest, and which ones go together.
struct DigestRule: Sendable, Hashable {
  /// What notifications in one digest have in common. Channels of several registrations with the
  /// same settings are one place: after an outage a team gets one message, and not one for each
  /// application.
  struct Place: Sendable, Hashable {
    var type: String
    /// Used for comparison only, and never shown.
    var settings: [String: [String]]
    /// Set where the message or the value of a setting depends on it.
    var access: ScopeAccess?
  }

  var place: Place
  /// Digests are used for more than this many in a cycle.
  var above: Int
  /// The most that one message takes.
  var size: Int

  /// - Returns: `nil` where every notification goes by itself.
  init?(
    _ channel: ChannelConfiguration, of registration: Registration, _ type: (any Channel.Type)?
  ) {
    guard let form = type?.digest,
      let above = channel.settings[DigestForm.setting.name]?.first.flatMap({ Int($0) })
    else { return nil }
    self.above = above
    size = form.size
    place = Place(type: channel.type, settings: channel.settings)
    let dependsOnScope = channel.settings.values.joined().contains(where: SettingReference.isInAWS)
    if form.usesAWS || dependsOnScope { place.access = registration.access }
  }

  /// Whether notifications for its place may come from one of these scopes.
  func concerns(anyOf scopes: Set<AWSScope>) -> Bool {
    place.access.map { scopes.contains($0.scope) } ?? !scopes.isEmpty
  }

  /// How many notifications go into each message: as few messages as possible, and none with a
  /// single notification if another message can spare one.
  static func sizes(of count: Int, each size: Int) -> [Int] {
    guard count > 0 else { return [] }
    let messages = (count + size - 1) / size
    return (0..<messages).map { count / messages + ($0 < count % messages ? 1 : 0) }
  }
}
