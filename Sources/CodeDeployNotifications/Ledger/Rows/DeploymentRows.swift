import Foundation

extension DeploymentStatus: RowValue {}
extension DeploymentEvent: RowValue {}

extension Deployment: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    application = try row.member("application")
    completedAt = try row.optional("completedAt")
    computePlatform = try row.optional("computePlatform")
    createdAt = try row.member("createdAt")
    creator = try row.optional("creator")
    deploymentConfig = try row.optional("deploymentConfig")
    deploymentGroup = try row.optional("deploymentGroup")
    description = try row.optional("description")
    error = try row.optional("error")
    id = try row.member("id")
    overview = try row.optional("overview")
    previousRevision = try row.optional("previousRevision")
    revision = try row.optional("revision")
    rollback = try row.optional("rollback")
    startedAt = try row.optional("startedAt")
    status = try row.member("status")
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
    row.beginObject()
    row.member("application", application)
    row.optional("completedAt", completedAt)
    row.optional("computePlatform", computePlatform)
    row.member("createdAt", createdAt)
    row.optional("creator", creator)
    row.optional("deploymentConfig", deploymentConfig)
    row.optional("deploymentGroup", deploymentGroup)
    row.optional("description", description)
    row.optional("error", error)
    row.member("id", id)
    row.optional("overview", overview)
    row.optional("previousRevision", previousRevision)
    row.optional("revision", revision)
    row.optional("rollback", rollback)
    row.optional("startedAt", startedAt)
    row.member("status", status)
    row.endObject()
  }
}

extension Deployment.Overview: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    failed = try row.optional("failed")
    inProgress = try row.optional("in_progress")
    pending = try row.optional("pending")
    ready = try row.optional("ready")
    skipped = try row.optional("skipped")
    succeeded = try row.optional("succeeded")
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
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

extension Deployment.ErrorInformation: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    code = try row.optional("code")
    message = try row.optional("message")
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
    row.beginObject()
    row.optional("code", code)
    row.optional("message", message)
    row.endObject()
  }
}

extension Deployment.RollbackInformation: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    message = try row.optional("message")
    rolledBackBy = try row.optional("rolled_back_by")
    triggeredBy = try row.optional("triggered_by")
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
    row.beginObject()
    row.optional("message", message)
    row.optional("rolled_back_by", rolledBackBy)
    row.optional("triggered_by", triggeredBy)
    row.endObject()
  }
}

extension Revision: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    bucket = try row.optional("bucket")
    commit = try row.optional("commit")
    content = try row.optional("content")
    etag = try row.optional("etag")
    key = try row.optional("key")
    // The label is derived from the rest.
    if row.skip("label") { try row.skipText() }
    repository = try row.optional("repository")
    sha256 = try row.optional("sha256")
    type = try row.member("type")
    version = try row.optional("version")
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
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
