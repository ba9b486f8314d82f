import Foundation

extension DeploymentStatus: RowValue {}
extension DeploymentCreator: RowValue {}
extension ComputePlatform: RowValue {}
extension DeploymentEvent: RowValue {}

extension Deployment: StoredValue {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
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
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.member("application", application)
    try row.optional("completedAt", completedAt)
    try row.optional("computePlatform", computePlatform)
    try row.member("createdAt", createdAt)
    try row.optional("creator", creator)
    try row.optional("deploymentConfig", deploymentConfig)
    try row.optional("deploymentGroup", deploymentGroup)
    try row.optional("description", description)
    try row.optional(stored: "error", error)
    try row.member("id", id)
    try row.optional(stored: "overview", overview)
    try row.optional(stored: "previousRevision", previousRevision)
    try row.optional(stored: "revision", revision)
    try row.optional(stored: "rollback", rollback)
    try row.optional("startedAt", startedAt)
    try row.member("status", status)
  }
}

extension Deployment.Overview: StoredValue {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
    failed = try row.optional("failed")
    inProgress = try row.optional("in_progress")
    pending = try row.optional("pending")
    ready = try row.optional("ready")
    skipped = try row.optional("skipped")
    succeeded = try row.optional("succeeded")
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.optional("failed", failed)
    try row.optional("in_progress", inProgress)
    try row.optional("pending", pending)
    try row.optional("ready", ready)
    try row.optional("skipped", skipped)
    try row.optional("succeeded", succeeded)
  }
}

extension Deployment.ErrorInformation: StoredValue {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
    code = try row.optional("code")
    message = try row.optional("message")
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.optional("code", code)
    try row.optional("message", message)
  }
}

extension Deployment.RollbackInformation: StoredValue {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
    message = try row.optional("message")
    rolledBackBy = try row.optional("rolled_back_by")
    triggeredBy = try row.optional("triggered_by")
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.optional("message", message)
    try row.optional("rolled_back_by", rolledBackBy)
    try row.optional("triggered_by", triggeredBy)
  }
}
