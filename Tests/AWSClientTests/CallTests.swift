import CodeDeployNotifications
import Foundation
import Testing

@testable import AWSClient

/// Requests as they are sent, and which answers count.
@Suite struct CallTests {
  @Test("A JSON call is a POST to the root that names its target")
  func jsonRequest() async throws {
    let server = TestServer(.ok(#"{"deployments":[]}"#))
    let answer = try await AWSAccounts.test(
      server,
      environment: .test([
        "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "sk", "AWS_SESSION_TOKEN": "token",
      ])
    ).caller(for: .ireland).call(.listing())
    #expect(String(decoding: answer, as: UTF8.self) == #"{"deployments":[]}"#)
    let request = try #require(server.received.first)
    #expect(request.method == .post)
    #expect(request.url == "https://codedeploy.eu-west-1.amazonaws.com/")
    #expect(
      request.headers == [
        HTTPField("Content-Type", "application/x-amz-json-1.1"),
        HTTPField("X-Amz-Target", "CodeDeploy_20141006.ListDeployments"),
      ])
    #expect(request.body == Array("{}".utf8))
    #expect(request.timeout == .seconds(10))
    let signature = try #require(request.signature)
    #expect(signature.region == "eu-west-1")
    #expect(signature.service == "codedeploy")
    #expect(signature.credentials.accessKeyID == "AKID")
    #expect(signature.credentials.secretAccessKey == Secret("sk"))
    #expect(signature.credentials.sessionToken == Secret("token"))
    #expect(server.received.count == 1)
  }

  @Test("A Query call is a form, encoded byte by byte")
  func queryRequest() async throws {
    let server = TestServer(.ok("<PublishResponse/>"))
    let call = AWSCall(
      service: "sns", region: "cn-north-1",
      form: .query(
        action: "Publish", version: "2010-03-31",
        parameters: [("Message", "a b+c&d=é\n"), ("Attribute.1.Name", "-._~*")]))
    _ = try await AWSAccounts.test(server).caller(for: .ireland).call(call)
    let request = try #require(server.received.first)
    #expect(request.url == "https://sns.cn-north-1.amazonaws.com.cn/")
    #expect(
      request.headers == [
        HTTPField("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
      ])
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == "Action=Publish&Version=2010-03-31&Message=a%20b%2Bc%26d%3D%C3%A9%0A"
        + "&Attribute.1.Name=-._~%2A")
    #expect(request.signature?.service == "sns")
    #expect(request.signature?.region == "cn-north-1")
  }

  @Test("A REST call has a path, which is appended to an address of the user's")
  func restRequest() async throws {
    let server = TestServer(.ok(#"{"MessageId":"1"}"#))
    let call = AWSCall(
      service: "email", signingName: "ses", region: "eu-west-1",
      form: .rest(path: "/v2/email/outbound-emails", body: Array("{}".utf8)),
      timeout: .seconds(3))
    let environment = AWSEnvironment.test([
      "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "sk",
      "AWS_ENDPOINT_URL_SESV2": "http://127.0.0.1:5000/prefix/",
    ])
    _ = try await AWSAccounts.test(server, environment: environment)
      .caller(for: .ireland).call(call)
    let request = try #require(server.received.first)
    #expect(request.url == "http://127.0.0.1:5000/prefix/v2/email/outbound-emails")
    #expect(request.headers == [HTTPField("Content-Type", "application/json")])
    #expect(request.signature?.service == "ses")
    #expect(request.timeout == .seconds(3))
  }

  @Test(
    "What isn't in the protocol's form is no answer to a JSON call",
    arguments: [
      "", " ", "null", "[]", "1", "\"x\"", "{", "{}}", #"{"a":1"#, "<html></html>", "{\"a\" 1}",
    ])
  func jsonNonsense(body: String) async throws {
    try await expectNonsense(.listing(attempts: 1), body: body)
  }

  @Test(
    "What isn't in the protocol's form is no answer to a Query call either",
    arguments: [
      "", "{}", "<html></html>", "<AssumeRoleResponse>", "<AssumeRoleResponse></Other>",
      "<ErrorResponse/>", "<AssumeRoleResponse/><AssumeRoleResponse/>",
      "<AssumeRoleResponse/>trailing", "<AssumeRoleResponse>&unknown;</AssumeRoleResponse>",
    ])
  func queryNonsense(body: String) async throws {
    let form = AWSCall.Form.query(action: "AssumeRole", version: "2011-06-15", parameters: [])
    try await expectNonsense(
      AWSCall(service: "sts", region: "eu-west-1", form: form, maximumAttempts: 1), body: body)
  }

  private func expectNonsense(_ call: AWSCall, body: String) async throws {
    let caller = AWSAccounts.test(TestServer(.ok(body))).caller(for: .ireland)
    let failure = try await awsFailure { try await caller.call(call) }
    #expect(failure?.kind == .nonsense)
  }

  @Test("Without credentials nothing is sent")
  func noCredentials() async throws {
    let server = TestServer(.ok("{}"))
    let caller = AWSAccounts.test(server, environment: .test([:])).caller(for: .ireland)
    let failure = try await awsFailure { try await caller.call(.listing()) }
    #expect(failure?.kind == .noCredentials)
    #expect(server.received.isEmpty)
  }

  @Test("The configuration files are read once, and not before the first call")
  func readsOnce() async throws {
    let reads = Recorder<String>()
    var environment = AWSEnvironment.test()
    environment.readFile = { path in
      reads.record(path)
      return nil
    }
    let accounts = AWSAccounts.test(TestServer(.ok("{}")), environment: environment)
    let callers = ["eu-west-1", "us-east-1"].map { accounts.caller(for: AWSScope(region: $0)) }
    #expect(reads.all.isEmpty)
    for caller in callers { _ = try await caller.call(.listing()) }
    #expect(reads.all == ["/home/ada/.aws/config", "/home/ada/.aws/credentials"])
  }
}
