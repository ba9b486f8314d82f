import Foundation

extension DeploymentNotification: StoredValue {
  package init(stored row: inout RowReader) throws(RowReader.OtherForm) {
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
    try row.endObject()
  }

  package func writeStored(to row: inout RowWriter) {
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
    row.optional("deployer", deployer.map(Stored.init))
    row.optional("deployment_config", deploymentConfig)
    row.optional("deployment_group", deploymentGroup)
    row.member("deployment_id", deploymentID)
    row.optional("description", description)
    row.optional("duration_seconds", durationSeconds)
    row.optional("error", error.map(Stored.init))
    row.member("event", event)
    row.optional("failure", failure.map(Stored.init))
    row.member("id", id)
    row.optional("labels", labels)
    row.optional("overview", overview.map(Stored.init))
    row.optional("previous_revision", previousRevision.map(Stored.init))
    row.member("region", region)
    row.optional("revision", revision.map(Stored.init))
    row.optional("rollback", rollback.map(Stored.init))
    row.optional("started_at", startedAt)
    row.member("status", status)
    row.member("version", version)
    row.endObject()
  }

  private enum StoredKey: String, CodingKey {
    case accountID = "account_id"
    case accountName = "account_name"
    case application
    case compareURL = "compare_url"
    case completedAt = "completed_at"
    case computePlatform = "compute_platform"
    case consoleURL = "console_url"
    case createdAt = "created_at"
    case creator
    case deployer
    case deploymentConfig = "deployment_config"
    case deploymentGroup = "deployment_group"
    case deploymentID = "deployment_id"
    case description
    case durationSeconds = "duration_seconds"
    case error
    case event
    case failure
    case id
    case labels
    case overview
    case previousRevision = "previous_revision"
    case region
    case revision
    case rollback
    case startedAt = "started_at"
    case status
    case version
  }

  package init(storedBy decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: StoredKey.self)
    accountID = try row.optional(.accountID)
    accountName = try row.optional(.accountName)
    application = try row.member(.application)
    compareURL = try row.optional(.compareURL)
    completedAt = try row.optional(.completedAt)
    computePlatform = try row.optional(.computePlatform)
    consoleURL = try row.optional(.consoleURL)
    createdAt = try row.member(.createdAt)
    creator = try row.optional(.creator)
    deployer = try row.optional(stored: .deployer)
    deploymentConfig = try row.optional(.deploymentConfig)
    deploymentGroup = try row.optional(.deploymentGroup)
    deploymentID = try row.member(.deploymentID)
    description = try row.optional(.description)
    durationSeconds = try row.optional(.durationSeconds)
    error = try row.optional(stored: .error)
    event = try row.member(.event)
    failure = try row.optional(stored: .failure)
    id = try row.member(.id)
    labels = try row.optional(.labels)
    overview = try row.optional(stored: .overview)
    previousRevision = try row.optional(stored: .previousRevision)
    region = try row.member(.region)
    revision = try row.optional(stored: .revision)
    rollback = try row.optional(stored: .rollback)
    startedAt = try row.optional(.startedAt)
    status = try row.member(.status)
    version = try row.member(.version)
  }

  package func encodeStored(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: StoredKey.self)
    try row.encodeIfPresent(accountID, forKey: .accountID)
    try row.encodeIfPresent(accountName, forKey: .accountName)
    try row.encode(application, forKey: .application)
    try row.encodeIfPresent(compareURL, forKey: .compareURL)
    try row.encodeIfPresent(completedAt, forKey: .completedAt)
    try row.encodeIfPresent(computePlatform, forKey: .computePlatform)
    try row.encodeIfPresent(consoleURL, forKey: .consoleURL)
    try row.encode(createdAt, forKey: .createdAt)
    try row.encodeIfPresent(creator, forKey: .creator)
    try row.encodeIfPresent(deployer.map(Stored.init), forKey: .deployer)
    try row.encodeIfPresent(deploymentConfig, forKey: .deploymentConfig)
    try row.encodeIfPresent(deploymentGroup, forKey: .deploymentGroup)
    try row.encode(deploymentID, forKey: .deploymentID)
    try row.encodeIfPresent(description, forKey: .description)
    try row.encodeIfPresent(durationSeconds, forKey: .durationSeconds)
    try row.encodeIfPresent(error.map(Stored.init), forKey: .error)
    try row.encode(event, forKey: .event)
    try row.encodeIfPresent(failure.map(Stored.init), forKey: .failure)
    try row.encode(id, forKey: .id)
    try row.encodeIfPresent(labels, forKey: .labels)
    try row.encodeIfPresent(overview.map(Stored.init), forKey: .overview)
    try row.encodeIfPresent(previousRevision.map(Stored.init), forKey: .previousRevision)
    try row.encode(region, forKey: .region)
    try row.encodeIfPresent(revision.map(Stored.init), forKey: .revision)
    try row.encodeIfPresent(rollback.map(Stored.init), forKey: .rollback)
    try row.encodeIfPresent(startedAt, forKey: .startedAt)
    try row.encode(status, forKey: .status)
    try row.encode(version, forKey: .version)
  }
}

extension DeploymentNotification.Failure: StoredValue {
  package init(stored row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    errorCode = try row.optional("error_code")
    lifecycleEvent = try row.optional("lifecycle_event")
    logTail = try row.optional("log_tail")
    message = try row.optional("message")
    script = try row.optional("script")
    target = try row.optional("target")
    try row.endObject()
  }

  package func writeStored(to row: inout RowWriter) {
    row.beginObject()
    row.optional("error_code", errorCode)
    row.optional("lifecycle_event", lifecycleEvent)
    row.optional("log_tail", logTail)
    row.optional("message", message)
    row.optional("script", script)
    row.optional("target", target)
    row.endObject()
  }

  private enum StoredKey: String, CodingKey {
    case errorCode = "error_code"
    case lifecycleEvent = "lifecycle_event"
    case logTail = "log_tail"
    case message
    case script
    case target
  }

  package init(storedBy decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: StoredKey.self)
    errorCode = try row.optional(.errorCode)
    lifecycleEvent = try row.optional(.lifecycleEvent)
    logTail = try row.optional(.logTail)
    message = try row.optional(.message)
    script = try row.optional(.script)
    target = try row.optional(.target)
  }

  package func encodeStored(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: StoredKey.self)
    try row.encodeIfPresent(errorCode, forKey: .errorCode)
    try row.encodeIfPresent(lifecycleEvent, forKey: .lifecycleEvent)
    try row.encodeIfPresent(logTail, forKey: .logTail)
    try row.encodeIfPresent(message, forKey: .message)
    try row.encodeIfPresent(script, forKey: .script)
    try row.encodeIfPresent(target, forKey: .target)
  }
}

extension DeploymentNotification.Deployer: StoredValue {
  package init(stored row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    email = try row.optional("email")
    name = try row.optional("name")
    source = try row.optional("source")
    try row.endObject()
  }

  package func writeStored(to row: inout RowWriter) {
    row.beginObject()
    row.optional("email", email)
    row.optional("name", name)
    row.optional("source", source)
    row.endObject()
  }

  private enum StoredKey: String, CodingKey {
    case email
    case name
    case source
  }

  package init(storedBy decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: StoredKey.self)
    email = try row.optional(.email)
    name = try row.optional(.name)
    source = try row.optional(.source)
  }

  package func encodeStored(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: StoredKey.self)
    try row.encodeIfPresent(email, forKey: .email)
    try row.encodeIfPresent(name, forKey: .name)
    try row.encodeIfPresent(source, forKey: .source)
  }
}
