import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  /// The pending notifications, joined with the names that a filter needs.
  static let pendingRows = """
    FROM notification n JOIN event e ON e.id = n.event
      JOIN deployment d ON d.id = e.deployment JOIN scope s ON s.id = d.scope_id
    WHERE n.state IN ('pending', 'sending')
      AND (:applications = '[]' OR d.application IN (SELECT value FROM json_each(:applications)))
      AND (:deployments = '[]' OR d.deployment_id IN (SELECT value FROM json_each(:deployments)))
    """

  /// The notifications that are due: their time has come and nobody holds them, or the holder's
  /// claim has run out; and no earlier event of the same deployment and channel is pending. A time
  /// later than any valid one was set by a wrong clock, and doesn't delay anything.
  static let due = """
    \(pendingRows)
      AND ((n.state = 'pending'
          AND (n.next_attempt_at <= :now OR n.next_attempt_at > :absurd))
        OR (n.state = 'sending' AND (n.claim_until <= :now OR n.claim_until > :absurd)))
      AND NOT EXISTS (
        SELECT 1 FROM event earlier JOIN notification before ON before.event = earlier.id
        WHERE earlier.deployment = e.deployment AND earlier.position < e.position
          AND before.channel = n.channel AND before.state IN ('pending', 'sending'))
    """

  static func dueArguments(now: Date) -> StatementArguments {
    ["now": now.milliseconds, "absurd": ClaimRequest.absurd(now).milliseconds]
  }

  /// Due, and not of a channel that is left out.
  private static let claimable = """
    \(due)
      AND (:leavingOut = '[]' OR (s.region, s.profile, s.role_arn, d.application, n.channel) NOT IN (
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),
          json_extract(value, '$[2]'), json_extract(value, '$[3]'), json_extract(value, '$[4]')
        FROM json_each(:leavingOut)))
    """

  private static func leftOut(_ channels: Set<RegisteredChannel>) throws -> String {
    try RowCoding.encode(
      channels.map { one -> [String] in
        let scope = one.identity.scope
        return [
          scope.region, scope.profile, scope.roleARN, one.identity.application, one.channel,
        ]
      })
  }

  package func claim(_ request: ClaimRequest) async throws -> [ClaimedNotification] {
    var arguments = try Self.arguments(request.filter)
    arguments += Self.dueArguments(now: request.now)
    arguments += ["leavingOut": try Self.leftOut(request.leavingOut)]
    let probe = arguments
    // Most cycles find nothing due, and a read needs no lock.
    let isAnythingDue = try await read { db in
      try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 \(Self.claimable))", arguments: probe)
        ?? false
    }
    guard isAnythingDue else { return [] }
    arguments += ["limit": request.limit]
    let query = arguments
    return try await write { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT n.*, e.name, e.content, e.occurred_at, d.deployment_id, s.region, s.profile, s.role_arn
          \(Self.claimable) ORDER BY e.occurred_at, e.position, n.channel LIMIT :limit
          """, arguments: query)
      let update = try db.cachedStatement(
        sql: """
          UPDATE notification SET state = 'sending', claim_token = ?, claim_until = ? WHERE id = ?
          """)
      return try rows.compactMap { row in
        guard let claimed = try? Self.claimed(row, token: request.token) else {
          // Only this notification is lost: later ones are sent all the same.
          self.note(unreadable: row)
          try db.execute(
            sql: """
              UPDATE notification SET state = 'failed', failed_at = ?,
                reason = 'the store''s record of it can''t be read'
              WHERE id = ?
              """, arguments: [request.now.milliseconds, row["id"] as String])
          return nil
        }
        try update.execute(
          arguments: [request.token, request.until.milliseconds, row["id"] as String])
        return claimed
      }
    }
  }

  private func note(unreadable row: Row) {
    let scope = AWSScope(region: row["region"], profile: row["profile"], roleARN: row["role_arn"])
    let (id, channel): (String, String) = (row["deployment_id"], row["channel"])
    unreadable.insert(
      UnreadableRow(
        "a notification of deployment \(id.oneLine) in \(scope.label) to \(channel.oneLine)",
        "it has failed; send it yourself if it matters"))
  }

  /// The counts that can be incremented.
  private static let counts = 0..<1_000_000_000

  /// Throws, or returns `nil`, where the row can't be read.
  private static func claimed(_ row: Row, token: String) throws -> ClaimedNotification? {
    var content = try RowCoding.decode(
      Stored<DeploymentNotification>.self, from: row["content"]
    ).value
    content.id = row["id"]
    let counts: [Int] = [row["attempts"], row["failed_cycles"], row["odd_answers"]]
    guard counts.allSatisfy(Self.counts.contains) else { return nil }
    let scope = AWSScope(region: row["region"], profile: row["profile"], roleARN: row["role_arn"])
    return ClaimedNotification(
      key: NotificationKey(
        deployment: DeploymentKey(scope: scope, id: row["deployment_id"]), event: content.event,
        channel: row["channel"]),
      token: token, notification: content, attempts: row["attempts"],
      failedCycles: row["failed_cycles"],
      firstAttemptAt: (row["first_attempt_at"] as Int64?).map(Date.init(milliseconds:)),
      eventAt: Date(milliseconds: row["occurred_at"]), oddAnswers: row["odd_answers"])
  }

  /// All in one transaction.
  package func settle(_ settlements: [Settlement]) async throws -> Set<String> {
    try await write { db in
      var recorded: Set<String> = []
      for settlement in settlements where try Self.settle(settlement, db) {
        recorded.insert(settlement.claimed.notification.id)
      }
      return recorded
    }
  }

  private static func settle(_ settlement: Settlement, _ db: Database) throws -> Bool {
    let (id, outcome) = (settlement.claimed.notification.id, settlement.outcome)
    let state: NotificationState
    var skipReason: String?
    var nextAttemptAt: Int64?
    var failedCycles = 0
    switch outcome.result {
    case .sent: state = .sent
    case .failed: state = .failed
    case .released: state = .pending
    case .retry(let date):
      state = .pending
      nextAttemptAt = date.milliseconds
      failedCycles = 1
    case .postponed(let date):
      state = .pending
      nextAttemptAt = date.milliseconds
    case .skipped(let reason):
      state = .skipped
      skipReason = reason.rawValue
    }
    let statement = try db.cachedStatement(
      sql: """
        UPDATE notification SET state = :state, skip_reason = :skipReason,
          reason = coalesce(:reason, reason), attempts = attempts + :attempts,
          failed_cycles = failed_cycles + :failedCycles,
          first_attempt_at = coalesce(first_attempt_at, :firstAttemptAt),
          next_attempt_at = coalesce(:nextAttemptAt, next_attempt_at), sent_at = :sentAt,
          failed_at = :failedAt, odd_answers = odd_answers + :oddAnswers,
          tries = coalesce(:tries, tries), claim_token = NULL, claim_until = NULL
        WHERE id = :id AND state = 'sending' AND claim_token = :token
        """)
    try statement.execute(
      arguments: [
        "id": id, "token": settlement.claimed.token, "state": state.rawValue,
        "skipReason": skipReason, "reason": outcome.reason.isEmpty ? nil : outcome.reason,
        "attempts": outcome.attempts, "failedCycles": failedCycles,
        "firstAttemptAt": outcome.attempts > 0 && outcome.isClockRight
          ? outcome.at.milliseconds : nil,
        "nextAttemptAt": nextAttemptAt, "sentAt": state == .sent ? outcome.at.milliseconds : nil,
        "failedAt": state == .failed ? outcome.at.milliseconds : nil,
        "oddAnswers": outcome.oddAnswers, "tries": try tries(outcome.tries, of: id, db),
      ])
    return db.changesCount > 0
  }

  /// The stored attempts of a notification with these added; `nil` for no change.
  private static func tries(
    _ new: [DeliveryTry], of id: String, _ db: Database
  ) throws -> String? {
    guard !new.isEmpty else { return nil }
    let known = try String.fetchOne(
      db.cachedStatement(sql: "SELECT tries FROM notification WHERE id = ?"), arguments: [id])
    return try RowCoding.encode(DeliveryTry.last(of: tries(known) + new))
  }

  static func tries(_ stored: String?) -> [DeliveryTry] {
    stored.flatMap { try? RowCoding.decode([DeliveryTry].self, from: $0) } ?? []
  }

  package func retry(_ selection: RetrySelection, now: Date) async throws -> Set<String> {
    var condition = "id IN (SELECT value FROM json_each(:names))"
    let names: Set<String>
    switch selection {
    case .ids(let ids): names = ids
    case .all(let applications):
      names = applications
      condition = """
        (:names = '[]' OR event IN (
          SELECT e.id FROM event e JOIN deployment d ON d.id = e.deployment
          WHERE d.application IN (SELECT value FROM json_each(:names))))
        """
    }
    let arguments: StatementArguments = [
      "names": try RowCoding.encode(names.sorted()), "now": now.milliseconds,
    ]
    return try await write { [condition] db in
      try Set(
        String.fetchAll(
          db,
          sql: """
            UPDATE notification SET state = 'pending', skip_reason = NULL, failed_cycles = 0,
              first_attempt_at = NULL, next_attempt_at = :now, failed_at = NULL, odd_answers = 0
            WHERE (state = 'failed' OR state = 'skipped' AND skip_reason = 'expired')
              AND \(condition)
            RETURNING id
            """, arguments: arguments))
    }
  }

  package func pendingCount(_ filter: NotificationFilter) async throws -> Int {
    let arguments = try Self.arguments(filter)
    return try await read { db in
      try Int.fetchOne(db, sql: "SELECT count(*) \(Self.pendingRows)", arguments: arguments) ?? 0
    }
  }

  static func arguments(_ filter: NotificationFilter) throws -> StatementArguments {
    [
      "applications": try RowCoding.encode(filter.applications.sorted()),
      "deployments": try RowCoding.encode(filter.deployments.sorted()),
    ]
  }
}
