import CodeDeployNotifications
import Foundation
import Testing

/// The names by which ledgers of earlier versions hold what they hold. What is published has names of
/// its own: a change there changes nothing here.
@Suite struct StoredNameTests {
  private static let revision =
    #"{"bucket":"b","commit":"c","content":"t","etag":"e","key":"k","label":"c","#
    + #""repository":"r","sha256":"s","type":"S3","version":"v"}"#
  private static let parts =
    #""overview":{"failed":1,"in_progress":2,"pending":3,"ready":4,"skipped":5,"succeeded":6},"#
  private static let rollback =
    #""rollback":{"message":"m","rolled_back_by":"d-2","triggered_by":"d-0"}"#

  static let deployment =
    #"{"application":"shop","completedAt":3,"computePlatform":"ECS","createdAt":1,"#
    + #""creator":"user","deploymentConfig":"all","deploymentGroup":"live","description":"d","#
    + #""error":{"code":"E","message":"m"},"id":"d-1",\#(parts)"previousRevision":\#(revision),"#
    + #""revision":\#(revision),\#(rollback),"startedAt":2,"status":"Failed"}"#

  static let notification =
    #"{"account_id":"1","account_name":"prod","application":"shop","compare_url":"u","#
    + #""completed_at":3,"compute_platform":"ECS","console_url":"w","created_at":1,"#
    + #""creator":"user","deployer":{"email":"a@b","name":"Ada","source":"commit"},"#
    + #""deployment_config":"all","deployment_group":"live","deployment_id":"d-1","#
    + #""description":"d","duration_seconds":9,"error":{"code":"E","message":"m"},"#
    + #""event":"failed","failure":{"error_code":"F","lifecycle_event":"L","log_tail":"l","#
    + #""message":"m","script":"s","target":"i-1"},"id":"","labels":{"team":"a"},"#
    + #"\#(parts)"previous_revision":\#(revision),"region":"eu-west-1","revision":\#(revision),"#
    + #"\#(rollback),"started_at":2,"status":"Failed","version":1}"#

  @Test("A deployment's fields keep their names in the ledger") func deploymentFields() throws {
    let row = try RowCoding.decode(Stored<Deployment>.self, from: Self.deployment)
    #expect(try RowCoding.encode(row) == Self.deployment)
    #expect(try RowCoding.encodeAny(row) == Self.deployment)
    let read = try RowCoding.decodeAny(Stored<Deployment>.self, from: Self.deployment).value
    #expect(read == row.value)
    #expect(read.deploymentGroup == "live" && read.previousRevision?.etag == "e")
    #expect(read.rollback?.rolledBackBy == "d-2" && read.overview?.inProgress == 2)
  }

  @Test("A notification's fields keep their names in the ledger") func notificationFields() throws {
    let row = try RowCoding.decode(Stored<DeploymentNotification>.self, from: Self.notification)
    #expect(try RowCoding.encode(row) == Self.notification)
    #expect(try RowCoding.encodeAny(row) == Self.notification)
    let read = try RowCoding.decodeAny(
      Stored<DeploymentNotification>.self, from: Self.notification
    ).value
    #expect(read == row.value)
    #expect(read.failure?.logTail == "l" && read.accountName == "prod")
    #expect(read.deployer?.source == "commit" && read.durationSeconds == 9)
  }
}
