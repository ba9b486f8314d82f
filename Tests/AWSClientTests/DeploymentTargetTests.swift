import CodeDeployNotifications
import Foundation
import Testing

@testable import AWSClient

/// Requests for a deployment's targets and revisions, and how the answers are read.
@Suite struct DeploymentTargetTests {
  typealias Event = DeploymentTarget.LifecycleEvent

  /// Two targets in the form of the CLI's examples for `get-deployment-target`.
  static let recorded = #"""
    {"deploymentTargets":[{"deploymentTargetType":"InstanceTarget","instanceTarget":{
    "deploymentId":"d-A1B2C3D4E","targetId":"i-0abc0abc0abc0abc0",
    "targetArn":"arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc0abc0abc0abc0",
    "status":"Failed","lastUpdatedAt":1767268800.5,"instanceLabel":"Blue","lifecycleEvents":[
    {"lifecycleEventName":"ApplicationStop","startTime":1767268790,"endTime":1767268791,
    "status":"Succeeded","diagnostics":{"errorCode":"Success","scriptName":"","message":"Succeeded",
    "logTail":""}},
    {"lifecycleEventName":"BeforeInstall","startTime":1767268792,"endTime":1767268793.25,
    "status":"Failed","diagnostics":{"errorCode":"ScriptFailed","scriptName":"scripts/stop.sh",
    "message":"Script at specified location: scripts/stop.sh failed with exit code 1",
    "logTail":"LifecycleEvent - BeforeInstall\n[stderr]no \u00e9\n"}},
    {"lifecycleEventName":"Install","status":"Skipped"}]}},
    {"deploymentTargetType":"NewTarget","newTarget":{"targetId":"n"}}]}
    """#

  private static func details(_ answers: TestServer.Answer...) -> (DetailSource, TestServer) {
    let server = TestServer { _, index in answers[min(index, answers.count - 1)] }
    return (AWSAccounts.test(server).source(for: .ireland).details, server)
  }

  private static func sent(_ server: TestServer) -> [String] {
    server.received.map { request in
      let operation = request.header("X-Amz-Target")?.split(separator: ".").last ?? ""
      return "\(operation) \(String(decoding: request.body, as: UTF8.self))"
    }
  }

  @Test("A recorded target is read in full, and a kind that isn't known is left out")
  func recordedTarget() async throws {
    let (details, server) = Self.details(.ok(Self.recorded))
    let expected = DeploymentTarget(
      name: "i-0abc0abc0abc0abc0", status: "Failed", updatedAt: noon + 0.5,
      events: [
        Event(
          name: "ApplicationStop", status: "Succeeded", startedAt: noon - 10, endedAt: noon - 9,
          errorCode: "Success", message: "Succeeded"),
        Event(
          name: "BeforeInstall", status: "Failed", startedAt: noon - 8, endedAt: noon - 6.75,
          errorCode: "ScriptFailed", script: "scripts/stop.sh",
          message: "Script at specified location: scripts/stop.sh failed with exit code 1",
          logTail: "LifecycleEvent - BeforeInstall\n[stderr]no é\n"),
        Event(name: "Install", status: "Skipped"),
      ])
    #expect(try await details.targets("d-A1B2C3D4E", ["i-1", "n"]) == [expected])
    #expect(
      Self.sent(server) == [
        #"BatchGetDeploymentTargets {"deploymentId":"d-A1B2C3D4E","targetIds":["i-1","n"]}"#
      ])
  }

  @Test(
    "A target is called what people know it by",
    arguments: [
      (#""instanceTarget":{"targetId":"i-1"}"#, "i-1"),
      (#""instanceTarget":{"targetId":"arn:aws:ec2:us-east-1:1:instance/i-1"}"#, "i-1"),
      (
        #""instanceTarget":{"targetId":"arn:aws:codedeploy:us-east-1:1:instance/web_1a2b"}"#,
        "web_1a2b"
      ),
      (#""instanceTarget":{"targetArn":"arn:aws:ec2:us-east-1:1:instance/i-1"}"#, "i-1"),
      (#""instanceTarget":{}"#, nil),
      (#""instanceTarget":{"status":"Failed"}"#, "a target without an id"),
      (#""ecsTarget":{"targetId":"shop:checkout"}"#, "shop:checkout"),
      (
        #""ecsTarget":{"targetId":"x","targetArn":"arn:aws:ecs:us-east-1:1:service/shop/checkout"}"#,
        "shop:checkout"
      ),
      (#""ecsTarget":{"targetArn":"arn:aws:ecs:us-east-1:1:service/checkout"}"#, "checkout"),
      (
        #""lambdaTarget":{"targetId":"x","lambdaFunctionInfo":{"functionName":"checkout"}}"#,
        "checkout"
      ),
      (#""lambdaTarget":{"targetId":"checkout:live"}"#, "checkout:live"),
      (
        #""lambdaTarget":{"targetArn":"arn:aws:lambda:us-east-1:1:function:checkout:42"}"#,
        "checkout"
      ),
      (
        #""cloudFormationTarget":{"targetId":"arn:aws:cloudformation:us-east-1:1:stack/shop/0-1"}"#,
        "shop"
      ),
    ] as [(String, String?)])
  func names(member: String, name: String?) async throws {
    let (details, _) = Self.details(.ok(#"{"deploymentTargets":[{\#(member)}]}"#))
    #expect(try await details.targets("d-1", ["x"]).map(\.name) == [name].compactMap { $0 })
  }

  @Test("Odd members are left out, and what is no answer is none")
  func odd() async throws {
    let (details, _) = Self.details(
      .ok(
        #"""
        {"deploymentTargets":[{"instanceTarget":{"targetId":"i-1","status":7,"lastUpdatedAt":"never",
        "lifecycleEvents":[{"lifecycleEventName":null,"status":[],"diagnostics":"none"}]}},
        {"instanceTarget":null,"ecsTarget":{"targetId":"a:b","lifecycleEvents":{}}}]}
        """#))
    #expect(
      try await details.targets("d-1", ["x"]) == [
        DeploymentTarget(name: "i-1", events: [Event()]), DeploymentTarget(name: "a:b"),
      ])
    let (foreign, _) = Self.details(.ok(#"{"message":"Sign in."}"#))
    let failure = try await awsFailure { try await foreign.targets("d-1", ["x"]) }
    #expect(failure?.kind == .nonsense)
  }

  @Test("Targets are listed page by page, the failed ones or all")
  func pages() async throws {
    let (details, server) = Self.details(
      .ok(#"{"targetIds":["i-1"],"nextToken":"t"}"#), .ok(#"{"targetIds":[],"nextToken":""}"#))
    #expect(
      try await details.targetPage("d-1", true, nil) == ListingPage(ids: ["i-1"], nextToken: "t"))
    #expect(try await details.targetPage("d-1", false, "t") == ListingPage(ids: []))
    #expect(
      Self.sent(server) == [
        #"ListDeploymentTargets {"deploymentId":"d-1","targetFilters":{"TargetStatus":["Failed"]}}"#,
        #"ListDeploymentTargets {"deploymentId":"d-1","nextToken":"t"}"#,
      ])
  }

  @Test("A deployment that never started is refused, once")
  func neverStarted() async throws {
    let (details, server) = Self.details(.error("DeploymentNotStartedException"))
    let failure = try await awsFailure { try await details.targetPage("d-1", true, nil) }
    #expect(failure?.kind == .refused)
    #expect(failure?.code == "DeploymentNotStartedException")
    #expect(server.received.count == 1)
  }

  @Test(
    "An AppSpec is found by its checksum",
    arguments: [(.string, "string"), (.appSpecContent, "appSpecContent")]
      as [(RevisionType, String)])
  func revision(type: RevisionType, member: String) async throws {
    let (details, server) = Self.details(
      .ok(
        #"""
        {"applicationName":"checkout","revision":{"revisionType":"\#(type)",
        "\#(member)":{"content":"version: 0.0","sha256":"aa"}},"revisionInfo":{}}
        """#))
    let asked = Revision(type: type, sha256: "aa")
    #expect(
      try await details.revision("checkout", asked)
        == Revision(type: type, content: "version: 0.0", sha256: "aa"))
    #expect(
      Self.sent(server) == [
        #"GetApplicationRevision {"applicationName":"checkout","revision":{"#
          + (type == .string
            ? #""revisionType":"String","string":{"sha256":"aa"}}}"#
            : #""appSpecContent":{"sha256":"aa"},"revisionType":"AppSpecContent"}}"#)
      ])
    #expect(try await details.revision("checkout", Revision(type: type)) == nil)
    #expect(server.received.count == 1)
  }
}

extension HTTPRequest {
  fileprivate func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
