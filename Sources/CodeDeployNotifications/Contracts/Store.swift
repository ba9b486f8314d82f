import Foundation

/// Keeps registrations and the ledger of what was found and announced.
///
/// Each call is one atomic step: it happens whole or not at all, also beside other cycles on the
/// same store. Every call throws `StoreFailure`.
public protocol Store: Sendable {
  /// Every registration, by application and scope.
  func registrations() async throws -> [RegistrationRecord]
  /// Puts and removes registrations, all or none. Returns false, and changes nothing, where one of
  /// them is not any more what the change was based on. A removed registration's history stays.
  func change(_ changes: [RegistrationChange]) async throws -> Bool

  /// What the ledger knows of a scope before a cycle asks CodeDeploy.
  func progress(of scope: AWSScope) async throws -> ScopeProgress
  /// Those of these deployments that the ledger knows, by id.
  func deployments(_ ids: [String], in scope: AWSScope) async throws -> [String: DeploymentRecord]
  /// Stores what a cycle found: deployments, events and their notifications, and where the
  /// listing was complete the mark; all or nothing. Notifications that the ledger holds already
  /// stay as they are. Returns the keys that are new, or newly in line.
  func record(_ finding: Finding) async throws -> Set<NotificationKey>

  /// Claims what is due, oldest first, for one sender until a time: what is pending with its
  /// time come, and what another's claim ran out on. Within one deployment and channel only the
  /// earliest that isn't settled is due.
  func claim(_ request: ClaimRequest) async throws -> [ClaimedNotification]
  /// Records how a claimed notification ended. Returns false, and changes nothing, where the
  /// claim had run out and another has it.
  func settle(_ claimed: ClaimedNotification, _ outcome: DeliveryOutcome) async throws -> Bool
  /// How many notifications wait, claimed ones included.
  func waiting(_ filter: NotificationFilter) async throws -> Int
  /// Puts what failed, or expired before it was seen, back in line. Returns the ids that are now in
  /// line; the others of `selection` aren't there or in no such state.
  func retry(_ selection: RetrySelection, now: Date) async throws -> Set<String>
  /// Forgets up to `limit` deployments, with all that hangs on them, that ended or were last seen
  /// before a time and of which nothing waits. Returns how many.
  func prune(before: Date, limit: Int) async throws -> Int
  /// Deployments seen and where their notifications stand, newest first.
  func history(_ query: HistoryQuery) async throws -> [HistoryEntry]
}

/// One step of a change to the registrations.
public enum RegistrationChange: Sendable {
  /// Stores a record in the place of what was read, `nil` where there was none.
  case put(RegistrationRecord, over: RegistrationRecord?)
  case remove(RegistrationRecord)
}

/// How far a scope was read.
public struct ScopeProgress: Sendable, Hashable {
  /// When the last complete listing began; `nil` before the first.
  public var mark: Date?
  /// The deployments of registered applications that had not ended when last read, and those
  /// listed but never read.
  public var open: [DeploymentRecord]

  public init(mark: Date? = nil, open: [DeploymentRecord] = []) {
    self.mark = mark
    self.open = open
  }
}

/// What one cycle found in one scope.
public struct Finding: Sendable {
  public var scope: AWSScope
  /// When it was found.
  public var at: Date
  /// The deployments read, as they stand now.
  public var deployments: [Deployment]
  /// Ids that were listed and couldn't be read, to be asked for again.
  public var unread: [String]
  public var events: [PlannedEvent]
  /// The new mark; `nil` where the listing wasn't complete.
  public var mark: Date?
  /// Channels whose first look back is done with this finding.
  public var settled: [SettledChannel]

  public init(
    scope: AWSScope, at: Date, deployments: [Deployment] = [], unread: [String] = [],
    events: [PlannedEvent] = [], mark: Date? = nil,
    settled: [SettledChannel] = []
  ) {
    self.scope = scope
    self.at = at
    self.deployments = deployments
    self.unread = unread
    self.events = events
    self.mark = mark
    self.settled = settled
  }

  /// Whether storing it would change nothing but the mark.
  public var isQuiet: Bool {
    deployments.isEmpty && unread.isEmpty && events.isEmpty && settled.isEmpty
  }
}

/// A channel that was looked back for. Its baseline is named too: one that was moved back meanwhile
/// still has to be looked back for.
public struct SettledChannel: Sendable, Hashable {
  public var identity: Registration.Identity
  public var channel: String
  public var since: Date

