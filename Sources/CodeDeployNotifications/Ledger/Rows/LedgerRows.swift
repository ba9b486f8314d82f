import Foundation

extension NotificationState: RowValue {}
extension SkipReason: RowValue {}
extension DeliveryTry.Outcome: RowValue {}

extension LedgerEntry: RowObject {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
    deployment = try row.optional(stored: "deployment")
    events = try row.member("events")
    key = try row.member("key")
    notes = try row.member("notes")
    notifications = try row.member("notifications")
    seenAt = try row.member("seen_at")
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.optional(stored: "deployment", deployment)
    try row.member("events", events)
    try row.member("key", key)
    try row.member("notes", notes)
    try row.member("notifications", notifications)
    try row.member("seen_at", seenAt)
  }
}

extension LedgerEntry.Event: RowObject {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
    at = try row.member("at")
    content = try row.member(stored: "content")
    event = try row.member("event")
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.member("at", at)
    try row.member(stored: "content", content)
    try row.member("event", event)
  }
}

extension LedgerEntry.Notification: RowObject {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
    attempts = try row.member("attempts")
    channel = try row.member("channel")
    claim = try row.optional("claim")
    event = try row.member("event")
    failedAt = try row.optional("failed_at")
    failedCycles = try row.member("failed_cycles")
    firstAttemptAt = try row.optional("first_attempt_at")
    nextAttemptAt = try row.member("next_attempt_at")
    // Earlier versions wrote fewer keys.
    oddAnswers = try row.optional("odd_answers") ?? 0
    reason = try row.optional("reason")
    sentAt = try row.optional("sent_at")
    skipReason = try row.optional("skip_reason")
    state = try row.member("state")
    tries = try row.optional("tries") ?? []
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.member("attempts", attempts)
    try row.member("channel", channel)
    try row.optional("claim", claim)
    try row.member("event", event)
    try row.optional("failed_at", failedAt)
    try row.member("failed_cycles", failedCycles)
    try row.optional("first_attempt_at", firstAttemptAt)
    try row.member("next_attempt_at", nextAttemptAt)
    try row.member("odd_answers", oddAnswers)
    try row.optional("reason", reason)
    try row.optional("sent_at", sentAt)
    try row.optional("skip_reason", skipReason)
    try row.member("state", state)
    try row.member("tries", tries)
  }
}

extension LedgerEntry.Claim: RowObject {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
    token = try row.member("token")
    until = try row.member("until")
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.member("token", token)
    try row.member("until", until)
  }
}

extension DeliveryTry: RowObject {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
    answer = try row.member("answer")
    at = try row.member("at")
    durationMilliseconds = try row.member("duration_ms")
    outcome = try row.member("outcome")
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.member("answer", answer)
    try row.member("at", at)
    try row.member("duration_ms", durationMilliseconds)
    try row.member("outcome", outcome)
  }
}

extension DeploymentKey: RowObject {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
    id = try row.member("id")
    scope = try row.member("scope")
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.member("id", id)
    try row.member("scope", scope)
  }
}

extension AWSScope: StoredValue {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
    profile = try row.member("profile")
    region = try row.member("region")
    roleARN = try row.member("roleARN")
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.member("profile", profile)
    try row.member("region", region)
    try row.member("roleARN", roleARN)
  }
}

/// Its published form is the same.
extension AWSScope: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    self = try Self(stored: &row)
  }

  package func write(to row: inout RowWriter) { writeStored(to: &row) }
}
