import Foundation

/// What a cycle begins with.
package struct Opening: Sendable {
  /// Where anything is registered that the filter lets through and that can be read.
  package var scopes: [RegisteredScope] = []
  /// Registrations that a cycle has to know even when it finds nothing new: those with a channel that
  /// no complete cycle has served yet. A store may tell more of them.
  package var registrations: [RegistrationRecord]
  /// Whether these are all there are, so that none has to be looked up.
  package var hasAllRegistrations = false
  /// Registrations that are known not to be readable.
  package var unreadable: [UnreadableRegistration] = []
  /// How far each scope was read, where the ledger knows it.
  package var progress: [AWSScope: ScopeProgress]
  /// Every mute that is remembered.
  package var mutes: [Mute] = []
  /// How many notifications are pending, claimed ones included.
  package var pending: Int
  /// Whether a claim would find any.
  package var isAnythingDue: Bool

  /// An opening that tells every registration.
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
    scopes = Dictionary(grouping: meant, by: \.scope).map { scope, registrations in
      RegisteredScope(
        scope: scope, externalID: registrations.lazy.compactMap(\.externalID).first)
    }
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

/// A scope in which something is registered.
package struct RegisteredScope: Sendable, Hashable {
  package var scope: AWSScope
  /// The external id that the first of its registrations has, of those that have one.
  package var externalID: String?

  package init(scope: AWSScope, externalID: String? = nil) {
    self.scope = scope
    self.externalID = externalID
  }
}

/// How far a scope was read.
package struct ScopeProgress: Sendable, Hashable {
  /// When the last complete listing began; `nil` before the first.
  package var watermark: Date?
  /// The deployments of registered applications that had not ended when last read, and those
  /// listed but never read. What was recorded as foreign comes in when a listing brings it up.
  package var inFlight: [DeploymentRecord]
  /// Some of the deployments that the last listing brought up and that the ledger knows to have
  /// ended: whoever only looks for what is new needs not look them up. A store for which looking up
  /// is cheap tells none.
  package var ended: Set<String>
  /// When IAM last refused to list the whole account.
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
