import Foundation

extension DeploymentStatus: RowValue {}
extension DeploymentCreator: RowValue {}
extension ComputePlatform: RowValue {}
extension DeploymentEvent: RowValue {}

extension Deployment: StoredValue {
  package init(stored row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    application = try row.member("application")
    completedAt = try row.optional("completedAt")
    computePlatform = try row.optional("computePlatform")
    createdAt = try row.member("createdAt")
    creator = try row.optional("creator")
    deploymentConfig = try row.optional("deploymentConfig")
    deploymentGroup = try row.optional("deploymentGroup")
    description = try row.optional("description")
    error = try row.optional(stored: "error")
    id = try row.member("id")
    overview = try row.optional(stored: "overview")
    previousRevision = try row.optional(stored: "previousRevision")
    revision = try row.optional(stored: "revision")
    rollback = try row.optional(stored: "rollback")
    startedAt = try row.optional("startedAt")
    status = try row.member("status")
    try row.endObject()
  }

  package func writeStored(to row: inout RowWriter) {
    row.beginObject()
    row.member("application", application)
    row.optional("completedAt", completedAt)
    row.optional("computePlatform", computePlatform)
    row.member("createdAt", createdAt)
    row.optional("creator", creator)
    row.optional("deploymentConfig", deploymentConfig)
    row.optional("deploymentGroup", deploymentGroup)
    row.optional("description", description)
    row.optional("error", error.map(Stored.init))
    row.member("id", id)
    row.optional("overview", overview.map(Stored.init))
    row.optional("previousRevision", previousRevision.map(Stored.init))
    row.optional("revision", revision.map(Stored.init))
    row.optional("rollback", rollback.map(Stored.init))
    row.optional("startedAt", startedAt)
    row.member("status", status)
    row.endObject()
  }

  private enum StoredKey: String, CodingKey {
    case application
    case completedAt
    case computePlatform
    case createdAt
    case creator
    case deploymentConfig
    case deploymentGroup
    case description
    case error
    case id
    case overview
    case previousRevision
    case revision
    case rollback
    case startedAt
    case status
  }

  package init(storedBy decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: StoredKey.self)
    application = try row.member(.application)
    completedAt = try row.optional(.completedAt)
    computePlatform = try row.optional(.computePlatform)
    createdAt = try row.member(.createdAt)
    creator = try row.optional(.creator)
    deploymentConfig = try row.optional(.deploymentConfig)
    deploymentGroup = try row.optional(.deploymentGroup)
    description = try row.optional(.description)
    error = try row.optional(stored: .error)
    id = try row.member(.id)
    overview = try row.optional(stored: .overview)
    previousRevision = try row.optional(stored: .previousRevision)
    revision = try row.optional(stored: .revision)
    rollback = try row.optional(stored: .rollback)
    startedAt = try row.optional(.startedAt)
    status = try row.member(.status)
  }

  package func encodeStored(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: StoredKey.self)
    try row.encode(application, forKey: .application)
    try row.encodeIfPresent(completedAt, forKey: .completedAt)
    try row.encodeIfPresent(computePlatform, forKey: .computePlatform)
    try row.encode(createdAt, forKey: .createdAt)
    try row.encodeIfPresent(creator, forKey: .creator)
    try row.encodeIfPresent(deploymentConfig, forKey: .deploymentConfig)
    try row.encodeIfPresent(deploymentGroup, forKey: .deploymentGroup)
    try row.encodeIfPresent(description, forKey: .description)
    try row.encodeIfPresent(error.map(Stored.init), forKey: .error)
    try row.encode(id, forKey: .id)
    try row.encodeIfPresent(overview.map(Stored.init), forKey: .overview)
    try row.encodeIfPresent(previousRevision.map(Stored.init), forKey: .previousRevision)
    try row.encodeIfPresent(revision.map(Stored.init), forKey: .revision)
    try row.encodeIfPresent(rollback.map(Stored.init), forKey: .rollback)
    try row.encodeIfPresent(startedAt, forKey: .startedAt)
    try row.encode(status, forKey: .status)
  }
}

extension Deployment.Overview: StoredValue {
  package init(stored row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    failed = try row.optional("failed")
    inProgress = try row.optional("in_progress")
    pending = try row.optional("pending")
    ready = try row.optional("ready")
    skipped = try row.optional("skipped")
    succeeded = try row.optional("succeeded")
    try row.endObject()
  }

  package func writeStored(to row: inout RowWriter) {
    row.beginObject()
    row.optional("failed", failed)
    row.optional("in_progress", inProgress)
    row.optional("pending", pending)
    row.optional("ready", ready)
    row.optional("skipped", skipped)
    row.optional("succeeded", succeeded)
    row.endObject()
  }

  private enum StoredKey: String, CodingKey {
    case failed
    case inProgress = "in_progress"
    case pending
    case ready
    case skipped
    case succeeded
  }

  package init(storedBy decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: StoredKey.self)
    failed = try row.optional(.failed)
    inProgress = try row.optional(.inProgress)
    pending = try row.optional(.pending)
    ready = try row.optional(.ready)
    skipped = try row.optional(.skipped)
    succeeded = try row.optional(.succeeded)
  }

  package func encodeStored(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: StoredKey.self)
    try row.encodeIfPresent(failed, forKey: .failed)
    try row.encodeIfPresent(inProgress, forKey: .inProgress)
    try row.encodeIfPresent(pending, forKey: .pending)
    try row.encodeIfPresent(ready, forKey: .ready)
    try row.encodeIfPresent(skipped, forKey: .skipped)
    try row.encodeIfPresent(succeeded, forKey: .succeeded)
  }
}

extension Deployment.ErrorInformation: StoredValue {
  package init(stored row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    code = try row.optional("code")
    message = try row.optional("message")
    try row.endObject()
  }

  package func writeStored(to row: inout RowWriter) {
    row.beginObject()
    row.optional("code", code)
    row.optional("message", message)
    row.endObject()
  }

  private enum StoredKey: String, CodingKey {
    case code
    case message
  }

  package init(storedBy decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: StoredKey.self)
    code = try row.optional(.code)
    message = try row.optional(.message)
  }

  package func encodeStored(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: StoredKey.self)
    try row.encodeIfPresent(code, forKey: .code)
    try row.encodeIfPresent(message, forKey: .message)
  }
}

extension Deployment.RollbackInformation: StoredValue {
  package init(stored row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    message = try row.optional("message")
    rolledBackBy = try row.optional("rolled_back_by")
    triggeredBy = try row.optional("triggered_by")
    try row.endObject()
  }

  package func writeStored(to row: inout RowWriter) {
    row.beginObject()
    row.optional("message", message)
    row.optional("rolled_back_by", rolledBackBy)
    row.optional("triggered_by", triggeredBy)
    row.endObject()
  }

  private enum StoredKey: String, CodingKey {
    case message
    case rolledBackBy = "rolled_back_by"
    case triggeredBy = "triggered_by"
  }

  package init(storedBy decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: StoredKey.self)
    message = try row.optional(.message)
    rolledBackBy = try row.optional(.rolledBackBy)
    triggeredBy = try row.optional(.triggeredBy)
  }

  package func encodeStored(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: StoredKey.self)
    try row.encodeIfPresent(message, forKey: .message)
    try row.encodeIfPresent(rolledBackBy, forKey: .rolledBackBy)
    try row.encodeIfPresent(triggeredBy, forKey: .triggeredBy)
  }
}
