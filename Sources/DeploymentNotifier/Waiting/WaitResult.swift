import CodeDeployNotifications

/// What waiting for deployments came to.
public struct WaitResult: Sendable {
  /// A deployment and where it was found.
  public struct Found: Sendable {
    package var place: DeploymentWait.Place
    /// As CodeDeploy last told of it.
    public var deployment: Deployment

    /// Where it was found.
    public var scope: AWSScope { place.scope }
  }

  /// In the order that they were named in, as they were last seen; not all of them have ended where
  /// the time was up.
  public var found: [Found] = []
  /// The ids that nobody knows, where it was looked.
  public var unknown: [String] = []
  /// The ids that were never found, nor known to be nowhere: AWS didn't answer.
  public var unanswered: [String] = []
  /// What AWS last said instead of an answer, unless it has answered since.
  public var failure: AWSFailure?
  /// Whether the waiting task was cancelled.
  public var wasStopped = false

  /// Whether every deployment that there is has ended.
  public var hasEnded: Bool { found.allSatisfy(\.deployment.status.isFinal) && unanswered.isEmpty }
}
