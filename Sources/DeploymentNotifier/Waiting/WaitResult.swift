import CodeDeployNotifications

/// The result of waiting for deployments.
public struct WaitResult: Sendable {
  /// A deployment and where it was found.
  public struct Found: Sendable {
    package var access: ScopeAccess
    /// The deployment, as it was last read.
    public var deployment: Deployment

    /// The scope in which it was found.
    public var scope: AWSScope { access.scope }
  }

  /// The deployments that were found, in the order in which they were named. Some may still be in
  /// flight if the time was up.
  public var found: [Found] = []
  /// The ids that no scope knows.
  public var unknown: [String] = []
  /// The ids that are neither found nor known to be missing, because AWS didn't answer.
  public var unanswered: [String] = []
  /// AWS's last failure, unless it has answered since.
  public var failure: AWSFailure?
  /// Whether the waiting task was cancelled.
  public var wasStopped = false

  /// Whether every deployment that exists has ended.
  public var hasEnded: Bool { found.allSatisfy(\.deployment.status.isFinal) && unanswered.isEmpty }
}
