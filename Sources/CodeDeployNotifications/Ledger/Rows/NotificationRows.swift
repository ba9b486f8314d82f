import Foundation

extension DeploymentNotification: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    accountID = try row.optional("account_id")
    accountName = try row.optional("account_name")
    application = try row.member("application")
    compareURL = try row.optional("compare_url")
    completedAt = try row.optional("completed_at")
    computePlatform = try row.optional("compute_platform")
    consoleURL = try row.optional("console_url")
    createdAt = try row.member("created_at")
    creator = try row.optional("creator")
    deployer = try row.optional("deployer")
    deploymentConfig = try row.optional("deployment_config")
    deploymentGroup = try row.optional("deployment_group")
    deploymentID = try row.member("deployment_id")
    description = try row.optional("description")
    durationSeconds = try row.optional("duration_seconds")
    error = try row.optional("error")
    event = try row.member("event")
    failure = try row.optional("failure")
    id = try row.member("id")
    labels = try row.optional("labels")
    overview = try row.optional("overview")
    previousRevision = try row.optional("previous_revision")
    region = try row.member("region")
    revision = try row.optional("revision")
    rollback = try row.optional("rollback")
    startedAt = try row.optional("started_at")
    status = try row.member("status")
    version = try row.member("version")
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
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
    row.optional("deployer", deployer)
    row.optional("deployment_config", deploymentConfig)
    row.optional("deployment_group", deploymentGroup)
    row.member("deployment_id", deploymentID)
    row.optional("description", description)
    row.optional("duration_seconds", durationSeconds)
    row.optional("error", error)
    row.member("event", event)
    row.optional("failure", failure)
    row.member("id", id)
    row.optional("labels", labels)
    row.optional("overview", overview)
    row.optional("previous_revision", previousRevision)
    row.member("region", region)
    row.optional("revision", revision)
    row.optional("rollback", rollback)
    row.optional("started_at", startedAt)
    row.member("status", status)
    row.member("version", version)
    row.endObject()
  }
}

extension DeploymentNotification.Failure: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    errorCode = try row.optional("error_code")
    lifecycleEvent = try row.optional("lifecycle_event")
    logTail = try row.optional("log_tail")
    message = try row.optional("message")
    script = try row.optional("script")
    target = try row.optional("target")
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
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

extension DeploymentNotification.Deployer: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    email = try row.optional("email")
    name = try row.optional("name")
    source = try row.optional("source")
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
    row.beginObject()
    row.optional("email", email)
    row.optional("name", name)
    row.optional("source", source)
    row.endObject()
  }
}
