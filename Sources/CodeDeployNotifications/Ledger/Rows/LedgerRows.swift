import Foundation

extension NotificationState: RowValue {}
extension SkipReason: RowValue {}
extension DeliveryTry.Outcome: RowValue {}

extension LedgerEntry: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    deployment = try row.optional(stored: "deployment")
    events = try row.member("events")
    key = try row.member("key")
    notes = try row.member("notes")
    notifications = try row.member("notifications")
    seenAt = try row.member("seen_at")
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
    row.beginObject()
    row.optional("deployment", deployment.map(Stored.init))
    row.member("events", events)
    row.member("key", key)
    row.member("notes", notes)
    row.member("notifications", notifications)
    row.member("seen_at", seenAt)
    row.endObject()
  }
}

extension LedgerEntry.Event: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    at = try row.member("at")
    content = try row.member(stored: "content")
    event = try row.member("event")
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
    row.beginObject()
    row.member("at", at)
    row.member("content", Stored(content))
    row.member("event", event)
    row.endObject()
  }
}

extension LedgerEntry.Notification: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
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
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
    row.beginObject()
    row.member("attempts", attempts)
    row.member("channel", channel)
    row.optional("claim", claim)
    row.member("event", event)
    row.optional("failed_at", failedAt)
    row.member("failed_cycles", failedCycles)
    row.optional("first_attempt_at", firstAttemptAt)
    row.member("next_attempt_at", nextAttemptAt)
    row.member("odd_answers", oddAnswers)
    row.optional("reason", reason)
    row.optional("sent_at", sentAt)
    row.optional("skip_reason", skipReason)
    row.member("state", state)
    row.member("tries", tries)
    row.endObject()
  }
}

extension LedgerEntry.Claim: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    token = try row.member("token")
    until = try row.member("until")
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
    row.beginObject()
    row.member("token", token)
    row.member("until", until)
    row.endObject()
  }
}

extension DeliveryTry: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    answer = try row.member("answer")
    at = try row.member("at")
    durationMilliseconds = try row.member("duration_ms")
    outcome = try row.member("outcome")
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
    row.beginObject()
    row.member("answer", answer)
    row.member("at", at)
    row.member("duration_ms", durationMilliseconds)
    row.member("outcome", outcome)
    row.endObject()
  }
}

extension DeploymentKey: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    id = try row.member("id")
    scope = try row.member("scope")
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
    row.beginObject()
    row.member("id", id)
    row.member("scope", scope)
    row.endObject()
  }
}

extension AWSScope: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    profile = try row.member("profile")
    region = try row.member("region")
    roleARN = try row.member("roleARN")
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
    row.beginObject()
    row.member("profile", profile)
    row.member("region", region)
    row.member("roleARN", roleARN)
    row.endObject()
  }
}
