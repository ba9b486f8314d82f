import CodeDeployNotifications
import Testing

@testable import AWSClient

/// Settings that are kept in AWS.
@Suite struct SecretTests {
  private static func request(
    _ body: String, _ read: (AWSCaller) async throws -> String
  ) async throws -> (value: String, request: HTTPRequest?) {
    let server = TestServer(.ok(body))
    let value = try await read(AWSAccounts.test(server).caller(for: .ireland))
    return (value, server.received.first)
  }

  @Test("A parameter is asked for decrypted, and read unchanged")
  func parameter() async throws {
    let (value, request) = try await Self.request(
      #"{"Parameter":{"Name":"/a/b","Type":"SecureString","Value":"v\n"}}"#
    ) { try await AWSSecrets.parameter($0, name: "/a/b", region: "us-east-1") }
    #expect(value == "v\n")
    #expect(request?.url == "https://ssm.us-east-1.amazonaws.com/")
    #expect(request?.headers.last == HTTPField("X-Amz-Target", "AmazonSSM.GetParameter"))
    #expect(
      request.map { String(decoding: $0.body, as: UTF8.self) }
        == #"{"Name":"/a/b","WithDecryption":true}"#)
  }

  @Test(
    "A secret is read as a whole, or one key of its JSON",
    arguments: [
      ("slack", #"{\"a\":\"x\"}"#, #"{"a":"x"}"#), ("slack#a", #"{\"a\":\"x\",\"n\":1}"#, "x"),
      ("slack#a#b", #"{\"a#b\":\"y\"}"#, "y"), ("slack", "plain", "plain"),
    ])
  func secret(name: String, stored: String, value: String) async throws {
    let (read, request) = try await Self.request(
      #"{"Name":"slack","SecretString":"\#(stored)"}"#
    ) { try await AWSSecrets.secret($0, name: name, region: "us-east-1") }
    #expect(read == value)
    #expect(request?.url == "https://secretsmanager.us-east-1.amazonaws.com/")
    #expect(
      request?.headers.last == HTTPField("X-Amz-Target", "secretsmanager.GetSecretValue"))
    #expect(request.map { String(decoding: $0.body, as: UTF8.self) } == #"{"SecretId":"slack"}"#)
  }

  @Test(
    "What is wrong with a secret is said, and never what was read",
    arguments: [
      ("slack#b", #"{"SecretString":"{\"a\":\"hush\"}"}"#, "the secret slack has no key b"),
      (
        "slack#a", #"{"SecretString":"hush"}"#,
        "the secret slack is not a JSON object, so it has no key a"
      ),
      (
        "slack#a", #"{"SecretString":"[\"hush\"]"}"#,
        "the secret slack is not a JSON object, so it has no key a"
      ),
      (
        "slack#a", #"{"SecretString":"{\"a\":{\"hush\":1}}"}"#,
        "the key a of the secret slack is not a string"
      ),
      (
        "slack", #"{"SecretBinary":"aHVzaA=="}"#,
        "the secret slack in eu-west-1 is binary, so it can't be a setting"
      ),
      (
        "slack", #"{"SecretString":["hush"]}"#,
        "AWS's answer to secretsmanager GetSecretValue in eu-west-1 can't be used: "
          + "SecretString is of the wrong type."
      ),
    ])
  func wrong(name: String, body: String, sentence: String) async throws {
    let failure = try await awsFailure {
      try await Self.request(body) {
        try await AWSSecrets.secret($0, name: name, region: "eu-west-1")
      }
    }
    #expect(failure?.description == sentence)
    var dumped = ""
    dump(failure, to: &dumped)
    #expect(!dumped.contains("hush"))
  }
}
