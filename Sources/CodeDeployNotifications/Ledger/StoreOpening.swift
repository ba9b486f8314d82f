import Foundation

/// What a cycle begins with.
public struct Opening: Sendable {
  /// Every registration, by application and scope.
  public var registrations: [RegistrationRecord]
  /// Those that can't be read.
  public var unreadable: [UnreadableRegistration] = []
  /// How far each scope was read, where the ledger knows it.
  public var progress: [AWSScope: ScopeProgress]
  /// Every mute that is remembered.
  public var mutes: [Mute] = []
  /// How many notifications wait, claimed ones included.
  public var waiting: Int
  /// Whether a claim would find any.
  public var isAnythingDue: Bool

  public init(
    registrations: [RegistrationRecord] = [], progress: [AWSScope: ScopeProgress] = [:],
    waiting: Int = 0, isAnythingDue: Bool = false
  ) {
    self.registrations = registrations
    self.progress = progress
    self.waiting = waiting
    self.isAnythingDue = isAnythingDue
  }
}

/// How far a scope was read.
public struct ScopeProgress: Sendable, Hashable {
  /// When the last complete listing began; `nil` before the first.
  public var mark: Date?
  /// The deployments of registered applications that had not ended when last read, and those
  /// listed but never read. What was recorded as foreign comes in when a listing brings it up.
  public var open: [DeploymentRecord]
  /// Some of the deployments that the last listing brought up and that the ledger knows to have
  /// ended: whoever only looks for what is new needs not look them up. A store for which looking up
  /// is cheap tells none.
  public var ended: Set<String>
  /// When IAM last refused to list the whole account.
  public var deniedAt: Date?
  /// The id of the AWS account, where AWS was asked for it.
  public var accountID: String?

  public init(
    mark: Date? = nil, open: [DeploymentRecord] = [], ended: Set<String> = [],
    deniedAt: Date? = nil, accountID: String? = nil
  ) {
    self.mark = mark
    self.open = open
    self.ended = ended
    self.deniedAt = deniedAt
    self.accountID = accountID
  }
}
