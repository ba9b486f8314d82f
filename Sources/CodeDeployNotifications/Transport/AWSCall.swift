/// One call of an AWS API. Every form is a POST with everything in the body, which libcurl signs
/// correctly.
public struct AWSCall: Sendable {
  /// The wire protocol, with the call's parameters.
  public enum Form: Sendable {
    /// AWS JSON 1.0 or 1.1: `X-Amz-Target: <target>` and a JSON body.
    case json(version: String, target: String, body: [UInt8])
    /// AWS Query: `Action`, `Version` and the parameters as a form, answered in XML.
    case query(action: String, version: String, parameters: [(String, String)])
    /// REST-JSON: a POST of a JSON body to a path that needs no percent-encoding.
    case rest(path: String, body: [UInt8])
  }

  /// The service's endpoint prefix, such as `codedeploy`, `sns` or `email`.
  public var service: String
  /// The service's signing name where it isn't the endpoint prefix (`ses` for `email`).
  public var signingName: String
  /// The region of the endpoint.
  public var region: String
  /// The protocol and parameters.
  public var form: Form
  /// How often the call is made at most; `nil` for the profile's setting. A channel's sends pass 1:
  /// the cycle retries them.
  public var maximumAttempts: Int?
  /// The longest time for each attempt.
  public var timeout: Duration

  /// A call of an AWS API.
  public init(
    service: String, signingName: String? = nil, region: String, form: Form,
    maximumAttempts: Int? = nil, timeout: Duration = .seconds(10)
  ) {
    self.service = service
    self.signingName = signingName ?? service
    self.region = region
    self.form = form
    self.maximumAttempts = maximumAttempts
    self.timeout = timeout
  }
}
