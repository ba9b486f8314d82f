import Foundation

/// Keys that sign AWS requests.
public struct AWSCredentials: Sendable {
  /// The key's public part.
  public var accessKeyID: String
  /// What requests are signed with.
  public var secretAccessKey: Secret
  /// `nil` for keys that don't end.
  public var sessionToken: Secret?
  /// When they stop being valid; `nil` for long-term keys.
  public var expiration: Date?
  /// Where they were found, for messages, such as `the environment`.
  public var source: String?

  /// Keys of an IAM user, or of a role's session.
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

/// One call of an AWS API. Every form is a POST with everything in the body, which is what
/// libcurl signs reliably.
public struct AWSCall: Sendable {
  /// The wire protocol of the call, with its parameters.
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
  /// The region whose endpoint is asked.
  public var region: String
  /// The protocol, with what is asked.
  public var form: Form
  /// How often the call is made at the most. A channel's sends pass 1: the cycle retries them.
  public var maximumAttempts: Int?
  /// How long each attempt may take.
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

/// Why AWS didn't do what it was asked.
public struct AWSFailure: Error, Sendable, CustomStringConvertible {
  /// The causes that call for different reactions.
  public enum Kind: Sendable, Hashable {
    /// No source of credentials had any, or the settings for them are wrong.
    case noCredentials
    /// AWS knows the request but not the credentials: unknown, wrong or expired.
    case credentialsRefused
    /// The credentials are fine and may not do this.
    case accessDenied
    /// Asked too often.
    case throttled
    /// This machine's clock is too far off for signatures to be accepted.
    case clockOff
    /// No answer: network, TLS, time-out, a broken connection.
    case unreachable
    /// An answer that isn't one: empty, cut, or not in the protocol's form.
    case nonsense
    /// The service's own fault (5xx).
    case serviceFault
    /// Any other error of the API; `code` says which.
    case refused
  }

  /// What a request can name and AWS not have.
  package enum Missing: Sendable, Hashable {
    case application, deploymentGroup
  }

  /// What a caller may do about it.
  public var kind: Kind
  /// The API's error code without namespace or URL, such as `ThrottlingException`.
  public var code: String?
  /// Why each action of a transaction was refused, as codes; without those that had nothing
  /// against it.
  public var reasons: [String] = []
  /// The profile that was asked for and isn't in the configuration files.
  public var missingProfile: String?
  /// Where credentials were looked for in vain, a sentence each.
  public var places: [String] = []
  /// A whole sentence for a person: the operation, where, and what AWS said.
  public var description: String
  /// What the answer's `Retry-After` asked for.
  public var retryAfter: Duration?
  /// What can be done about it, in a sentence, where more is known than the kind says.
  public var remedy: String?
  /// What the request named and AWS doesn't have, where the service says so.
  package var missing: Missing?
  /// The IAM action that was denied, such as `codedeploy:ListDeployments`, where AWS names it.
  public var deniedAction: String?

  /// A failure; what looks like a credential is taken out of its sentence.
  public init(
    _ kind: Kind, code: String? = nil, _ description: String, retryAfter: Duration? = nil,
    remedy: String? = nil, deniedAction: String? = nil
  ) {
    self.kind = kind
    self.code = code
    // AWS, and programs that bring credentials, repeat what they were given.
    self.description = description.cleaned.withoutCredentials
    self.retryAfter = retryAfter
    self.remedy = remedy
    self.deniedAction = deniedAction
  }
}

/// Makes AWS calls with one set of credentials: signs, retries, and tells errors from answers.
public struct AWSCaller: Sendable {
  /// Returns the body of a success, which is never empty. Throws `AWSFailure`, or
  /// `CancellationError` when the calling task is cancelled.
  public var call: @Sendable (AWSCall) async throws -> [UInt8]

  /// A caller that calls by the closure, so that a test hands in its own. It returns the answer's
  /// body, and throws `AWSFailure`.
  public init(call: @escaping @Sendable (AWSCall) async throws -> [UInt8]) {
    self.call = call
  }
}
