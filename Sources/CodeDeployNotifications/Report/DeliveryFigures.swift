import Foundation

/// How often deployments succeed, how often they fail, and how long it takes until they succeed
/// again: three of DORA's measures (https://dora.dev/guides/dora-metrics/), as far as CodeDeploy's
/// data goes.
struct DeliveryFigures: Sendable, Hashable {
  /// Successful deployments a week, without rollbacks.
  var succeededPerWeek: Double
  /// The share of failed and rolled back deployments among all that succeeded or failed; `nil`
  /// where there were none.
  var failureRate: Double?
  /// The median time in seconds from a failure's end to the group's next success; `nil` where no
  /// success followed a failure.
  var timeToRestore: TimeInterval?
  var succeeded: Int
  var failed: Int

  private static let week: TimeInterval = 7 * 86_400

  /// - Parameter span: The time that the deployments cover, in seconds; less than a day counts as a
  ///   day.
  init(_ deployments: [ReportedDeployment], span: TimeInterval) {
    let own = deployments.filter { !$0.isRollback }
    let ended = own.filter { $0.outcome == .succeeded || $0.outcome == .failed }
    succeeded = ended.count { $0.outcome == .succeeded }
    failed = ended.count { $0.outcome == .failed || $0.wasRolledBack }
    succeededPerWeek = Double(succeeded) / (max(span, 86_400) / Self.week)
    failureRate = ended.isEmpty ? nil : Double(failed) / Double(ended.count)
    timeToRestore = Self.median(Self.restorations(deployments))
  }

  /// The times from each failure's end to its group's next success, which may be a rollback's.
  private static func restorations(_ deployments: [ReportedDeployment]) -> [TimeInterval] {
    Dictionary(grouping: deployments, by: \.group).values.flatMap { group -> [TimeInterval] in
      var waiting: [Date] = []
      var times: [TimeInterval] = []
      let ended = group.filter { $0.deployment.completedAt != nil }.sorted { $0.time < $1.time }
      for deployment in ended {
        switch deployment.outcome {
        case .failed: waiting.append(deployment.time)
        case .succeeded:
          times += waiting.map { deployment.time.timeIntervalSince($0) }
          waiting = []
        case .stopped, .inFlight: break
        }
      }
      return times
    }
  }

  private static func median(_ values: [TimeInterval]) -> TimeInterval? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}
