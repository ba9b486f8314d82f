import Crypto
import Foundation

/// Many notifications that a channel tells of in one message, in the order of their events.
public struct ChannelDigest: Sendable {
  /// One of the notifications.
  public struct Part: Sendable {
    /// The facts, free of control characters. Its headline says how late it is told.
    public var notification: DeploymentNotification
    /// What the channel may use on this part's behalf: its memory, and who pushed it.
    public var services: ChannelServices

    /// Takes a notification and what may be used on its behalf.
    public init(_ notification: DeploymentNotification, services: ChannelServices) {
      self.notification = notification
      self.services = services
    }
  }

  /// The notifications.
  public var parts: [Part]

  /// Takes the notifications in the order of their events.
  public init(_ parts: [Part]) { self.parts = parts }

  /// The idempotency key: the same for the same notifications.
  public var id: String {
    var hash = SHA256()
    for id in parts.map(\.notification.id).sorted() { hash.update(data: Data("\(id)\n".utf8)) }
    return "cdn_" + hash.finalize().prefix(16).hex
  }
}

/// What a type of channel can put into a digest.
public struct DigestForm: Sendable {
  /// How many notifications one message can name, whatever their texts are.
  public var size: Int
  /// Whether it sends with the credentials of the registration's scope.
  public var usesAWS: Bool

  /// The setting that asks for digests: more due than this many in one cycle.
  public static let setting = ChannelSetting(
    "digest_above", .integer(1...1000), references: false,
    "When more than this many are due in one cycle, one message names them all; off unless set")

  /// - Parameters:
  ///   - size: How many notifications one message can name.
  ///   - usesAWS: Whether it sends with the credentials of the registration's scope.
  public init(size: Int, usesAWS: Bool = false) {
    self.size = size
    self.usesAWS = usesAWS
  }
}
