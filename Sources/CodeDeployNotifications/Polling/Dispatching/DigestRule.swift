/// When what is due to a channel goes as a digest, and what goes together.
struct DigestRule: Sendable, Hashable {
  /// What leads to one place and may be told of in one message. Channels of several registrations
  /// that are set up alike are one place: after an outage a team reads one message, and not one for
  /// each of its applications.
  struct Place: Sendable, Hashable {
    var type: String
    /// They are compared, and shown nowhere.
    var settings: [String: [String]]
    /// Where what is sent, or what a setting stands for, depends on it.
    var scope: AWSScope?
    var externalID: String?
  }

  var place: Place
  /// More than so many in a cycle.
  var above: Int
  /// How many one message takes.
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
    if form.usesAWS || dependsOnScope {
      place.scope = registration.scope
      place.externalID = registration.externalID
    }
  }

  /// How many notifications go into each of the messages that so many take: as few messages as can
  /// be, and none that has but one where another can spare it.
  static func sizes(of count: Int, each size: Int) -> [Int] {
    guard count > 0 else { return [] }
    let messages = (count + size - 1) / size
    return (0..<messages).map { count / messages + ($0 < count % messages ? 1 : 0) }
  }
}
