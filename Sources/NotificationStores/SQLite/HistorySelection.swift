import CodeDeployNotifications
import Foundation
import GRDB

/// The deployments of a query, as a condition on `deployment d`. It contains only what is asked
/// for, so that SQLite finds the right index.
struct HistorySelection {
  private(set) var condition: String
  private(set) var arguments: StatementArguments

  /// With `isNarrowed` it also excludes deployments without a notification of the query's states
  /// and channels.
  init(_ query: HistoryQuery, isNarrowed: Bool) throws {
    var conditions = ["d.snapshot IS NOT NULL"]
    var values: [String: (any DatabaseValueConvertible)?] = [:]
    func isAmong(_ column: String, _ name: String, _ texts: [String]) throws -> String {
      values[name] = try RowCoding.encode(texts.sorted())
      return "\(column) IN (SELECT value FROM json_each(:\(name)))"
    }
    if !query.filter.applications.isEmpty {
      conditions.append(
        try isAmong("d.application", "applications", Array(query.filter.applications)))
    }
    if !query.filter.deployments.isEmpty {
      // The index begins with the scope.
      conditions.append("d.scope_id IN (SELECT id FROM scope)")
      conditions.append(
        try isAmong("d.deployment_id", "deployments", Array(query.filter.deployments)))
    }
    if let since = query.since {
      values["since"] = since.milliseconds
      conditions.append("d.created_at >= :since")
    }
    conditions.append(
      """
      (EXISTS (SELECT 1 FROM registration r
          WHERE r.scope_id = d.scope_id AND r.application = d.application)
        OR EXISTS (SELECT 1 FROM event e WHERE e.deployment = d.id))
      """)
    if isNarrowed, !query.states.isEmpty || !query.channels.isEmpty {
      var those = ["e.deployment = d.id"]
      if !query.states.isEmpty {
        those.append(try isAmong("n.state", "states", query.states.map(\.rawValue)))
      }
      if !query.channels.isEmpty {
        those.append(try isAmong("n.channel", "channels", Array(query.channels)))
      }
      conditions.append(
        """
        EXISTS (SELECT 1 FROM event e JOIN notification n ON n.event = e.id
          WHERE \(those.joined(separator: " AND ")))
        """)
    }
    condition = conditions.joined(separator: " AND ")
    arguments = StatementArguments(values)
  }
}
