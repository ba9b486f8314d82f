import CodeDeployNotifications
import Foundation
import Synchronization

/// Who called `CreateDeployment`, according to CloudTrail. Events appear there some minutes late,
/// and CloudTrail allows two look-ups a second in an account and region.
/// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
package final class CloudTrail: Sendable {
  /// The range of one look-up: it finds all deployments that were created in these minutes.
  private struct Span: Hashable {
    /// An account and region, as far as they can be told apart here.
    var access: ScopeAccess
    var number: Int

    static let length = 300.0
    /// In seconds. An event's time has whole seconds, and may differ a little from the
    /// deployment's.
    static let margin = 60.0

    init(_ access: ScopeAccess, around date: Date) {
      self.access = access
      number = Int((date.timeIntervalSince1970 / Self.length).rounded(.down))
    }

    var start: Double { Double(number) * Self.length - Self.margin }
    var end: Double { Double(number + 1) * Self.length + Self.margin }
  }

  private let caller: @Sendable (ScopeAccess) -> AWSCaller
  private let environment: AWSEnvironment
  private let limiter: RateLimiter
  private let reads: SharedReads<Span, [String: FoundDeployer]>
  private let denied = Mutex<[ScopeAccess: Date]>([:])

  /// How long results and denials are remembered, in seconds: about a cycle.
  private static let memory: TimeInterval = 120
  /// How long a channel waits before it asks again for an event that isn't there yet.
  private static let wait: Duration = .seconds(180)
  /// With 50 events a page, far more than some minutes' calls of `CreateDeployment` fill.
  private static let maximumPages = 10

  package init(
    environment: AWSEnvironment,
    caller: @escaping @Sendable (ScopeAccess) -> AWSCaller
  ) {
    self.environment = environment
    self.caller = caller
    limiter = RateLimiter(interval: 0.5, environment: environment)
    reads = SharedReads(lifetime: Self.memory, now: environment.now)
  }

  /// This, as the domain's contract wants it.
  package var deployers: DeployerSource {
    DeployerSource {
      try await self.deployer(of: $0, in: $1)
    } remembered: { notification, access in
      let span = Span(access, around: notification.createdAt)
      return await self.reads.remembered(span)?[notification.deploymentID]
    }
  }

  private func deployer(
    of notification: DeploymentNotification, in access: ScopeAccess
  ) async throws -> FoundDeployer? {
    guard !isDenied(access) else { return nil }
    let span = Span(access, around: notification.createdAt)
    do {
      let found = try await reads.value(of: span) { [self] in try await lookUp(span) }
      if let deployer = found[notification.deploymentID] { return deployer }
      return try notThere(notification)
    } catch let failure as AWSFailure {
      switch failure.kind {
      case .accessDenied:
        denied.withLock { $0[access] = environment.now() }
        return nil
      case .refused: return nil
      default:
        try notification.askLaterWhoPushed(
          now: environment.now(), after: failure.retryAfter, failure.description)
        return nil
      }
    }
  }

  private func isDenied(_ access: ScopeAccess) -> Bool {
    let now = environment.now()
    return denied.withLock { denied in
      denied[access].map { abs(now.timeIntervalSince($0)) < Self.memory } ?? false
    }
  }

  /// Says to try again, as long as a missing event may still be late.
  private func notThere(_ notification: DeploymentNotification) throws -> FoundDeployer? {
    let age = environment.now().timeIntervalSince(notification.createdAt)
    guard age < DeploymentNotification.deployerPatience else { return nil }
    throw DeliveryFailure(
      .tryAgain(after: Self.wait),
      "CloudTrail doesn't yet show who pushed \(notification.deploymentID): its events arrive some "
        + "minutes late")
  }

  /// Everybody who created a deployment within the span, by deployment id.
  private func lookUp(_ span: Span) async throws -> [String: FoundDeployer] {
    let region = span.access.scope.region
    // A look-up can't end in the future.
    let isOver = span.end < environment.now().timeIntervalSince1970
    var input = LookupEventsInput(startTime: span.start, endTime: isOver ? span.end : nil)
    var found: [String: FoundDeployer] = [:]
    for _ in 0..<Self.maximumPages {
      // Accounts can't be told apart here, so all of a region share one rate limit.
      try await limiter.turn(for: region)
      let answer = try await Self.lookUp(
        input, caller(span.access), region: region)
      found.merge(answer.deployers) { first, _ in first }
      guard let next = answer.nextToken, next != input.nextToken else { break }
      input.nextToken = next
    }
    return found
  }

  private static func lookUp(
    _ input: LookupEventsInput, _ caller: AWSCaller, region: String
  ) async throws -> LookupEventsAnswer {
    try await caller.json(
      service: "cloudtrail", version: "1.1",
      target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
      region: region, input: input, maximumAttempts: 1)
  }

  /// Checks, with one request, whether events can be looked up. Throws `AWSFailure` where they
  /// can't.
  package static func probe(_ caller: AWSCaller, region: String, now: Date) async throws {
    let moment = now.timeIntervalSince1970.rounded(.down)
    _ = try await lookUp(
      LookupEventsInput(startTime: moment - 1, endTime: moment), caller, region: region)
  }
}
