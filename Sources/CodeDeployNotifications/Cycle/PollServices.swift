import Foundation
import Logging

/// Everything outside that a cycle works with.
public struct PollServices: Sendable {
  public var store: any Store
  public var catalog: ChannelCatalog
  /// CodeDeploy as the registrations of a scope reach it.
  public var source: @Sendable (AWSScope, _ externalID: String?) -> DeploymentSource
  /// Other AWS services with the same credentials.
  public var aws: @Sendable (AWSScope, _ externalID: String?) -> AWSCaller
  public var http: HTTPClient
  public var references: ReferenceResolver
  public var clock: CycleClock
  public var logger: Logger

  public init(
    store: any Store, catalog: ChannelCatalog,
    source: @escaping @Sendable (AWSScope, _ externalID: String?) -> DeploymentSource,
    aws: @escaping @Sendable (AWSScope, _ externalID: String?) -> AWSCaller, http: HTTPClient,
    references: ReferenceResolver, clock: CycleClock, logger: Logger
  ) {
    self.store = store
    self.catalog = catalog
    self.source = source
    self.aws = aws
    self.http = http
    self.references = references
    self.clock = clock
    self.logger = logger
  }
}

/// Time and chance, handed in so that tests decide both.
public struct CycleClock: Sendable {
  /// The time of day, which can jump.
  public var now: @Sendable () -> Date
  /// Time since the cycle began, which can't.
  public var elapsed: @Sendable () -> Duration
  public var sleep: @Sendable (Duration) async throws -> Void
  /// Evenly between 0 and 1.
  public var random: @Sendable () -> Double

  public init(
    now: @escaping @Sendable () -> Date, elapsed: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async throws -> Void,
    random: @escaping @Sendable () -> Double
  ) {
    self.now = now
    self.elapsed = elapsed
    self.sleep = sleep
    self.random = random
  }

  /// The machine's own, starting now.
  public static func system() -> CycleClock {
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
  public var maximumAge: Duration = .seconds(7 * 86_400)
  public var retryFor: Duration = .seconds(86_400)
  /// Deliveries under way at once.
  public var concurrency = 32

  public init() {}

  var filter: NotificationFilter {
    NotificationFilter(applications: applications, deployments: deployments)
  }
}
