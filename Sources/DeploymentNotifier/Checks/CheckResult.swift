import CodeDeployNotifications

/// One thing that a notifier needs, and whether it is in order.
public struct CheckResult: Sendable, CustomStringConvertible {
  /// What was checked.
  public enum Kind: String, Sendable, Hashable {
    /// Whether the store can be used, and what it contains.
    case store
    /// Whose AWS credentials are used.
    case credentials
    /// What they may do in CodeDeploy, and whether the applications exist.
    case codeDeploy = "codedeploy"
    /// Whether they may ask CloudTrail who pushed.
    case cloudTrail = "cloudtrail"
    /// When deployments were last read.
    case listing
    /// Whether a channel's settings and secrets can be resolved.
    case channel
    /// Whether a channel's notifications were given up.
    case delivery
  }

  /// The result of a check.
  public enum Outcome: String, Sendable, Hashable {
    /// It is in order.
    case ok
    /// Nothing fails because of it, but it is worth knowing.
    case note
    /// Something isn't announced until somebody fixes it.
    case failed
  }

  /// A remedy that the command and an embedding service word differently.
  package enum Remedy: Sendable, Hashable {
    case createTable
    case turnOnTimeToLive
    /// Start polling: nothing was read yet.
    case startPolling
    /// Look why polling stopped: nothing was read for long.
    case lookAtPolling
    /// Make failed notifications pending again; with `mending`, after fixing the channel.
    case retry(application: String, mending: Bool)
    /// Send a test: nothing else shows whether the channel can be reached or, where it has a
    /// permission of IAM's, whether that is allowed.
    case send(needing: String?)

    fileprivate var description: String {
      switch self {
      case .createTable: "; create it first"
      case .turnOnTimeToLive, .startPolling, .lookAtPolling, .retry(_, false): ""
      case .retry(_, true): ": fix the channel"
      case .send(let permission): "; only sending shows whether \(Self.question(permission))"
      }
    }

    /// What only sending answers.
    package static func question(_ permission: String?) -> String {
      permission.map { "\($0) is allowed" } ?? "it can be reached"
    }
  }

  /// What was checked.
  public var kind: Kind
  /// Which one it was: a store, a scope, or an application and its channel.
  public var subject: String
  /// Whether it is in order.
  public var outcome: Outcome
  /// What was found, unless an error was thrown.
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

  /// A sentence without secrets that says what was found and, if something is wrong, what to do.
  public var answer: String {
    guard case .aws(let failure) = failure else { return finding + (remedy?.description ?? "") }
    return ([finding, failure.advice].compactMap { $0 } + failure.places)
      .joined(separator: " ")
  }

  /// The kind, the subject, the outcome and the answer.
  public var description: String { "\(kind.rawValue) \(subject): \(outcome.rawValue), \(answer)" }
}
