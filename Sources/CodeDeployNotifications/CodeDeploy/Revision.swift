import Foundation

/// What was deployed, as CodeDeploy describes it (`RevisionLocation`), with a short label.
public struct Revision: Sendable, Hashable, Codable {
  /// Where it comes from.
  public var type: RevisionType
  /// For GitHub, `OWNER/NAME`.
  public var repository: String?
  /// For GitHub, the full SHA of the commit.
  public var commit: String?
  /// For S3, the bucket.
  public var bucket: String?
  /// For S3, the object's key.
  public var key: String?
  /// For S3, the object's version.
  public var version: String?
  /// For S3, the object's ETag.
  public var etag: String?
  /// The AppSpec's text, if the revision is one.
  public var content: String?
  /// The SHA-256 of that text.
  public var sha256: String?

  /// A revision with the known parts.
  public init(
    type: RevisionType, repository: String? = nil, commit: String? = nil, bucket: String? = nil,
    key: String? = nil, version: String? = nil, etag: String? = nil, content: String? = nil,
    sha256: String? = nil
  ) {
    self.type = type
    self.repository = repository
    self.commit = commit
    self.bucket = bucket
    self.key = key
    self.version = version
    self.etag = etag
    self.content = content
    self.sha256 = sha256
  }

  /// A short name of the version: an abbreviated commit, a file's name, what an AppSpec deploys, or
  /// an abbreviated checksum.
  public var label: String {
    if let commit { return String(commit.prefix(7)) }
    if let key {
      let name = key.split(separator: "/").last.map(String.init) ?? key
      guard let version else { return name }
      return "\(name) (\(version.prefix(8)))"
    }
    if let content, let label = AppSpec.label(of: content) { return label }
    if let sha256 { return String(sha256.prefix(12)) }
    return type.rawValue
  }

  /// GitHub's page with the changes since `previous`; `nil` unless both are commits of the same
  /// repository.
  public func compareURL(since previous: Revision?) -> String? {
    guard let repository, let commit, let previous, previous.repository == repository,
      let base = previous.commit, base != commit
    else { return nil }
    return Self.gitHub("\(repository)/compare/\(base)...\(commit)")
  }

  /// GitHub's page of the commit; `nil` unless it is one.
  public var url: String? {
    guard let repository, let commit else { return nil }
    return Self.gitHub("\(repository)/commit/\(commit)")
  }

  /// Percent-encodes everything that has a meaning in any markup, because the address goes into
  /// many.
  private static func gitHub(_ path: String) -> String? {
    path.addingPercentEncoding(withAllowedCharacters: plain).map { "https://github.com/\($0)" }
  }

  private static let plain = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/")

  enum CodingKeys: String, CodingKey {
    case type, label, repository, commit, bucket, key, version, etag, content, sha256
  }

  /// Writes the label too, for readers of the notification. Reading derives it again.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(type, forKey: .type)
    try container.encode(label, forKey: .label)
    try container.encodeIfPresent(repository, forKey: .repository)
    try container.encodeIfPresent(commit, forKey: .commit)
    try container.encodeIfPresent(bucket, forKey: .bucket)
    try container.encodeIfPresent(key, forKey: .key)
    try container.encodeIfPresent(version, forKey: .version)
    try container.encodeIfPresent(etag, forKey: .etag)
    try container.encodeIfPresent(content, forKey: .content)
    try container.encodeIfPresent(sha256, forKey: .sha256)
  }

  /// Reads what `encode(to:)` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    type = try container.decode(RevisionType.self, forKey: .type)
    repository = try container.decodeIfPresent(String.self, forKey: .repository)
    commit = try container.decodeIfPresent(String.self, forKey: .commit)
    bucket = try container.decodeIfPresent(String.self, forKey: .bucket)
    key = try container.decodeIfPresent(String.self, forKey: .key)
    version = try container.decodeIfPresent(String.self, forKey: .version)
    etag = try container.decodeIfPresent(String.self, forKey: .etag)
    content = try container.decodeIfPresent(String.self, forKey: .content)
    sha256 = try container.decodeIfPresent(String.self, forKey: .sha256)
  }
}
