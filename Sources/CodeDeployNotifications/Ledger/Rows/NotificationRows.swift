import Foundation

extension DeploymentNotification: StoredValue {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
    accountID = try row.optional("account_id")
    accountName = try row.optional("account_name")
    application = try row.member("application")
    compareURL = try row.optional("compare_url")
    completedAt = try row.optional("completed_at")
    computePlatform = try row.optional("compute_platform")
    consoleURL = try row.optional("console_url")
    createdAt = try row.member("created_at")
    creator = try row.optional("creator")
    deployer = try row.optional(stored: "deployer")
    deploymentConfig = try row.optional("deployment_config")
    deploymentGroup = try row.optional("deployment_group")
    deploymentID = try row.member("deployment_id")
    description = try row.optional("description")
    durationSeconds = try row.optional("duration_seconds")
    error = try row.optional(stored: "error")
    event = try row.member("event")
    failure = try row.optional(stored: "failure")
    id = try row.member("id")
    labels = try row.optional("labels")
    overview = try row.optional(stored: "overview")
    previousRevision = try row.optional(stored: "previous_revision")
    region = try row.member("region")
    revision = try row.optional(stored: "revision")
    rollback = try row.optional(stored: "rollback")
    startedAt = try row.optional("started_at")
    status = try row.member("status")
    version = try row.member("version")
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.optional("account_id", accountID)
    try row.optional("account_name", accountName)
    try row.member("application", application)
    try row.optional("compare_url", compareURL)
    try row.optional("completed_at", completedAt)
    try row.optional("compute_platform", computePlatform)
    try row.optional("console_url", consoleURL)
    try row.member("created_at", createdAt)
    try row.optional("creator", creator)
    try row.optional(stored: "deployer", deployer)
    try row.optional("deployment_config", deploymentConfig)
    try row.optional("deployment_group", deploymentGroup)
    try row.member("deployment_id", deploymentID)
    try row.optional("description", description)
    try row.optional("duration_seconds", durationSeconds)
    try row.optional(stored: "error", error)
    try row.member("event", event)
    try row.optional(stored: "failure", failure)
    try row.member("id", id)
    try row.optional("labels", labels)
    try row.optional(stored: "overview", overview)
    try row.optional(stored: "previous_revision", previousRevision)
    try row.member("region", region)
    try row.optional(stored: "revision", revision)
    try row.optional(stored: "rollback", rollback)
    try row.optional("started_at", startedAt)
    try row.member("status", status)
    try row.member("version", version)
  }
}

extension DeploymentNotification.Failure: StoredValue {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
    errorCode = try row.optional("error_code")
    lifecycleEvent = try row.optional("lifecycle_event")
    logTail = try row.optional("log_tail")
    message = try row.optional("message")
    script = try row.optional("script")
    target = try row.optional("target")
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.optional("error_code", errorCode)
    try row.optional("lifecycle_event", lifecycleEvent)
    try row.optional("log_tail", logTail)
    try row.optional("message", message)
    try row.optional("script", script)
    try row.optional("target", target)
  }
}

extension DeploymentNotification.Deployer: StoredValue {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
    email = try row.optional("email")
    name = try row.optional("name")
    source = try row.optional("source")
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.optional("email", email)
    try row.optional("name", name)
    try row.optional("source", source)
  }
}
