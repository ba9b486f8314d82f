import CodeDeployNotifications
import Foundation
import Logging
import Testing

@testable import AWSClient

/// Requests to CodeDeploy, and how its answers are read.
@Suite struct CodeDeployTests {
  /// An answer in the form of the API's model, with every field that a notification uses.
  static let recorded = #"""
    {"deploymentsInfo":[{"applicationName":"checkout","deploymentGroupName":"production",
    "deploymentConfigName":"CodeDeployDefault.OneAtATime","deploymentId":"d-A1B2C3D4E",
    "previousRevision":{"revisionType":"GitHub","gitHubLocation":{"repository":"shop/checkout",
    "commitId":"1111111111"}},"revision":{"revisionType":"GitHub","gitHubLocation":{
    "repository":"shop/checkout","commitId":"2222222222"}},"status":"Failed","errorInformation":{
    "code":"HEALTH_CONSTRAINTS","message":"Too \"many\" \u00e9 failed."},
    "createTime":1767268799.123,"startTime":1767268801,"completeTime":1.767269e9,
    "deploymentOverview":{"Pending":1,"InProgress":2,"Succeeded":3,"Failed":4,"Skipped":5,
    "Ready":6},"description":"Release 42","creator":"codeDeployRollback",
    "ignoreApplicationStopFailures":false,"rollbackInfo":{"rollbackDeploymentId":"d-LATER",
    "rollbackTriggeringDeploymentId":"d-EARLIER","rollbackMessage":"Back."},
    "deploymentStyle":{"deploymentType":"IN_PLACE"},"computePlatform":"Server",
    "fileExistsBehavior":"DISALLOW","deploymentStatusMessages":[]}]}
    """#

  static func source(_ answers: TestServer.Answer...) -> (DeploymentSource, TestServer) {
    let server = TestServer { _, index in answers[min(index, answers.count - 1)] }
    return (AWSAccounts.test(server).source(for: .ireland), server)
  }

  static func deployments(_ body: String) async throws -> [Deployment] {
    try await source(.ok(body)).0.deployments(["d-1"])
  }

  @Test("A recorded deployment is read in full")
  func recordedDeployment() async throws {
    let (source, server) = Self.source(.ok(Self.recorded))
    var expected = Deployment(
      id: "d-A1B2C3D4E", application: "checkout", deploymentGroup: "production", status: .failed,
      creator: "codeDeployRollback", createdAt: Date(timeIntervalSince1970: 1_767_268_799.123))
    expected.deploymentConfig = "CodeDeployDefault.OneAtATime"
    expected.computePlatform = "Server"
    expected.description = "Release 42"
    expected.revision = Revision(
      type: "GitHub", repository: "shop/checkout", commit: "2222222222")
    expected.previousRevision = Revision(
      type: "GitHub", repository: "shop/checkout", commit: "1111111111")
    expected.startedAt = Date(timeIntervalSince1970: 1_767_268_801)
    expected.completedAt = Date(timeIntervalSince1970: 1_767_269_000)
    expected.overview = .init(
      succeeded: 3, failed: 4, skipped: 5, inProgress: 2, pending: 1, ready: 6)
    expected.error = .init(code: "HEALTH_CONSTRAINTS", message: "Too \"many\" é failed.")
    expected.rollback = .init(
      triggeredBy: "d-EARLIER", rolledBackBy: "d-LATER", message: "Back.")
    #expect(try await source.deployments(["d-A1B2C3D4E", "d-GONE"]) == [expected])
    let request = try #require(server.received.first)
    #expect(
      request.headers.last == HTTPField("X-Amz-Target", "CodeDeploy_20141006.BatchGetDeployments"))
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == #"{"deploymentIds":["d-A1B2C3D4E","d-GONE"]}"#)
  }

  @Test("No part of an answer is taken for an answer")
  func prefixes() async throws {
    let bytes = Array(Self.recorded.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
    for length in 0..<bytes.count {
      let server = TestServer(.success(HTTPResponse(status: 200, body: Array(bytes[..<length]))))
      let source = AWSAccounts.test(server).source(for: .ireland)
      let failure = try await awsFailure { try await source.deployments(["d-1"]) }
      #expect(failure?.kind == .nonsense, "after \(length) bytes")
    }
  }

  @Test(
    "A revision of any type is read with what its type has",
    arguments: [
      (
        #"{"revisionType":"S3","s3Location":{"bucket":"b","key":"k.zip","bundleType":"zip","version":"v","eTag":"e"}}"#,
        Revision(type: "S3", bucket: "b", key: "k.zip", version: "v", etag: "e")
      ),
      (
        #"{"revisionType":"GitHub","gitHubLocation":{"repository":"a/b","commitId":"c"}}"#,
        Revision(type: "GitHub", repository: "a/b", commit: "c")
      ),
      (
        #"{"revisionType":"String","string":{"content":"x","sha256":"s"}}"#,
        Revision(type: "String", content: "x", sha256: "s")
      ),
      (
        #"{"revisionType":"AppSpecContent","appSpecContent":{"content":null,"sha256":"s"}}"#,
        Revision(type: "AppSpecContent", sha256: "s")
      ),
      (#"{"revisionType":"Image","imageLocation":{"digest":"d"}}"#, Revision(type: "Image")),
      (
        #"{"s3Location":{"bucket":"b","key":"k","eTag":""}}"#,
        Revision(type: "S3", bucket: "b", key: "k")
      ),
      ("{}", nil), ("null", nil),
    ] as [(String, Revision?)])
  func revisions(json: String, revision: Revision?) async throws {
    let body = #"""
      {"deploymentsInfo":[{"deploymentId":"d-1","applicationName":"a","status":"Odd","createTime":0,
      "revision":\#(json),"previousRevision":\#(json)}]}
      """#
    let deployment = try #require(try await Self.deployments(body).first)
    #expect(deployment.revision == revision)
    #expect(deployment.previousRevision == revision)
    #expect(deployment.status == DeploymentStatus(rawValue: "Odd"))
  }

  @Test(
    "Times are numbers, or texts from servers that stand in for CodeDeploy",
    arguments: [
      ("1767268800", noon), ("1767268800.5", noon + 0.5), ("1.7672688E9", noon),
      (#""2026-01-01T12:00:00Z""#, noon), (#""2026-01-01T12:00:00.250000""#, noon + 0.25),
    ])
  func times(json: String, date: Date) async throws {
    let body =
      #"{"deploymentsInfo":[{"deploymentId":"d-1","applicationName":"a","status":"Created","#
      + #""createTime":\#(json),"completeTime":\#(json),"startTime":null}]}"#
    let deployment = try #require(try await Self.deployments(body).first)
    #expect(deployment.createdAt == date)
    #expect(deployment.completedAt == date)
    #expect(deployment.startedAt == nil)
  }

  @Test("What is missing or empty is left out")
  func missing() async throws {
    let body = #"""
      {"deploymentsInfo":[{"deploymentId":"d-1","applicationName":"a","status":"Created",
      "createTime":1767268800,"description":"","deploymentGroupName":null,"rollbackInfo":{},
      "errorInformation":null,"deploymentOverview":{}}]}
      """#
    #expect(
      try await Self.deployments(body)
        == [Deployment(id: "d-1", application: "a", status: .created, createdAt: noon)])
  }

  @Test(
    "A deployment without what can't be done without is left out, and counted",
    arguments: [
      ("deploymentId", nil), ("applicationName", nil), ("deploymentId", "7"),
      ("applicationName", "null"),
    ] as [(String, String?)])
  func indispensable(field: String, value: String?) async throws {
    var fields = [
      "deploymentId": #""d-1""#, "applicationName": #""a""#, "status": #""Created""#,
      "createTime": "1",
    ]
    fields[field] = value
    let info = fields.map { #""\#($0)":\#($1)"# }.joined(separator: ",")
    let other = #"{"deploymentId":"d-2","applicationName":"a","status":"Created","createTime":1}"#
    let remarks = Recorder<String>()
    var environment = AWSEnvironment.test()
    environment.logger = Logger(label: "test") { _ in RecordingLog(remarks: remarks) }
    environment.logger.logLevel = .debug
    let server = TestServer(.ok(#"{"deploymentsInfo":[{\#(info)},\#(other)]}"#))
    let source = AWSAccounts.test(server, environment: environment).source(for: .ireland)
    #expect(try await source.deployments(["d-1", "d-2"]).map(\.id) == ["d-2"])
    #expect(
      remarks.all == [
        "eu-west-1: codedeploy BatchGetDeployments answered deployments that can't be read: 1",
        "eu-west-1: codedeploy BatchGetDeployments says nothing readable of d-1",
      ])
  }

  @Test(
    "A listing asks for what it is narrowed to",
    arguments: [
      (ListingFilter(), nil, "{}"),
      (
        ListingFilter(createdSince: noon + 0.1239), nil,
        #"{"createTimeRange":{"start":1767268800.123}}"#
      ),
      (
        ListingFilter(createdSince: noon, statuses: [.created, .ready]), "a/b=",
        #"{"createTimeRange":{"start":1767268800},"includeOnlyStatuses":["Created","Ready"],"nextToken":"a/b="}"#
      ),
    ] as [(ListingFilter, String?, String)])
  func listingRequest(filter: ListingFilter, token: String?, body: String) async throws {
    let (source, server) = Self.source(.ok(#"{"deployments":[]}"#))
    _ = try await source.listPage(filter, token)
    let request = try #require(server.received.first)
    #expect(String(decoding: request.body, as: UTF8.self) == body)
    #expect(
      request.headers.last == HTTPField("X-Amz-Target", "CodeDeploy_20141006.ListDeployments"))
  }

  @Test(
    "A page is read with its ids and token, and what has another form is no answer",
    arguments: [
      (
        #"{"deployments":["d-1","d-2"],"nextToken":"t"}"#,
        ListingPage(ids: ["d-1", "d-2"], nextToken: "t")
      ),
      (#"{"deployments":[],"nextToken":null}"#, ListingPage(ids: [])),
      (#"{"deployments":["d-1"],"nextToken":""}"#, ListingPage(ids: ["d-1"])),
      (#"{"nextToken":"t"}"#, ListingPage(ids: [], nextToken: "t")), ("{}", ListingPage(ids: [])),
      (#"{"message":"Sign in to this network."}"#, nil), (#"{"deployments":{}}"#, nil),
      (#"{"deployments":[1]}"#, ListingPage(ids: [], unreadable: 1)),
      (
        #"{"deployments":[1,"d-1",null],"nextToken":"t"}"#,
        ListingPage(ids: ["d-1"], nextToken: "t", unreadable: 2)
      ),
    ] as [(String, ListingPage?)])
  func pages(body: String, page: ListingPage?) async throws {
    let source = Self.source(.ok(body)).0
    if let page {
      #expect(try await source.listPage(ListingFilter(), nil) == page)
    } else {
      let failure = try await awsFailure { try await source.listPage(ListingFilter(), nil) }
      #expect(failure?.kind == .nonsense)
    }
  }

  @Test("Applications are asked for a hundred at a time; unknown ones may be left out")
  func applications() async throws {
    let server = TestServer { request, _ in
      struct Input: Decodable { var applicationNames: [String] }
      let names = try JSONDecoder().decode(Input.self, from: Data(request.body)).applicationNames
      let known = names.filter { $0 != "gone" }.map { #"{"applicationName":"\#($0)"}"# }
      return .ok(#"{"applicationsInfo":[\#(known.joined(separator: ","))]}"#)
    }
    let source = AWSAccounts.test(server).source(for: .ireland)
    let names = (1...250).map { "app-\($0)" }
    #expect(try await source.applications(names + ["gone"]) == Set(names))
    #expect(server.received.count == 3)
    #expect(source.requestCount() == 3)
    #expect(try await source.applications([]).isEmpty)
    #expect(server.received.count == 3)
  }

  @Test("Where one unknown name fails the batch, each is asked for")
  func unknownFailsBatch() async throws {
    let (source, server) = Self.source(
      .error("ApplicationDoesNotExistException"), .ok(#"{"application":{"applicationName":"a"}}"#),
      .error("com.amazonaws.codedeploy#ApplicationDoesNotExistException"),
      .error("InvalidApplicationNameException"))
    #expect(try await source.applications(["a", "b", "c"]) == ["a"])
    #expect(
      server.received.map { String(decoding: $0.body, as: UTF8.self) } == [
        #"{"applicationNames":["a","b","c"]}"#, #"{"applicationName":"a"}"#,
        #"{"applicationName":"b"}"#, #"{"applicationName":"c"}"#,
      ])
  }

  @Test("Another error isn't taken for an unknown application")
  func otherError() async throws {
    let source = Self.source(.error("AccessDeniedException")).0
    let failure = try await awsFailure { try await source.applications(["a"]) }
    #expect(failure?.kind == .accessDenied)
  }

  @Test("No ids, no request")
  func noIDs() async throws {
    let (source, server) = Self.source(.ok("{}"))
    #expect(try await source.deployments([]).isEmpty)
    #expect(server.received.isEmpty)
  }

  @Test("Every attempt counts as a request, of CodeDeploy only")
  func requestCount() async throws {
    let server = TestServer(.status(503), .ok(#"{"deployments":[]}"#))
    let accounts = AWSAccounts.test(server)
    let source = accounts.source(for: .ireland)
    #expect(source.requestCount() == 0)
    _ = try await source.listPage(ListingFilter(), nil)
    #expect(source.requestCount() == 2)
    let ssm = AWSCall(
      service: "ssm", region: "eu-west-1", form: .json(version: "1.1", target: "x.y", body: []))
    _ = try await accounts.caller(for: .ireland).call(ssm)
    #expect(source.requestCount() == 2)
  }
}
