import CodeDeployNotifications
import Logging

extension DeploymentNotifier {
  /// Runs one cycle: reads CodeDeploy, announces what is new, and records it. Cycles may overlap.
  ///
  /// It throws nothing, and does what can be done: what went wrong is in the report's `failures`, and
  /// in the log as errors. When the calling task is cancelled, it starts nothing more and records
  /// what was being sent.
  @discardableResult
  public func poll(_ options: PollOptions = PollOptions()) async -> PollReport {
    // Where the store or the region can't be read, the cycle says so itself, and serves the rest.
    let report = await cycle(options, from: try? await opening(options))
    log(report)
    return report
  }

  /// Opens the store for a cycle, and gives registrations that were made where no region was known
  /// the notifier's. Throws `StoreFailure`, and `AWSFailure` where the region can't be read.
  package func opening(_ options: PollOptions) async throws -> Opening {
    try await parts.store.opening(options, fillingIn: parts.region)
  }

  /// Runs one cycle from what opening the store has found.
  ///
  /// - Parameter progress: Is told how many deployments were read, while they are.
  package func cycle(
    _ options: PollOptions, from opening: Opening?,
    progress: (@Sendable (_ deployments: Int) -> Void)? = nil
  ) async -> PollReport {
    var source = parts.source
    if let progress {
      source = { [source] in source($0, $1).telling(progress) }
    }
    let services = PollServices(
      store: parts.store, source: source, announcing: parts.announcing, clock: .system(),
      logger: parts.logger)
    return await PollCycle(services: services, options: options).run(opening: opening)
  }

  /// Says what went wrong, so that nothing fails unseen.
  func log(_ report: PollReport) {
    for failure in report.failures { parts.logger.error("\(failure)") }
    for left in report.leftToOthers {
      parts.logger.notice("\(left.id) through \(left.channel) stays pending: \(left.reason)")
    }
  }

  /// Announces these deployments, whenever they ended, on the channels of their registrations.
  @discardableResult
  public func announce(_ deployments: [String]) async -> PollReport {
    guard !deployments.isEmpty else { return PollReport(startedAt: parts.announcing.now()) }
    var options = PollOptions()
    options.deployments = Set(deployments)
    return await poll(options)
  }

  /// Cycles one after the other, each `interval` after the one before began, or when that has ended.
  public func polling(every interval: Duration, _ options: PollOptions = PollOptions()) -> Polling {
    Polling(notifier: self, interval: interval, options: options)
  }

  /// Cycles until they are told to stop. In a `ServiceGroup`, whose graceful shutdown cancels nothing,
  /// run it in `cancelWhenGracefulShutdown`.
  public struct Polling: Sendable {
    let notifier: DeploymentNotifier
    let interval: Duration
    let options: PollOptions

    /// Returns when its task is cancelled and the cycle at work has recorded what it sent.
    public func run() async throws {
      while !Task.isCancelled {
        let next = ContinuousClock.now + max(interval, .milliseconds(100))
        await notifier.poll(options)
        do { try await Task.sleep(until: next, clock: .continuous) } catch { return }
      }
    }
  }
}

/// Something that went wrong in a cycle.
public struct PollFailure: Error, Sendable, CustomStringConvertible {
  /// What something happened to.
  public enum Subject: Sendable, Hashable {
    /// The store, without which nothing is announced.
    case store
    /// CodeDeploy in an account and region.
    case scope(AWSScope)
    /// A notification, by its id.
    case notification(id: String)
    /// A deployment that was asked for by its id.
    case deployment(id: String)
  }

  /// What it happened to.
  public var subject: Subject
  /// A sentence without secrets.
  public var description: String
}

extension PollReport {
  /// All that went wrong: with the store, with CodeDeploy, and with each notification that wasn't
  /// sent. What is skipped by a rule is no failure.
  public var failures: [PollFailure] {
    var failures: [PollFailure] = []
    if let storeFailure {
      failures.append(PollFailure(subject: .store, description: storeFailure.description))
    }
    for scope in scopes {
      // Several requests may have been answered the same.
      var said: Set<String> = []
      for failure in scope.failures.map({ "\($0)" }) where said.insert(failure).inserted {
        failures.append(
          PollFailure(
            subject: .scope(scope.scope),
            description: "CodeDeploy in \(scope.scope.label): \(failure)"))
      }
    }
    for one in notifications where one.outcome == .failed || one.outcome == .retrying {
      let end = one.outcome == .failed ? "was given up" : "is tried again later"
      failures.append(
        PollFailure(
          subject: .notification(id: one.id),
          description: "\(one.application) \(one.deploymentID) \(one.event.rawValue) through "
            + "\(one.channel) \(end): \(one.reason)"))
    }
    failures += unknownDeployments.map {
      PollFailure(subject: .deployment(id: $0), description: "no scope knows deployment \($0)")
    }
    failures += unregisteredDeployments.sorted { $0.key < $1.key }.map { id, application in
      PollFailure(
        subject: .deployment(id: id),
        description: "deployment \(id) is of \(application), which nobody registered")
    }
    return failures
  }
}
