import Foundation

/// One target of a deployment (`DeploymentTarget` of CodeDeploy's API), with the parts that explain
/// a failure.
package struct DeploymentTarget: Sendable, Hashable {
  /// The name that people use: an instance's id, an ECS service, a Lambda function.
  package var name: String
  package var status: String?
  package var updatedAt: Date?
  package var events: [LifecycleEvent]

  package init(
    name: String, status: String? = nil, updatedAt: Date? = nil, events: [LifecycleEvent] = []
  ) {
    self.name = name
    self.status = status
    self.updatedAt = updatedAt
    self.events = events
  }

  /// One lifecycle event on a target, such as `BeforeInstall`, and its script's result.
  package struct LifecycleEvent: Sendable, Hashable {
    package var name: String?
    package var status: String?
    package var startedAt: Date?
    package var endedAt: Date?
    package var errorCode: String?
    package var script: String?
    package var message: String?
    package var logTail: String?

    package init(
      name: String? = nil, status: String? = nil, startedAt: Date? = nil, endedAt: Date? = nil,
      errorCode: String? = nil, script: String? = nil, message: String? = nil,
      logTail: String? = nil
    ) {
      self.name = name
      self.status = status
      self.startedAt = startedAt
      self.endedAt = endedAt
      self.errorCode = errorCode
      self.script = script
      self.message = message
      self.logTail = logTail
    }
  }
}

extension DeploymentTarget {
  /// CodeDeploy's word for a target or an event that failed.
  static let failed = "Failed"

  /// The event that failed first; `nil` where none is marked as failed.
  private var failedEvent: LifecycleEvent? {
    let failed = events.filter { $0.status == Self.failed }
    let suspects =
      failed.isEmpty
      ? events.filter { ($0.errorCode ?? "Success") != "Success" } : failed
    return suspects.min { $0.time < $1.time }
  }

  /// The earliest failure of several targets: later ones are often its consequence. Failures
  /// without a time come last, and those without a failed event after those with one.
  package static func firstFailure(
    of targets: [DeploymentTarget]
  ) -> DeploymentNotification.Failure? {
    let failures = targets.compactMap { target -> (target: DeploymentTarget, LifecycleEvent?)? in
      let event = target.failedEvent
      return event == nil && target.status != failed ? nil : (target, event)
    }
    let first = failures.min { one, other in
      func rank(_ failure: (target: DeploymentTarget, event: LifecycleEvent?)) -> (Int, Date) {
        guard let event = failure.event else {
          return (1, failure.target.updatedAt ?? .distantFuture)
        }
        return (0, event.time)
      }
      let (left, right) = (rank(one), rank(other))
      return left == right ? one.target.name < other.target.name : left < right
    }
    return first.map { DeploymentNotification.Failure($0, $1) }
  }
}

extension DeploymentTarget.LifecycleEvent {
  fileprivate var time: Date { endedAt ?? startedAt ?? .distantFuture }
}

extension DeploymentNotification.Failure {
  /// In bytes. How much of a log's end is kept; CodeDeploy returns no more.
  /// https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_Diagnostics.html
  static let logLimit = 4096
  static let messageLimit = 1000
  /// How much is searched for credentials: enough to recognise one whose beginning lies before the
  /// kept part.
  private static let readLimit = 4 * logLimit

  /// Scripts may print credentials, and what is kept here is sent to many people.
  fileprivate init(_ target: DeploymentTarget, _ event: DeploymentTarget.LifecycleEvent?) {
    self.init(
      target: target.name.oneLine, lifecycleEvent: event?.name?.oneLine,
      errorCode: event?.errorCode?.oneLine, script: event?.script?.oneLine.withoutCredentials,
      message: event?.message.map {
        $0.cut(to: Self.readLimit, .utf8).cleaned.withoutCredentials.cut(
          to: Self.messageLimit, .utf8)
      },
      logTail: event?.logTail.flatMap(Self.tail))
  }

  /// The last whole lines that fit.
  private static func tail(of log: String) -> String? {
    let text = log.cutFront(to: readLimit, .utf8).cleaned.withoutCredentials
    guard !text.isBlank else { return nil }
    guard text.utf8.count > logLimit else { return text }
    let cut = text.cutFront(to: logLimit, .utf8)
    guard let end = cut.firstIndex(of: "\n"), cut[end...].contains(where: { !$0.isWhitespace })
    else { return cut }
    return "…" + cut[end...]
  }
}
