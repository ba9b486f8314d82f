import ChannelKit
import CodeDeployNotifications
import Foundation

/// Which recipients of a mail are done, where some couldn't be reached yet. It is kept between
/// attempts, so that the others don't get the mail again.
struct MailProgress: Codable, Equatable, Sendable {
  /// The notification's id: a note on another notification doesn't count.
  var id: String
  /// The recipients who have the mail.
  var sent: [String] = []
  /// The recipients who were refused for good, with the server's reply.
  var refused: [String: String] = [:]

  init(id: String) { self.id = id }

  /// The progress kept for this notification, or none yet.
  static func recall(
    _ notification: DeploymentNotification, from memory: ChannelMemory
  ) async throws -> MailProgress {
    let progress = try await memory.note(Self.self, of: notification.deploymentID)
    guard let progress, progress.id == notification.id else { return Self(id: notification.id) }
    return progress
  }

  func keep(for notification: DeploymentNotification, in memory: ChannelMemory) async throws {
    // As these notes have been stored from the beginning: a slash is escaped.
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try await memory.keep(self, of: notification.deploymentID, by: encoder)
  }

  /// Whether the same recipients are done.
  func isAlike(_ other: Self) -> Bool {
    Set(sent) == Set(other.sent) && Set(refused.keys) == Set(other.refused.keys)
  }

  /// Whether an attempt still has to be made for this address.
  func isOpen(_ address: String) -> Bool { !sent.contains(address) && refused[address] == nil }
}
