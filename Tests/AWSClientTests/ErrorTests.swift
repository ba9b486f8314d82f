import CodeDeployNotifications
import Foundation
import TestSupport
import Testing

@testable import AWSClient

/// How AWS's error answers become failures.
@Suite struct ErrorTests {
  private static func failure(
    _ answer: TestServer.Answer, _ call: AWSCall = .listing(attempts: 1),
    environment: AWSEnvironment = .test()
  ) async throws -> AWSFailure? {
    let caller = AWSAccounts.test(TestServer(answer), environment: environment)
      .caller(for: .ireland)
    return try await awsFailure { try await caller.call(call) }
  }

  @Test(
    "A failure's kind is that of its code, or else of its status",
    arguments: [
      ("Throttling", 400, .throttled), ("ThrottlingException", 400, .throttled),
      ("ThrottledException", 400, .throttled), ("RequestThrottledException", 400, .throttled),
      ("TooManyRequestsException", 429, .throttled), ("RequestLimitExceeded", 503, .throttled),
      ("ProvisionedThroughputExceededException", 400, .throttled),
      ("TransactionInProgressException", 400, .throttled), ("SlowDown", 503, .throttled),
      ("BandwidthLimitExceeded", 400, .throttled), ("LimitExceededException", 400, .throttled),
      ("RequestThrottled", 400, .throttled), ("PriorRequestNotComplete", 400, .throttled),
      ("EC2ThrottledException", 400, .throttled), ("SomeThrottlingThing", 400, .throttled),
      ("KMSThrottledError", 500, .throttled), ("Whatever", 429, .throttled),
      ("AccessDenied", 403, .accessDenied), ("AccessDeniedException", 400, .accessDenied),
      ("UnauthorizedOperation", 403, .accessDenied), ("AuthorizationError", 403, .accessDenied),
      ("UnrecognizedClientException", 400, .credentialsRefused),
      ("InvalidClientTokenId", 403, .credentialsRefused),
      ("ExpiredToken", 403, .credentialsRefused),
      ("ExpiredTokenException", 400, .credentialsRefused),
      ("InvalidSignatureException", 400, .credentialsRefused),
      ("SignatureDoesNotMatch", 403, .credentialsRefused),
      ("IncompleteSignature", 400, .credentialsRefused),
      ("MissingAuthenticationToken", 403, .credentialsRefused),
      ("MissingAuthenticationTokenException", 400, .credentialsRefused),
      ("RequestTimeTooSkewed", 403, .clockOff), ("RequestExpired", 400, .clockOff),
      ("InternalFailure", 500, .serviceFault), ("ServiceUnavailable", 503, .serviceFault),
      ("ApplicationDoesNotExistException", 400, .refused),
      ("ApplicationLimitExceededException", 400, .refused), ("Odd", 403, .refused),
    ] as [(String, Int, AWSFailure.Kind)])
  func kinds(code: String, status: Int, kind: AWSFailure.Kind) async throws {
    let failure = try await Self.failure(.error(code, status: status))
    #expect(failure?.kind == kind)
    #expect(failure?.code == code)
  }

  @Test("A cancelled transaction's reasons are told, less those of actions that were fine")
  func cancellation() throws {
    let body = """
      {"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
       "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
       "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict", "Message": "m"},
         {"Code": "ConditionalCheckFailed", "Item": {"pk": {"S": "x"}}}]}
      """
    let report = AWSErrorReport(HTTPResponse(status: 400, body: Array(body.utf8)))
    #expect(report.code == "TransactionCanceledException")
    #expect(report.reasons == ["TransactionConflict", "ConditionalCheckFailed"])
  }

