import Foundation

/// The keys that sign AWS requests.
public struct AWSCredentials: Sendable {
  /// The public part of the key.
  public var accessKeyID: String
  /// The secret part of the key.
  public var secretAccessKey: Secret
  /// The session token; `nil` for long-term keys.
  public var sessionToken: Secret?
  /// When they stop being valid; `nil` for long-term keys.
  public var expiration: Date?
  /// Where they were found, such as `the environment`, for messages.
  public var source: String?

  /// Keys of an IAM user or of a role's session.
  public init(
    accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil,
    expiration: Date? = nil, source: String? = nil
  ) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration
    self.source = source
  }
}

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

/// Why AWS didn't do what it was asked to do.
public struct AWSFailure: Error, Sendable, CustomStringConvertible {
  /// The causes that call for different reactions.
  public enum Kind: Sendable, Hashable {
    /// No source of credentials had any, or the settings for them are wrong.
    case noCredentials
    /// AWS doesn't accept the credentials: unknown, wrong or expired.
    case credentialsRefused
    /// The credentials are valid and may not do this.
    case accessDenied
    /// Too many requests.
    case throttled
    /// This machine's clock is too far off for AWS to accept signatures.
    case clockOff
    /// No answer: network, TLS, time-out, a broken connection.
    case unreachable
    /// The answer is empty, cut, or not in the protocol's form.
    case nonsense
    /// A fault of the service (5xx).
    case serviceFault
    /// Any other error of the API; `code` says which.
    case refused
  }

  /// What a request can name and AWS not have.
  package enum Missing: Sendable, Hashable {
    case application, deploymentGroup
  }

  /// The cause, which decides what a caller may do.
  public var kind: Kind
  /// The API's error code without namespace or URL, such as `ThrottlingException`.
  public var code: String?
  /// Why the actions of a DynamoDB transaction were refused, as codes, without those of `None`.
  public var reasons: [String] = []
  /// The profile that was asked for and doesn't exist; `nil` for other failures.
  public var missingProfile: String?
  /// Where credentials were looked for and not found, a sentence each.
  public var places: [String] = []
  /// A sentence for people: the operation, the region, and AWS's message.
  public var description: String
  /// The answer's `Retry-After`; `nil` without one.
  public var retryAfter: Duration?
  /// What can be done about it, in a sentence, where more is known than the kind.
  public var remedy: String?
  /// What the request named and AWS doesn't have, where the service says so.
  package var missing: Missing?
  /// The IAM action that was denied, such as `codedeploy:ListDeployments`, where AWS names it.
  public var deniedAction: String?

  /// A failure. What looks like a credential is masked in its sentence.
  public init(
    _ kind: Kind, code: String? = nil, _ description: String, retryAfter: Duration? = nil,
    remedy: String? = nil, deniedAction: String? = nil
  ) {
    self.kind = kind
    self.code = code
    // AWS, and programs that supply credentials, repeat what they received.
    self.description = description.cleaned.withoutCredentials
    self.retryAfter = retryAfter
    self.remedy = remedy
    self.deniedAction = deniedAction
  }
}

/// Makes AWS calls with one set of credentials: signs, retries, and separates errors from answers.
public struct AWSCaller: Sendable {
  /// Makes a call and returns the body of its success, which is never empty. Throws `AWSFailure`,
  /// or `CancellationError` when the calling task is cancelled.
  public var call: @Sendable (AWSCall) async throws -> [UInt8]

  /// - Parameter call: Makes a call and returns its answer's body; throws `AWSFailure`. A test can
  ///   pass its own.
  public init(call: @escaping @Sendable (AWSCall) async throws -> [UInt8]) {
    self.call = call
  }
}
