import Foundation
import Logging

/// Everything external that a cycle uses.
package struct PollServices: Sendable {
  package var store: any Store
  /// CodeDeploy with the credentials of a scope's registrations.
  package var source: @Sendable (ScopeAccess) -> DeploymentSource
  package var announcing: AnnouncingServices
  package var clock: CycleClock
  package var logger: Logger

  package init(
    store: any Store,
    source: @escaping @Sendable (ScopeAccess) -> DeploymentSource,
    announcing: AnnouncingServices, clock: CycleClock, logger: Logger
  ) {
    self.store = store
    self.source = source
    self.announcing = announcing
    self.clock = clock
    self.logger = logger
  }
}

/// Everything that sending a message through a channel uses.
package struct AnnouncingServices: Sendable {
  package var catalog: ChannelCatalog
  package var http: HTTPClient
  /// AWS with the credentials of a scope.
  package var aws: @Sendable (ScopeAccess) -> AWSCaller
  package var mail: MailClient
  package var references: ReferenceResolver
  /// What this host lets channels run and read.
  package var permissions: HostPermissions
  /// The environment that programs of channels are looked up in, and get some of.
  package var hostVariables: [String: String] = [:]
  /// Finds who pushed a deployment, for channels that write to that person.
  package var deployers: DeployerSource
  /// Begins the time that a message's look-ups of whom to mention have.
  package var lookUpLimit: @Sendable (_ timeout: Duration) -> LookUpLimit = {
    .from(timeout: $0)
  }
  package var now: @Sendable () -> Date
  /// Secrets that belong to no channel and that no returned text may show, such as a proxy's
  /// password.
  package var secrets: [Secret] = []
  /// Whether a notification that can't be sent here stays pending for another program on the same
  /// store, instead of failing. That concerns unknown types of channels, and references that can't
  /// be resolved here.
  package var leavesToOthers = false

  package init(
    catalog: ChannelCatalog, http: HTTPClient,
    aws: @escaping @Sendable (ScopeAccess) -> AWSCaller,
    mail: MailClient = .none,
    references: ReferenceResolver, permissions: HostPermissions = .all,
    deployers: DeployerSource = .none,
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.catalog = catalog
    self.http = http
    self.aws = aws
    self.mail = mail
    self.references = references
    self.permissions = permissions
    self.deployers = deployers
    self.now = now
  }
}

/// Time and randomness, passed in so that tests control both.
package struct CycleClock: Sendable {
  /// The time of day, which can jump.
  package var now: @Sendable () -> Date
  /// Time since the cycle began, by a clock that never jumps.
  package var elapsed: @Sendable () -> Duration
  package var sleep: @Sendable (Duration) async throws -> Void
  /// A random number from 0 to 1, uniformly distributed.
  package var random: @Sendable () -> Double

  package init(
    now: @escaping @Sendable () -> Date, elapsed: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async throws -> Void,
    random: @escaping @Sendable () -> Double
  ) {
    self.now = now
    self.elapsed = elapsed
    self.sleep = sleep
    self.random = random
  }

  /// The same clock for a cycle that begins now.
  func beginning() -> CycleClock {
    let before = elapsed()
    var clock = self
    clock.elapsed = { [elapsed] in elapsed() - before }
    return clock
  }

  /// The machine's own clocks, starting now.
  package static func system() -> CycleClock {
    let start = ContinuousClock.now
    return CycleClock(
      now: { Date() }, elapsed: { ContinuousClock.now - start },
      sleep: { try await Task.sleep(for: $0) }, random: { Double.random(in: 0..<1) })
  }
}

/// What one cycle has to do.
public struct PollOptions: Sendable {
  /// The applications to serve; empty for all.
  public var applications: Set<String> = []
  /// The deployments to announce, by id; empty for all that the listing finds.
  public var deployments: Set<String> = []
  /// How far to look back, instead of to the last complete listing.
  public var window: Duration?
  /// Whether the cycle only reads: it changes nothing and sends nothing.
  public var isDryRun = false
  /// How long the cycle may take.
  public var deadline: Duration = .seconds(50)
  /// A deployment that ended longer ago than this is recorded and not announced.
  public var maximumAge: Duration = .seconds(7 * 86_400)
  /// A notification is given up this long after its first attempt.
  public var retryFor: Duration = .seconds(86_400)
  /// How long what was announced is remembered.
  public var retention: Duration = .seconds(90 * 86_400)
  /// How many deliveries may run at once, at most; fewer where the process may not have enough files
  /// open for that.
  public var concurrency = 32

  /// The options of `cdnotify poll` without arguments.
  public init() {}

  /// How long a deployment is remembered after it was last seen: `retention`, but at least as long
  /// as a listing can bring it up again. A listing looks back by the longest run, and what is older
  /// than the maximum age isn't announced.
  public var effectiveRetention: Duration {
    max(retention, maximumAge, ListingWindow.longestDeployment + ListingWindow.overlap)
  }

  /// Whether the cycle serves everything, and not only what was named.
  public var isWhole: Bool { applications.isEmpty && deployments.isEmpty }

  /// Whether the cycle serves the registrations of an application.
  func isMeant(_ application: String) -> Bool {
    applications.isEmpty || applications.contains(application)
  }

  package var filter: NotificationFilter {
    NotificationFilter(applications: applications, deployments: deployments)
  }
}
