import CodeDeployNotifications
import HostFiles
import Logging

extension DeploymentNotifier {
  /// Runs one cycle: reads CodeDeploy, announces what is new, and records it. Cycles may overlap.
  ///
  /// It throws nothing and does everything that can be done. The report's `failures` and the log
  /// (as errors) say what went wrong. When the calling task is cancelled, it starts nothing more
  /// and records the outcome of messages that are being sent.
  @discardableResult
  public func poll(_ options: PollOptions = PollOptions()) async -> PollReport {
    let report: PollReport
    do {
      report = await cycle(options, from: try await opening(options))
    } catch {
      report = PollReport(startedAt: parts.announcing.now(), failedBy: error)
    }
    log(report)
    return report
  }

  /// Opens the store for a cycle. Registrations that were made where no region was known get the
  /// notifier's. Throws `StoreFailure`.
  package func opening(_ options: PollOptions) async throws -> Opening {
    try await parts.store.opening(options, fillingIn: parts.region)
  }

  /// Runs one cycle from what opening the store has found.
  ///
  /// - Parameter progress: Is told how many deployments were read, while they are.
  package func cycle(
    _ options: PollOptions, from opening: Opening,
    progress: (@Sendable (_ deployments: Int) -> Void)? = nil
  ) async -> PollReport {
    var source = parts.source
    if let progress {
      source = { [source] in source($0).telling(progress) }
    }
    let services = PollServices(
      store: parts.store, source: source, announcing: parts.announcing, clock: .system(),
      logger: parts.logger)
    var options = options
    options.concurrency = min(options.concurrency, OpenFiles.attempts)
    return await PollCycle(services: services, options: options).run(opening: opening)
  }

  /// Logs what went wrong, so that nothing fails silently.
  func log(_ report: PollReport) {
    for failure in report.failures { parts.logger.error("\(failure)") }
    for left in report.leftToOthers {
      parts.logger.notice("\(left.id) through \(left.channel) stays pending: \(left.reason)")
    }
  }

  /// Announces these deployments, by id, on the channels of their registrations, whenever they
  /// ended.
  @discardableResult
  public func announce(_ deployments: [String]) async -> PollReport {
    guard !deployments.isEmpty else { return PollReport(startedAt: parts.announcing.now()) }
    var options = PollOptions()
    options.deployments = Set(deployments)
    return await poll(options)
  }

  /// Runs cycles one after the other. Each starts `interval` after the start of the one before, or
  /// when that one has ended, if later.
  public func polling(every interval: Duration, _ options: PollOptions = PollOptions()) -> Polling {
    Polling(notifier: self, interval: interval, options: options)
  }

  /// Runs cycles until its task is cancelled. In a `ServiceGroup`, whose graceful shutdown doesn't
  /// cancel tasks, call `run()` in `cancelWhenGracefulShutdown`.
  public struct Polling: Sendable {
    let notifier: DeploymentNotifier
    let interval: Duration
    let options: PollOptions

    /// Returns when its task was cancelled and the current cycle has recorded what it sent. It
    /// never throws: failures are logged.
    public func run() async throws {
      while !Task.isCancelled {
        let next = ContinuousClock.now + max(interval, .milliseconds(100))
        await notifier.poll(options)
        do { try await Task.sleep(until: next, clock: .continuous) } catch { return }
      }
    }
  }
}

/// Something that failed in a cycle.
public struct PollFailure: Error, Sendable, CustomStringConvertible {
  /// What the failure concerns.
  public enum Subject: Sendable, Hashable {
    /// The store; nothing is announced without it.
    case store
    /// CodeDeploy in an account and region.
    case scope(AWSScope)
    /// A notification, by its id.
    case notification(id: String)
    /// A named deployment, by its id.
    case deployment(id: String)
  }

  /// What the failure concerns.
  public var subject: Subject
  /// A sentence without secrets.
  public var description: String
}

extension PollReport {
  /// Everything that failed: the store, CodeDeploy, and each notification that wasn't sent. A
  /// notification that a rule skipped didn't fail.
  public var failures: [PollFailure] {
    var failures: [PollFailure] = []
    if let storeFailure {
      failures.append(PollFailure(subject: .store, description: storeFailure.description))
    }
    for scope in scopes {
      // Several requests may have had the same answer.
      var said: Set<String> = []
      for failure in scope.failures.map({ "\($0)" }) where said.insert(failure).inserted {
        failures.append(
          PollFailure(
            subject: .scope(scope.scope),
            description: "CodeDeploy in \(scope.scope.label): \(failure.asClause)."))
      }
    }
    for one in notifications where one.outcome == .failed || one.outcome == .retrying {
      let end = one.outcome == .failed ? "failed for good" : "will be tried again"
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
