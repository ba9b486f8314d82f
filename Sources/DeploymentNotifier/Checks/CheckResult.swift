import CodeDeployNotifications

/// One thing that a notifier needs, and whether it is as it has to be.
public struct CheckResult: Sendable, CustomStringConvertible {
  /// What kind of thing was looked at.
  public enum Kind: String, Sendable, Hashable {
    /// Whether the store can be used, and what is in it.
    case store
    /// Whose the AWS credentials are.
    case credentials
    /// What they may do in CodeDeploy, and whether the applications are there.
    case codeDeploy = "codedeploy"
    /// Whether they may ask CloudTrail who pushed.
    case cloudTrail = "cloudtrail"
    /// When deployments were last read.
    case listing
    /// Whether a channel's settings and secrets are there.
    case channel
    /// Whether a channel gave notifications up.
    case delivery
  }

  /// What came of it.
  public enum Outcome: String, Sendable, Hashable {
    /// It is as it has to be.
    case ok
    /// Nothing fails by it, and yet it is worth a word.
    case note
    /// Something isn't announced until somebody mends it.
    case failed
  }

  /// What can be done by means that the command and a service have each their own of.
  package enum Remedy: Sendable, Hashable {
    case createTable
    case turnOnTimeToLive
    /// Nothing was read yet.
    case startPolling
    /// Nothing was read for long.
    case lookAtPolling
    /// To make pending again what was given up, once the channel is mended if it isn't yet.
    case retry(application: String, mending: Bool)
    /// Only sending tells whether IAM allows this.
    case send(needing: String)

    fileprivate var description: String {
      switch self {
      case .createTable: "; make it first"
      case .turnOnTimeToLive, .startPolling, .lookAtPolling, .retry(_, false): ""
      case .retry(_, true): ": mend it"
      case .send(let permission): "; whether \(permission) is allowed only sending can tell"
      }
    }
  }

  /// What kind of thing was looked at.
  public var kind: Kind
  /// Which one of its kind: a store, a scope, or an application and its channel.
  public var subject: String
  /// Whether it is as it has to be.
  public var outcome: Outcome
  /// What was found, unless something failed.
  package var finding: String
  package var remedy: Remedy?
  /// What was thrown in the place of an answer, where there is more to say of it.
  package var failure: Failure?

  /// A failure that a service and the command tell of each in its own way.
  package enum Failure: Sendable {
    case aws(AWSFailure)
    case store(StoreFailure)
  }

  init(
    _ kind: Kind, _ subject: String, _ outcome: Outcome, _ finding: String,
    remedy: Remedy? = nil
  ) {
    self.kind = kind
    self.subject = subject
    self.outcome = outcome
    self.finding = finding
    self.remedy = remedy
  }

  init(_ kind: Kind, _ subject: String, failure: any Error) {
    self.init(kind, subject, .failed, "\(failure)")
    switch failure {
    case let failure as AWSFailure: self.failure = .aws(failure)
    case let failure as StoreFailure: self.failure = .store(failure)
    default: break
    }
  }

  /// A sentence without secrets that says what was found, and what to do where something is wrong.
  public var answer: String {
    guard case .aws(let failure) = failure else { return finding + (remedy?.description ?? "") }
    return ([finding, failure.remedyOrAdvice].compactMap { $0 } + failure.places)
      .joined(separator: " ")
  }

  /// Kind, subject, outcome and answer.
  public var description: String { "\(kind.rawValue) \(subject): \(outcome.rawValue), \(answer)" }
}
