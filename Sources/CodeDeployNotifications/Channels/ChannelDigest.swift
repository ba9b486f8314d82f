import Crypto
import Foundation

/// Many notifications for one message, in the order of their events.
public struct ChannelDigest: Sendable {
  /// One of the notifications.
  public struct Part: Sendable {
    /// The facts, free of control characters. The headline says how late it is.
    public var notification: DeploymentNotification
    /// The services for this part: its notes, and who pushed it.
    public var services: ChannelServices

    /// Creates a part of a notification and its services.
    public init(_ notification: DeploymentNotification, services: ChannelServices) {
      self.notification = notification
      self.services = services
    }
  }

  /// The notifications.
  public var parts: [Part]

  /// Creates a digest of notifications, which have to be in the order of their events.
  public init(_ parts: [Part]) { self.parts = parts }

  /// The idempotency key: the same notifications have the same one.
  public var id: String {
    var hash = SHA256()
    for id in parts.map(\.notification.id).sorted() { hash.update(data: Data("\(id)\n".utf8)) }
    return "cdn_" + hash.finalize().prefix(16).hex
  }
}

/// What a type of channel can put into a digest.
public struct DigestForm: Sendable {
  /// How many notifications one message can hold, however long their texts are.
  public var size: Int
  /// Whether it sends with the credentials of the registration's scope.
  public var usesAWS: Bool

  /// The setting that enables digests, for more due notifications than this in one cycle.
  public static let setting = ChannelSetting(
    "digest_above", .integer(1...1000), references: false,
    "If more than this many are due in one cycle, one message lists them all; off unless set")

  /// - Parameters:
  ///   - size: How many notifications one message can hold.
  ///   - usesAWS: Whether it sends with the credentials of the registration's scope.
  public init(size: Int, usesAWS: Bool = false) {
    self.size = size
    self.usesAWS = usesAWS
  }
}
