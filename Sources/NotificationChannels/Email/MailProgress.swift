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
    let note = try await memory.recall(notification.deploymentID)
    let progress = note.flatMap { try? JSONDecoder().decode(Self.self, from: Data($0.utf8)) }
    guard let progress, progress.id == notification.id else { return Self(id: notification.id) }
    return progress
  }

  func keep(for notification: DeploymentNotification, in memory: ChannelMemory) async throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let note = String(decoding: try encoder.encode(self), as: UTF8.self)
    try await memory.keep(note, notification.deploymentID)
  }

  /// Whether the same recipients are done.
  func isAlike(_ other: Self) -> Bool {
    Set(sent) == Set(other.sent) && Set(refused.keys) == Set(other.refused.keys)
  }

  /// Whether an attempt still has to be made for this address.
  func isOpen(_ address: String) -> Bool { !sent.contains(address) && refused[address] == nil }
}
