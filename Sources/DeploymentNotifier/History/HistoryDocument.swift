import CodeDeployNotifications
import Foundation

/// The JSON of one deployment's history.
package struct HistoryDocument {
  private let entry: HistoryEntry

  package init(_ entry: HistoryEntry) { self.entry = entry }

  /// The JSON of several entries.
  package static func array(of entries: [HistoryEntry]) -> String {
    var json = JSONPrinter()
    json.list { json in
      for entry in entries {
        json.element()
        HistoryDocument(entry).print(to: &json)
      }
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// Writes it as one value, its keys in alphabetical order.
  package func print(to json: inout JSONPrinter) {
    let deployment = entry.deployment
    json.object { json in
      json.member("application", deployment.application)
      json.member("completed_at", orNull: deployment.completedAt?.iso8601)
      json.member("created_at", deployment.createdAt)
      if let creator = deployment.creator { json.member("creator", creator.rawValue) }
      if let group = deployment.deploymentGroup { json.member("deployment_group", group) }
      json.member("deployment_id", deployment.id)
      json.key("notifications")
      json.list { json in
        for line in entry.notifications {
          json.element()
          Self.print(line, to: &json)
        }
      }
      json.member("region", entry.scope.region)
      if let revision = deployment.revision {
        json.key("revision")
        Self.print(revision, to: &json)
      }
      json.member("status", deployment.status.rawValue)
    }
  }

  /// Every key is written, so that the JSON always has the same shape.
  private static func print(_ line: HistoryEntry.Line, to json: inout JSONPrinter) {
    json.object { json in
      json.member("attempts", line.attempts)
      json.member("channel", line.channel)
      json.member("event", line.event.rawValue)
      json.member("failed_at", orNull: line.failedAt?.iso8601)
      json.member("id", line.id)
      json.member("next_attempt_at", orNull: line.nextAttemptAt?.iso8601)
      json.member("reason", orNull: line.reason)
      json.member("sent_at", orNull: line.sentAt?.iso8601)
      json.member("state", line.state.rawValue)
      json.key("tries")
      json.list { json in
        for attempt in line.tries {
          json.element()
          json.object { json in
            json.member("answer", attempt.answer)
            json.member("at", attempt.at)
            json.member("duration_ms", attempt.durationMilliseconds)
            json.member("outcome", attempt.outcome.rawValue)
          }
        }
      }
    }
  }

  private static func print(_ revision: Revision, to json: inout JSONPrinter) {
    let members: [(StaticString, String?)] = [
      ("bucket", revision.bucket), ("commit", revision.commit), ("content", revision.content),
      ("etag", revision.etag), ("key", revision.key), ("label", revision.label),
      ("repository", revision.repository), ("sha256", revision.sha256),
      ("type", revision.type.rawValue),
      ("version", revision.version),
    ]
    json.object { json in
      for (key, value) in members {
        if let value { json.member(key, value) }
      }
    }
  }
}
