import Foundation

/// A value that is published as JSON. It is written without `JSONEncoder`, which takes ten times as
/// long. The names are those of the value's `Codable`; stores use names of their own, in
/// `Ledger/Rows`.
package protocol PublishedValue {
  func writePublished(to row: inout RowWriter)
}

extension RowWriter {
  fileprivate mutating func optional(
    published key: StaticString, _ value: (some PublishedValue)?
  ) {
    guard let value else { return }
    self.key(key)
    value.writePublished(to: &self)
  }
}

extension DeploymentNotification: PublishedValue {
  package func writePublished(to row: inout RowWriter) {
    row.beginObject()
    row.optional("account_id", accountID)
    row.optional("account_name", accountName)
    row.member("application", application)
    row.optional("compare_url", compareURL)
    row.optional("completed_at", completedAt)
    row.optional("compute_platform", computePlatform)
    row.optional("console_url", consoleURL)
    row.member("created_at", createdAt)
    row.optional("creator", creator)
    row.optional(published: "deployer", deployer)
    row.optional("deployment_config", deploymentConfig)
    row.optional("deployment_group", deploymentGroup)
    row.member("deployment_id", deploymentID)
    row.optional("description", description)
    row.optional("duration_seconds", durationSeconds)
    row.optional(published: "error", error)
    row.member("event", event)
    row.optional(published: "failure", failure)
    row.member("id", id)
    row.optional("labels", labels)
    row.optional(published: "overview", overview)
    row.optional(published: "previous_revision", previousRevision)
    row.member("region", region)
    row.optional(published: "revision", revision)
    row.optional(published: "rollback", rollback)
    row.optional("started_at", startedAt)
    row.member("status", status)
    row.member("version", version)
    row.endObject()
  }
}

extension Deployment.Overview: PublishedValue {
  package func writePublished(to row: inout RowWriter) {
    row.beginObject()
    row.optional("failed", failed)
    row.optional("in_progress", inProgress)
    row.optional("pending", pending)
    row.optional("ready", ready)
    row.optional("skipped", skipped)
    row.optional("succeeded", succeeded)
    row.endObject()
  }
}

extension Deployment.ErrorInformation: PublishedValue {
  package func writePublished(to row: inout RowWriter) {
    row.beginObject()
    row.optional("code", code)
    row.optional("message", message)
    row.endObject()
  }
}

extension Deployment.RollbackInformation: PublishedValue {
  package func writePublished(to row: inout RowWriter) {
    row.beginObject()
    row.optional("message", message)
    row.optional("rolled_back_by", rolledBackBy)
    row.optional("triggered_by", triggeredBy)
    row.endObject()
  }
}

extension Revision: PublishedValue {
  package func writePublished(to row: inout RowWriter) {
    row.beginObject()
    row.optional("bucket", bucket)
    row.optional("commit", commit)
    row.optional("content", content)
    row.optional("etag", etag)
    row.optional("key", key)
    row.member("label", label)
    row.optional("repository", repository)
    row.optional("sha256", sha256)
    row.member("type", type)
    row.optional("version", version)
    row.endObject()
  }
}

extension DeploymentNotification.Failure: PublishedValue {
  package func writePublished(to row: inout RowWriter) {
    row.beginObject()
    row.optional("error_code", errorCode)
    row.optional("lifecycle_event", lifecycleEvent)
    row.optional("log_tail", logTail)
    row.optional("message", message)
    row.optional("script", script)
    row.optional("target", target)
    row.endObject()
  }
}

extension DeploymentNotification.Deployer: PublishedValue {
  package func writePublished(to row: inout RowWriter) {
    row.beginObject()
    row.optional("email", email)
    row.optional("name", name)
    row.optional("source", source)
    row.endObject()
  }
}
