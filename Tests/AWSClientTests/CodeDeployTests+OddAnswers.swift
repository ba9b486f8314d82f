import CodeDeployNotifications
import Foundation
import Logging
import Testing

@testable import AWSClient

/// Answers that differ from the service's model, but must not make a deployment be missed.
extension CodeDeployTests {
  @Test(
    "An odd member keeps no deployment from being read",
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
    "An element that can't be read leaves the others of its batch",
    arguments: [
      "null", "7", "[]", "{}", #"{"deploymentId":"d-1"}"#,
      #"{"deploymentId":"d-1","applicationName":null,"status":"Created"}"#,
      #"{"deploymentId":"d-1","applicationName":""}"#, #"{"applicationName":"a"}"#,
      #"{"deploymentId":7,"applicationName":"a"}"#,
    ])
  func oddElement(element: String) async throws {
    let good = #"{"deploymentId":"d-2","applicationName":"a","status":"Created","createTime":1}"#
    for list in ["\(element),\(good)", "\(good),\(element)"] {
      let read = try await Self.deployments(#"{"deploymentsInfo":[\#(list)]}"#)
      #expect(read.map(\.id) == ["d-2"])
    }
  }

  @Test("Ids and names that can't be read leave the others of their page, and are counted")
  func oddIDs() async throws {
    let odd = #"null,7,"",["d-3"],{},"\u0007","\#(String(repeating: "x", count: 2000))""#
    func page(_ key: String) -> TestServer.Answer {
      .ok(#"{"\#(key)":["d-1",\#(odd),"d-2"],"nextToken":null}"#)
    }
    let listed = try await Self.source(page("deployments")).0.listPage(ListingFilter(), nil)
    #expect(listed == ListingPage(ids: ["d-1", "d-2"], unreadable: 7))
    let targets = try await Self.source(page("targetIds")).0.details.targetPage("d-1", true, nil)
    #expect(targets.ids == ["d-1", "d-2"])
    #expect(try await Self.source(page("deploymentGroups")).0.groups("a") == ["d-1", "d-2"])
    let applications = Self.source(
      .ok(#"{"applicationsInfo":[null,{},{"applicationName":"a"},7]}"#)
    ).0
    #expect(try await applications.applications(["a", "b"]) == ["a"])
  }

  @Test("What was left out is said to whoever wants to know")
  func leftOut() async throws {
    let remarks = Recorder<String>()
    var environment = AWSEnvironment.test()
    environment.logger = Logger(label: "test") { _ in RecordingLog(remarks: remarks) }
    environment.logger.logLevel = .debug
    let server = TestServer(
      .ok(#"{"deployments":[null,"d-1",null]}"#),
      .ok(#"{"deploymentsInfo":[{"deploymentId":"d-1"}]}"#))
    let source = AWSAccounts.test(server, environment: environment).source(for: .ireland)
    _ = try await source.listPage(ListingFilter(), nil)
    _ = try await source.deployments(["d-1", "d-2"])
    #expect(
      remarks.all == [
        "eu-west-1: codedeploy ListDeployments answered ids that can't be read: 2",
        "eu-west-1: codedeploy BatchGetDeployments answered deployments that can't be read: 1",
        "eu-west-1: codedeploy BatchGetDeployments says nothing readable of d-1, d-2",
      ])
  }

  @Test("Half of a surrogate pair costs that character of a text")
  func loneSurrogate() async throws {
    let read = try await Self.deployments(
      #"{"deploymentsInfo":[{"deploymentId":"d-1","applicationName":"a","description":"Ship \ud83d it","#
        + #""errorInformation":{"message":"\udc00"}}]}"#)
    #expect(read.first?.description == "Ship \u{FFFD} it")
    #expect(read.first?.error?.message == "\u{FFFD}")
  }

  @Test(
    "A count of targets that no deployment has is no count",
    arguments: ["9223372036854775807", #""9223372036854775807""#, "-1", "1e300", "2000000000"])
  func hugeCounts(count: String) async throws {
    let read = try await Self.deployments(
      #"{"deploymentsInfo":[{"deploymentId":"d-1","applicationName":"a","#
        + #""deploymentOverview":{"Failed":\#(count),"Succeeded":\#(count),"Pending":3}}]}"#)
    #expect(read.first?.overview == Deployment.Overview(pending: 3))
  }

  @Test(
    "A time beyond the years that can be written is no time",
    arguments: [
      "1e15", "-1e12", "253402300800000", #""nan""#, #""inf""#, #""99999-01-01T00:00:00Z""#,
      "9223372036854775807",
    ])
  func hugeTimes(written: String) async throws {
    let read = try await Self.deployments(
      #"{"deploymentsInfo":[{"deploymentId":"d-1","applicationName":"a","completeTime":\#(written)}]}"#
    )
    #expect(read.count == 1)
    #expect(read.first?.completedAt == nil)
  }

  @Test(
    "A time is read in every form that is met",
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

  @Test("A time in milliseconds is taken for what it is") func milliseconds() async throws {
    let read = try await Self.deployments(
      #"{"deploymentsInfo":[{"deploymentId":"d-1","applicationName":"a","createTime":1795416647123}]}"#
    )
    #expect(read.first?.createdAt == Date(milliseconds: 1_795_416_647_123))
  }

  @Test("An id that isn't known leaves the others of its batch") func unknownIDs() async throws {
    let (source, server) = Self.source(
      .error("DeploymentDoesNotExistException"), .ok(#"{"deploymentsInfo":[]}"#),
      .error("DeploymentDoesNotExistException"), .error("InvalidDeploymentIdException"),
      .ok(#"{"deploymentsInfo":[{"deploymentId":"d-4","applicationName":"a"}]}"#))
    let read = try await source.deployments(["d-1", "d-2", "d-3", "d-4"])
    #expect(read.map(\.id) == ["d-4"])
    #expect(server.received.count == 5)
  }

  @Test("Where the batch isn't allowed, each application is asked for")
  func batchNotAllowed() async throws {
    let (source, _) = Self.source(
      .error("AccessDeniedException"), .ok(#"{"application":{"applicationName":"a"}}"#),
      .error("ApplicationDoesNotExistException"))
    #expect(try await source.applications(["a", "b"]) == ["a"])
  }

  @Test("One unknown application is unknown also where only the batch is there")
  func onlyTheBatch() async throws {
    let (source, _) = Self.source(
      .error("ApplicationDoesNotExistException"), .error("UnknownOperationException"))
    #expect(try await source.applications(["a"]) == [])
  }
}
