import CodeDeployNotifications
import Foundation
import Testing

@testable import AWSClient

/// What isn't as the service's model has it, and is no reason to miss a deployment.
extension CodeDeployTests {
  @Test(
    "an odd member keeps no deployment from being read",
    arguments: [
      ("status", nil), ("status", "null"), ("status", "7"), ("createTime", nil),
      ("createTime", "null"), ("createTime", #""soon""#), ("createTime", "1e300"),
      ("completeTime", #""later""#), ("deploymentOverview", "7"), ("errorInformation", "[]"),
      ("revision", #"{"revisionType":"S3","s3Location":{"key":7}}"#), ("creator", "7"),
    ] as [(String, String?)])
  func oddMember(field: String, value: String?) async throws {
    var fields = [
      "deploymentId": #""d-1""#, "applicationName": #""a""#, "status": #""Created""#,
      "createTime": "60", "startTime": "61",
    ]
    fields[field] = value
    let info = fields.map { #""\#($0)":\#($1)"# }.joined(separator: ",")
    let other = #"{"deploymentId":"d-2","applicationName":"a","status":"Created","createTime":1}"#
    let read = try await Self.deployments(#"{"deploymentsInfo":[{\#(info)},\#(other)]}"#)
    #expect(read.map(\.id) == ["d-1", "d-2"])
    let created = field == "createTime" ? 61 : 60
    #expect(read.first?.createdAt == Date(timeIntervalSince1970: TimeInterval(created)))
    #expect(read.first?.status.isFinal == false)
  }

  @Test(
    "a time is read in every form that is met",
    arguments: [
      "60.5", #""60.5""#, #""1970-01-01T00:01:00.5Z""#,
      #""1970-01-01 00:01:00.5""#, #""1970-01-01T02:01:00.5+02:00""#,
    ])
  func times(written: String) async throws {
    let read = try await Self.deployments(
      #"{"deploymentsInfo":[{"deploymentId":"d-1","applicationName":"a","createTime":\#(written)}]}"#
    )
    #expect(read.first?.createdAt == Date(timeIntervalSince1970: 60.5))
  }

  @Test("a time in milliseconds is taken for what it is") func milliseconds() async throws {
    let read = try await Self.deployments(
      #"{"deploymentsInfo":[{"deploymentId":"d-1","applicationName":"a","createTime":1795416647123}]}"#
    )
    #expect(read.first?.createdAt == Date(milliseconds: 1_795_416_647_123))
  }

  @Test("an id that isn't known leaves the others of its batch") func unknownIDs() async throws {
    let (source, server) = Self.source(
      .error("DeploymentDoesNotExistException"), .ok(#"{"deploymentsInfo":[]}"#),
      .error("DeploymentDoesNotExistException"), .error("InvalidDeploymentIdException"),
      .ok(#"{"deploymentsInfo":[{"deploymentId":"d-4","applicationName":"a"}]}"#))
    let read = try await source.deployments(["d-1", "d-2", "d-3", "d-4"])
    #expect(read.map(\.id) == ["d-4"])
    #expect(server.received.count == 5)
  }

  @Test("where the batch isn't allowed, each application is asked for")
  func batchNotAllowed() async throws {
    let (source, _) = Self.source(
      .error("AccessDeniedException"), .ok(#"{"application":{"applicationName":"a"}}"#),
      .error("ApplicationDoesNotExistException"))
    #expect(try await source.applications(["a", "b"]) == ["a"])
  }

  @Test("one unknown application is unknown also where only the batch is there")
  func onlyTheBatch() async throws {
    let (source, _) = Self.source(
      .error("ApplicationDoesNotExistException"), .error("UnknownOperationException"))
    #expect(try await source.applications(["a"]) == [])
  }
}