  @Test(
    "The code is found wherever AWS puts it",
    arguments: [
      (#"{"__type":"com.amazonaws.codedeploy#NoApp","message":"m"}"#, nil, "NoApp", "m"),
      (#"{"__type":"NoApp:http://internal/x","Message":"m"}"#, nil, "NoApp", "m"),
      (#"{"code":"NoApp","errorMessage":"m"}"#, nil, "NoApp", "m"),
      (#"{"code":7,"Code":"NoApp","message":null,"Message":"m"}"#, nil, "NoApp", "m"),
      (#"{"message":"m"}"#, "NoApp:http://internal.amazon.com/coral/x/", "NoApp", "m"),
      (#"{"__type":"Other","message":"m"}"#, "ns#NoApp", "NoApp", "m"),
      (
        "<ErrorResponse xmlns=\"http://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n"
          + "    <Type>Sender</Type>\n    <Code>NoApp</Code>\n    <Message>a &lt;m&gt; &#x26;</Message>\n"
          + "  </Error>\n  <RequestId>1</RequestId>\n</ErrorResponse>\n", nil, "NoApp", "a <m> &"
      ),
      (
        "<?xml version=\"1.0\"?><Response><Errors><Error><Code>NoApp</Code><Message><![CDATA[m]]>"
          + "</Message></Error></Errors></Response>", nil, "NoApp", "m"
      ),
      (#"{"__type":"<script>","message":"m"}"#, nil, nil, "m"),
      ("<html><body>Bad Gateway</body></html>", nil, nil, nil), ("", nil, nil, nil),
      ("{", nil, nil, nil), ("[]", "", nil, nil),
    ] as [(String, String?, String?, String?)])
  func reports(body: String, header: String?, code: String?, message: String?) {
    let headers = header.map { [HTTPField("X-Amzn-ErrorType", $0)] } ?? []
    let report = AWSErrorReport(
      HTTPResponse(status: 400, headers: headers, body: Array(body.utf8)))
    #expect(report.code == code)
    #expect(report.message == message)
  }

  @Test(
    "Each failure is told in a sentence with the call and its region",
    arguments: [
      (
        .error("ThrottlingException"),
        "AWS throttles codedeploy ListDeployments in eu-west-1: So it is (ThrottlingException)."
      ),
      (
        .error("AccessDeniedException"),
        "AWS denies codedeploy ListDeployments in eu-west-1: So it is (AccessDeniedException)."
      ),
      (
        .error("UnrecognizedClientException"),
        "AWS doesn't accept the credentials from the environment for codedeploy ListDeployments "
          + "in eu-west-1: "
          + "So it is (UnrecognizedClientException)."
      ),
      (
        .status(502, "<html>"),
        "AWS failed at codedeploy ListDeployments in eu-west-1: HTTP status 502."
      ),
      (.status(302), "AWS refuses codedeploy ListDeployments in eu-west-1: HTTP status 302."),
      (.status(403), "AWS denies codedeploy ListDeployments in eu-west-1: HTTP status 403."),
      (
        .ok(""),
        "AWS's answer to codedeploy ListDeployments in eu-west-1 can't be used: it is empty."
      ),
      (
        .ok("<html/>"),
        "AWS's answer to codedeploy ListDeployments in eu-west-1 can't be used: it is not a JSON "
          + "object."
      ),
      (
        .failure(.timedOut),
        "codedeploy ListDeployments in eu-west-1 got no answer: codedeploy.example didn't answer."
      ),
    ] as [(TestServer.Answer, String)])
  func sentences(answer: TestServer.Answer, sentence: String) async throws {
    #expect(try await Self.failure(answer)?.description == sentence)
  }

  @Test(
    "A transport's failure has AWS unreachable, its answer useless or the request refused",
    arguments: [
      (.unreachable, .unreachable), (.timedOut, .unreachable), (.tls, .unreachable),
      (.broken, .unreachable), (.tooLarge, .nonsense), (.invalidRequest, .refused),
    ] as [(HTTPFailure.Kind, AWSFailure.Kind)])
  func transport(failure: HTTPFailure.Kind, kind: AWSFailure.Kind) async throws {
    #expect(try await Self.failure(.failure(failure))?.kind == kind)
  }

  /// The server's time is noon; the machine's is that many seconds later.
  @Test(
    "A clock that is off is told from a wrong key, with how much it is off",
    arguments: [
      ("InvalidSignatureException", "Signature expired: x", -720, .clockOff, "12 minutes behind"),
      ("SignatureDoesNotMatch", "Signature not yet current: x", 400, .clockOff, "7 minutes ahead"),
      ("InvalidSignatureException", "Signature expired: x", nil, .clockOff, "clock is off"),
      ("InvalidSignatureException", "m", 90000, .clockOff, "1500 minutes ahead"),
      ("SignatureDoesNotMatch", "m", 20, .credentialsRefused, "doesn't accept"),
      ("RequestTimeTooSkewed", "m", 301, .clockOff, "clock is 5 minutes ahead"),
      // AWS measures by the signature's time, which a slow network may make old.
      (
        "InvalidSignatureException", "Signature expired: x", 1, .clockOff,
        "AWS refuses codedeploy ListDeployments in eu-west-1 and says that this machine's clock is "
          + "off: Signature expired: x (InvalidSignatureException)."
      ),
    ] as [(String, String, Double?, AWSFailure.Kind, String)])
  func clock(
    code: String, message: String, off: Double?, kind: AWSFailure.Kind, words: String
  ) async throws {
    let answer = TestServer.Answer.status(
      403, #"{"__type":"\#(code)","message":"\#(message)"}"#,
      headers: off == nil ? [] : [HTTPField("date", "Thu, 01 Jan 2026 12:00:00 GMT")])
    let environment = AWSEnvironment.test(clock: TestClock(noon + (off ?? 0)))
    let failure = try await Self.failure(answer, environment: environment)
    #expect(failure?.kind == kind)
    #expect(failure?.description.contains(words) == true)
  }

  @Test("A secret in another encoding is masked too, and a short one masks no words")
  func masksEncodings() async throws {
    let token = "token-secret-0123"
    let base64 = Data("user:\(token)".utf8).base64EncodedString()
    let percent = token.replacing("-", with: "%2D")
    let failure = try await Self.failure(
      .status(403, #"{"__type":"X","message":"refused: \#(base64) \#(percent) used"}"#),
      environment: .test([
        "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": token,
      ]))
    let description = try #require(failure?.description)
    #expect(description.contains("refused: "), "\(description)")
    #expect(description.contains(" ******** used"), "\(description)")
    for part in [base64.dropFirst(8).prefix(12), percent.prefix(14)] {
      #expect(!description.contains(part), "\(description)")
    }
  }

  @Test("What AWS says is cleaned, cut, and holds no secret")
  func cleansMessages() async throws {
    let secrets = [
      "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "sk-secret/+",
      "AWS_SESSION_TOKEN": "token-secret",
    ]
    let long = String(repeating: "x", count: 600)
    let message =
      #"Bad\u001b[31m \u202e\u0000\r\n\nx-amz-security-token:token-secret sk-secret/+ \#(long)"#
    let failure = try await Self.failure(
      .status(403, #"{"__type":"SignatureDoesNotMatch","message":"\#(message)"}"#),
      environment: .test(secrets))
    let description = try #require(failure?.description)
    #expect(description.contains("Bad x-amz-security-token:******** ******** xxx"))
    #expect(description.count < 650)
    #expect(!description.contains("secret "))
  }

  @Test(
    "A server's wish to wait is read in each of its forms, up to a week",
    arguments: [
      ("Retry-After", "7", .seconds(7)),
      ("retry-after", "Thu, 01 Jan 2026 12:00:09 GMT", .seconds(9)),
      ("x-amz-retry-after", "1500", .milliseconds(1500)), ("Retry-After", "soon", nil),
      ("Retry-After", "-1", nil), ("Retry-After", "inf", nil), ("Retry-After", "nan", nil),
      ("Retry-After", "1e300", .seconds(604_800)),
    ] as [(String, String, Duration?)])
  func retryAfter(name: String, value: String, wait: Duration?) async throws {
    let answer = TestServer.Answer.status(503, headers: [HTTPField(name, value)])
    #expect(try await Self.failure(answer)?.retryAfter == wait)
  }

  @Test(
    "A time is read in each of ISO 8601's forms that AWS writes",
    arguments: [
      ("2026-01-01T12:00:00Z", noon), ("2026-01-01T12:00:00.250Z", noon + 0.25),
      ("2026-01-01T12:00:00", noon), ("2026-01-01T12:00:00.500000", noon + 0.5),
      ("2026-01-01T13:00:00+01:00", noon), ("2026-01-01T13:00:00.5+01:00", noon + 0.5),
      ("yesterday", nil), ("", nil), (".", nil), ("2026-13-01T12:00:00Z", nil),
    ] as [(String, Date?)])
  func times(text: String, date: Date?) {
    #expect(WireTime.iso8601(text) == date)
  }
}
