/// Where a revision comes from, as CodeDeploy names it (`RevisionLocationType` of its service
/// model).
///
/// An open set: a value that CodeDeploy adds later is kept unchanged.
public struct RevisionType: RawRepresentable, Hashable, Sendable, Codable,
  ExpressibleByStringLiteral, CustomStringConvertible
{
  /// CodeDeploy's value.
  public let rawValue: String

  /// Takes CodeDeploy's value, including one that isn't known here.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Takes CodeDeploy's value.
  public init(stringLiteral value: String) { rawValue = value }

  /// A file in S3.
  public static let s3 = Self(rawValue: "S3")
  /// A commit at GitHub.
  public static let gitHub = Self(rawValue: "GitHub")
  /// An AppSpec for Lambda, as older clients send it.
  public static let string = Self(rawValue: "String")
  /// An AppSpec for Lambda or ECS.
  public static let appSpecContent = Self(rawValue: "AppSpecContent")

  /// CodeDeploy's value.
  public var description: String { rawValue }
}
