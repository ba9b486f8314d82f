import Foundation

/// A span of time in which an application, or one channel of it, announces nothing.
package struct Mute: Sendable, Hashable, Codable {
  package var identity: Registration.Identity
  /// The channel's name; `nil` for all of the application's.
  package var channel: String?
  package var since: Date
  package var until: Date

  package init(
    identity: Registration.Identity, channel: String? = nil, since: Date, until: Date
  ) {
    self.identity = identity
    self.channel = channel
    self.since = since
    self.until = until
  }

  /// Whether it applies to a channel at a time.
  package func covers(
    _ channel: String, of identity: Registration.Identity, at date: Date
  ) -> Bool {
    identity == self.identity && self.channel ?? channel == channel && since <= date
      && date < until
  }

  package func isActive(at date: Date) -> Bool { since <= date && date < until }

  /// The same span by a clock that is ahead by `seconds`.
  func shifted(by seconds: TimeInterval) -> Self {
    var shifted = self
    shifted.since += seconds
    shifted.until += seconds
    return shifted
  }

  /// The mutes to store so that all of these channels are muted until a time. A channel that is
  /// muted already keeps the beginning of its mute.
  package static func muting(
    _ channels: [String?], of identity: Registration.Identity, from now: Date, until: Date,
    over known: [Mute]
  ) -> [Mute] {
    channels.map { channel in
      let active = known.first {
        $0.identity == identity && $0.channel == channel && $0.isActive(at: now)
      }
      return Mute(identity: identity, channel: channel, since: active?.since ?? now, until: until)
    }
  }

  /// The mutes to store so that none of these is active any longer.
  package static func ending(_ mutes: [Mute], at now: Date) -> [Mute] {
    mutes.filter { $0.isActive(at: now) }.map { mute in
      var ended = mute
      ended.until = now
      return ended
    }
  }
}
