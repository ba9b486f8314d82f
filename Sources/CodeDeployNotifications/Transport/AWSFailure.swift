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