  public init(identity: Registration.Identity, channel: String, since: Date) {
    self.identity = identity
    self.channel = channel
    self.since = since
  }
}

/// Who may claim, what and for how long.
public struct ClaimRequest: Sendable {
  /// Tells this sender's claims from others'.
  public var token: String
  public var now: Date
  public var until: Date
  public var filter: NotificationFilter
  public var limit: Int

  public init(
    token: String, now: Date, until: Date, filter: NotificationFilter = .all, limit: Int
  ) {
    self.token = token
    self.now = now
    self.until = until
    self.filter = filter
    self.limit = limit
  }
}

/// Which notifications are meant; an empty set doesn't narrow.
public struct NotificationFilter: Sendable, Hashable {
  public var applications: Set<String>
  public var deployments: Set<String>

  public init(applications: Set<String> = [], deployments: Set<String> = []) {
    self.applications = applications
    self.deployments = deployments
  }

  public static let all = Self()
}

/// A notification in the hands of one sender.
public struct ClaimedNotification: Sendable {
  public var key: NotificationKey
  public var token: String
  /// The facts as they were when the event was seen, with the idempotency key.
  public var notification: DeploymentNotification
  /// Attempts made in earlier cycles.
  public var attempts: Int
  /// Cycles that tried and failed so far.
  public var failedCycles: Int
  /// When the first attempt was made; `nil` before it.
  public var firstAttemptAt: Date?

  public init(
    key: NotificationKey, token: String, notification: DeploymentNotification, attempts: Int,
    failedCycles: Int, firstAttemptAt: Date?
  ) {
    self.key = key
    self.token = token
    self.notification = notification
    self.attempts = attempts
    self.failedCycles = failedCycles
    self.firstAttemptAt = firstAttemptAt
  }
}

/// How one cycle's handling of a notification ended.
public struct DeliveryOutcome: Sendable, Hashable {
  public enum Result: Sendable, Hashable {
    case sent
    /// Back in line, not before that time.
    case retry(at: Date)
    case failed
    case skipped(SkipReason)
    /// Not tried: back in line as it was.
    case released
  }

  public var result: Result
  /// The provider's answer, or why it wasn't sent.
  public var reason: String
  /// Attempts made in this cycle.
  public var attempts: Int
  public var at: Date

  public init(_ result: Result, reason: String, attempts: Int, at: Date) {
    self.result = result
    self.reason = reason
    self.attempts = attempts
    self.at = at
  }
}

/// Which notifications are put back in line.
public enum RetrySelection: Sendable, Hashable {
  case ids(Set<String>)
  /// All, or all of these applications.
  case all(applications: Set<String>)
}

/// Which part of the history is asked for.
public struct HistoryQuery: Sendable {
  public var filter: NotificationFilter
  /// Only deployments created at or after this time.
  public var since: Date?

  public init(filter: NotificationFilter = .all, since: Date? = nil) {
    self.filter = filter
    self.since = since
  }
}

/// One deployment's history.
public struct HistoryEntry: Sendable {
  public var deployment: Deployment
  public var region: String
  public var notifications: [Line]

  /// One notification of it.
  public struct Line: Sendable {
    public var id: String
    public var channel: String
    public var event: DeploymentEvent
    public var state: NotificationState
    public var reason: String?
    public var attempts: Int
    public var nextAttemptAt: Date?
    public var sentAt: Date?

    public init(
      id: String, channel: String, event: DeploymentEvent, state: NotificationState,
      reason: String?, attempts: Int, nextAttemptAt: Date?, sentAt: Date?
    ) {
      self.id = id
      self.channel = channel
      self.event = event
      self.state = state
      self.reason = reason
      self.attempts = attempts
      self.nextAttemptAt = nextAttemptAt
      self.sentAt = sentAt
    }
  }

  public init(deployment: Deployment, region: String, notifications: [Line]) {
    self.deployment = deployment
    self.region = region
    self.notifications = notifications
  }
}

/// The store can't do what it is there for.
public struct StoreFailure: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable, Hashable {
    /// The store's file can't be read or written.
    case unusable
    /// The store's server can't be reached, throttles, denies, or its answers make no sense.
    case unreachable
  }

  public var kind: Kind
  /// A sentence that names the store and what to do.
  public var description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
