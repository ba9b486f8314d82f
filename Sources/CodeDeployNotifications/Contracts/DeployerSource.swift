/// Finds out who pushed a deployment whose description doesn't say.
///
/// A struct of one closure, so that sources can be put one after the other.
public struct DeployerSource: Sendable {
  /// Returns `nil` where this source doesn't know. Throws `DeliveryFailure` where it may know
  /// later, or `CancellationError` when the calling task is cancelled.
  public var find:
    @Sendable (DeploymentNotification, AWSScope, _ externalID: String?) async throws ->
      FoundDeployer?

  public init(
    find:
      @escaping @Sendable (DeploymentNotification, AWSScope, _ externalID: String?) async throws
      -> FoundDeployer?
  ) {
    self.find = find
  }

  /// Knows nobody.
  public static let none = Self { _, _, _ in nil }

  /// The first that knows.
  public static func first(of sources: [DeployerSource]) -> Self {
    Self { notification, scope, externalID in
      for source in sources {
        if let found = try await source.find(notification, scope, externalID) { return found }
      }
      return nil
    }
  }
}

/// A person or role that pushed a deployment.
public struct FoundDeployer: Sendable, Hashable {
  public var deployer: DeploymentNotification.Deployer
  /// Everything it is called, the most precise first: an ARN, a user's or session's name, a login.
  /// A registration's `deployers` can map any of them.
  public var identities: [String]

  public init(deployer: DeploymentNotification.Deployer, identities: [String]) {
    self.deployer = deployer
    self.identities = identities
  }

  /// The address to write to: what `deployers` says of one of its names, else its own.
  public func address(by deployers: [String: String]) -> String? {
    for name in identities + [deployer.email, deployer.name].compactMap({ $0 }) {
      if let address = deployers[name] { return address }
    }
    if let email = deployer.email { return email }
    return identities.first { $0.wholeMatch(of: /[^@\s]+@[^@\s]+\.[^@\s]+/) != nil }
  }
}
