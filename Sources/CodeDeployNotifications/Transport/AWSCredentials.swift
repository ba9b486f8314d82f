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
