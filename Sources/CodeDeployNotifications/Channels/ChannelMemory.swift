/// One channel's notes on deployments, such as where the provider put the first message. They
/// outlive the cycle, and all hosts on the store share them.
public struct ChannelMemory: Sendable {
  /// Returns the channel's last note on a deployment, by the deployment's id; `nil` where there is
  /// none. Throws `StoreFailure`.
  public var recall: @Sendable (_ deploymentID: String) async throws -> String?
  /// Stores a note, replacing an earlier one, before it returns: a message that is sent in several
  /// steps can continue after the last step that was noted.
  /// Throws `StoreFailure`.
  public var keep: @Sendable (_ note: String, _ deploymentID: String) async throws -> Void

  /// - Parameters:
  ///   - recall: Returns the last note on a deployment. Throws `StoreFailure`.
  ///   - keep: Stores a note on a deployment. Throws `StoreFailure`.
  public init(
    recall: @escaping @Sendable (_ deploymentID: String) async throws -> String?,
    keep: @escaping @Sendable (_ note: String, _ deploymentID: String) async throws -> Void
  ) {
    self.recall = recall
    self.keep = keep
  }

  /// Stores nothing.
  public static let none = Self(recall: { _ in nil }, keep: { _, _ in })
}
