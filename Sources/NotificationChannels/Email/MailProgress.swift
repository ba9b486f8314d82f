import CodeDeployNotifications
import Foundation

/// How far a mail with several recipients has come, when some of them couldn't have it yet. It is
/// kept between attempts, so that those who have it don't get it again.
struct MailProgress: Codable, Equatable, Sendable {
  /// The notification's id: what was kept for another one doesn't count.
  var id: String
  /// Who has it.
  var sent: [String] = []
  /// Who never will, and the server's word on that.
  var refused: [String: String] = [:]

  init(id: String) { self.id = id }

  /// What was kept of this notification, or a fresh start.
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

  /// Whether the same recipients are settled.
  func isAlike(_ other: Self) -> Bool {
    Set(sent) == Set(other.sent) && Set(refused.keys) == Set(other.refused.keys)
  }

  /// Whether an attempt still has to be made for this address.
  func isOpen(_ address: String) -> Bool { !sent.contains(address) && refused[address] == nil }
}
