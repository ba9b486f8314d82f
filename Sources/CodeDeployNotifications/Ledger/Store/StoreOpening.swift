import Foundation

/// What a cycle begins with.
package struct Opening: Sendable {
  /// The scopes that have a readable registration selected by the filter.
  package var scopes: [ScopeAccess] = []
  /// Scopes that can't be asked, and why: their registrations name no region, and the one that is
  /// to be used instead can't be read.
  package var unreachable: [AWSScope: AWSFailure] = [:]
  /// The registrations that a cycle needs even if it finds nothing new: those with a channel that
  /// isn't backfilled. A store may return more.
  package var registrations: [RegistrationRecord]
  /// Whether these are all registrations, so that none has to be looked up.
  package var hasAllRegistrations = false
  /// Registrations that are known to be unreadable.
  package var unreadable: [UnreadableRegistration] = []
  /// Other rows that opening the store couldn't read.
  package var unreadableRows: [UnreadableRow] = []
  /// How far each scope was read, as far as the ledger knows.
  package var progress: [AWSScope: ScopeProgress]
  /// Every remembered mute, including past ones.
  package var mutes: [Mute] = []
  /// How many notifications are pending, claimed ones included.
  package var pending: Int
  /// Whether a claim would return any notification.
  package var isAnythingDue: Bool

  /// An opening with every registration.
  package init(
    all registrations: [RegistrationRecord], _ filter: NotificationFilter = .all,
    unreadable: [UnreadableRegistration] = []
  ) {
    self.init(registrations: registrations)
    hasAllRegistrations = true
    self.unreadable = unreadable
    let meant = registrations.lazy.map(\.registration).filter {
      filter.applications.isEmpty || filter.applications.contains($0.application)
    }
    scopes = Dictionary(grouping: meant, by: \.scope).map { ScopeAccess($0, for: $1) }
  }

  /// An opening with those registrations that a cycle needs.
  package init(
    registrations: [RegistrationRecord], scopes: [ScopeAccess],
    unreadable: [UnreadableRegistration]
  ) {
    self.init(registrations: registrations)
    self.scopes = scopes
    self.unreadable = unreadable
  }

  package init(
    registrations: [RegistrationRecord] = [], progress: [AWSScope: ScopeProgress] = [:],
    pending: Int = 0, isAnythingDue: Bool = false
  ) {
    self.registrations = registrations
    self.progress = progress
    self.pending = pending
    self.isAnythingDue = isAnythingDue
  }
}

/// How far a scope was read.
package struct ScopeProgress: Sendable, Hashable {
  /// When the last complete listing began; `nil` before the first.
  package var watermark: Date?
  /// The deployments of registered applications that had not ended when last read, and those listed
  /// but never read. Deployments of unregistered applications are not in flight here; a listing
  /// brings them up again.
  package var inFlight: [DeploymentRecord]
  /// Some of the deployments that the last listing brought up and that the ledger knows to have
  /// ended. A cycle that looks only for new ones needn't look these up. A store with cheap look-ups
  /// returns none.
  package var ended: Set<String>
  /// When IAM last denied listing the whole account.
  package var deniedAt: Date?
  /// The id of the AWS account, where AWS was asked for it.
  package var accountID: String?

  package init(
    watermark: Date? = nil, inFlight: [DeploymentRecord] = [], ended: Set<String> = [],
    deniedAt: Date? = nil, accountID: String? = nil
  ) {
    self.watermark = watermark
    self.inFlight = inFlight
    self.ended = ended
    self.deniedAt = deniedAt
    self.accountID = accountID
  }
}

extension Opening {
  /// The id of a scope's account: from the role's ARN, or else as a cycle found it out.
  package func accountID(of scope: AWSScope) -> String? {
    scope.accountID ?? progress[scope]?.accountID
  }
}
