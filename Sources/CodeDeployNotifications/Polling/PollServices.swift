import Foundation
import Logging

/// Everything outside that a cycle works with.
package struct PollServices: Sendable {
  package var store: any Store
  /// CodeDeploy as the registrations of a scope reach it.
  package var source: @Sendable (AWSScope, _ externalID: String?) -> DeploymentSource
  package var announcing: AnnouncingServices
  package var clock: CycleClock
  package var logger: Logger

  package init(
    store: any Store,
    source: @escaping @Sendable (AWSScope, _ externalID: String?) -> DeploymentSource,
    announcing: AnnouncingServices, clock: CycleClock, logger: Logger
  ) {
    self.store = store
    self.source = source
    self.announcing = announcing
    self.clock = clock
    self.logger = logger
  }
}

/// What it takes to send one message through a channel.
package struct AnnouncingServices: Sendable {
  package var catalog: ChannelCatalog
  package var http: HTTPClient
  /// AWS with the credentials of a scope.
  package var aws: @Sendable (AWSScope, _ externalID: String?) -> AWSCaller
  package var mail: MailClient
  package var references: ReferenceResolver
  /// What this host lets channels run and read.
  package var permissions: HostPermissions
  /// The environment that programs of channels are looked up in, and get some of.
  package var hostVariables: [String: String] = [:]
  /// Who pushed a deployment, asked by channels that write to that person.
  package var deployers: DeployerSource
  package var now: @Sendable () -> Date
  /// What no text that comes back may show, whatever the channel: of the way to the providers, such
  /// as a proxy's password.
  package var secrets: [Secret] = []
  /// Whether what can't be sent here stays pending for another program on the same store, instead
  /// of failing: types of channel that this one doesn't know, and references that lead nowhere here.
  package var leavesToOthers = false

  package init(
    catalog: ChannelCatalog, http: HTTPClient,
    aws: @escaping @Sendable (AWSScope, _ externalID: String?) -> AWSCaller,
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

/// Time and chance, handed in so that tests decide both.
package struct CycleClock: Sendable {
  /// The time of day, which can jump.
  package var now: @Sendable () -> Date
  /// Time since the cycle began, which can't.
  package var elapsed: @Sendable () -> Duration
  package var sleep: @Sendable (Duration) async throws -> Void
  /// Evenly between 0 and 1.
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

  /// The same, with a cycle that begins now.
  func beginning() -> CycleClock {
    let before = elapsed()
    var clock = self
    clock.elapsed = { [elapsed] in elapsed() - before }
    return clock
  }

  /// The machine's own, starting now.
  package static func system() -> CycleClock {
    let start = ContinuousClock.now
    return CycleClock(
      now: { Date() }, elapsed: { ContinuousClock.now - start },
      sleep: { try await Task.sleep(for: $0) }, random: { Double.random(in: 0..<1) })
  }
}

/// What one cycle is asked to do.
public struct PollOptions: Sendable {
  /// Only these applications; empty for all.
  public var applications: Set<String> = []
  /// Only these deployments; empty for whatever the listing finds.
  public var deployments: Set<String> = []
  /// Looks back that far instead of to the last complete listing.
  public var window: Duration?
  /// Reads, and changes and sends nothing.
  public var isDryRun = false
  /// How long the cycle may take.
  public var deadline: Duration = .seconds(50)
  /// A deployment that ended longer ago is recorded and not announced.
  public var maximumAge: Duration = .seconds(7 * 86_400)
  /// How long after its first attempt a notification is given up.
  public var retryFor: Duration = .seconds(86_400)
  /// How long what was announced is remembered.
  public var retention: Duration = .seconds(90 * 86_400)
  /// Deliveries under way at once.
  public var concurrency = 32

  /// What `cdnotify poll` does without options.
  public init() {}

  /// How long a deployment is remembered after it was last seen: as long as the user wants, and at
  /// the least as long as a listing can bring it up again. A listing looks back by the longest run,
  /// and what is older than the maximum age isn't announced.
  public var effectiveRetention: Duration {
    max(retention, maximumAge, ListingWindow.longestDeployment + ListingWindow.overlap)
  }

  /// Whether the cycle serves all there is, and not only what was named.
  public var isWhole: Bool { applications.isEmpty && deployments.isEmpty }

  /// Whether the cycle serves the registrations of an application.
  func isMeant(_ application: String) -> Bool {
    applications.isEmpty || applications.contains(application)
  }

  package var filter: NotificationFilter {
    NotificationFilter(applications: applications, deployments: deployments)
  }
}
