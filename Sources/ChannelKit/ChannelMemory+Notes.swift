import CodeDeployNotifications
import Foundation

/// Notes that are values, as JSON.
extension ChannelMemory {
  /// The channel's last note on a deployment; `nil` where there is none, or one that can't be read
  /// as `type`, such as another version's.
  ///
  /// - Parameter deploymentID: CodeDeploy's id.
  ///
  /// Throws `StoreFailure` where the store can't be read.
  public func note<Note: Decodable>(
    _ type: Note.Type = Note.self, of deploymentID: String
  ) async throws -> Note? {
    guard let text = try await recall(deploymentID) else { return nil }
    return try? JSONCoding.decoder().decode(type, from: Data(text.utf8))
  }

  /// Stores a note on a deployment, replacing an earlier one, before it returns. It is stored even
  /// if the attempt's time is just up, because the provider has done what it is about.
  ///
  /// Stored notes outlive a version of the channel: properties that are added later must be
  /// optional.
  ///
  /// - Parameters:
  ///   - note: A value; its JSON has sorted keys, and times in ISO 8601.
  ///   - deploymentID: CodeDeploy's id.
  ///
  /// Throws the encoder's error, or `StoreFailure` where the store can't be written.
  public func keep(_ note: some Encodable, of deploymentID: String) async throws {
    try await keep(note, of: deploymentID, by: JSONCoding.encoder())
  }

  package func keep(
    _ note: some Encodable, of deploymentID: String, by encoder: JSONEncoder
  ) async throws {
    let text = String(decoding: try encoder.encode(note), as: UTF8.self)
    try await uncancelled { [self] in try await keep(text, deploymentID) }
  }
}
