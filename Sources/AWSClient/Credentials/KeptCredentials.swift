import CodeDeployNotifications
import Crypto
import Foundation

/// Credentials that cost requests, cached between runs. The file's name is a hash of everything
/// they depend on, so that other source credentials, roles or tokens have other files.
struct KeptCredentials: Sendable {
  var environment: AWSEnvironment
  private let name: String

  /// - Parameters:
  ///   - kind: Their source, such as `role`.
  ///   - ingredients: Everything that they depend on; it may include secrets.
  init(_ kind: String, _ ingredients: [String?], _ environment: AWSEnvironment) {
    self.environment = environment
    var hash = SHA256()
    for text in [kind] + ingredients {
      // The length comes first, so that no two lists have the same hash input.
      let text = text ?? ""
      hash.update(data: Data("\(text.utf8.count):\(text)".utf8))
    }
    name = hash.finalize().hex + ".json"
  }

  /// The cached credentials, unless they have expired or soon will; else the result of `load`,
  /// which is cached.
  func credentials(
    _ load: () async throws -> AWSCredentials
  ) async throws -> AWSCredentials {
    guard let files = environment.credentialFiles else { return try await load() }
    if let kept = files.read(name).flatMap(usable) {
      files.remember(kept.accessKeyID, as: name)
      return kept
    }
    let loaded = try await load()
    if let file = File(loaded, at: environment.now()) {
      files.write(file.bytes, to: name)
      files.remember(loaded.accessKeyID, as: name)
    }
    return loaded
  }

  /// In seconds. No role's credentials last longer; a file that says so was written by another
  /// clock.
  private static let longestUse: TimeInterval = 43_200 + 3600

  private func usable(_ bytes: [UInt8]) -> AWSCredentials? {
    guard let file = try? ReceivedJSON.decode(File.self, from: bytes), file.version == 1,
      let end = WireTime.date(seconds: file.expiration),
      let begin = WireTime.date(seconds: file.keptAt)
    else { return nil }
    let now = environment.now()
    let left = end.timeIntervalSince(now)
    let age = now.timeIntervalSince(begin)
    guard left > RefreshingCredentials.margin, left <= Self.longestUse,
      age > -RefreshingCredentials.margin
    else { return nil }
    let kept = AWSCredentials(
      accessKeyID: file.accessKeyID, secretAccessKey: Secret(file.secretAccessKey),
      sessionToken: Secret(file.sessionToken), expiration: end, source: file.source)
    // A file with a part that can't be right was changed by somebody.
    return try? kept.checked(KeyPlaces(id: "", secret: "", token: ""))
  }

  private struct File: Codable {
    var version = 1
    var accessKeyID: String
    var secretAccessKey: String
    var sessionToken: String
    var expiration: Double
    var keptAt: Double
    var source: String?

    /// `nil` for long-term keys, which their own source keeps.
    init?(_ credentials: AWSCredentials, at now: Date) {
      guard let token = credentials.sessionToken, let expiration = credentials.expiration else {
        return nil
      }
      accessKeyID = credentials.accessKeyID
      secretAccessKey = credentials.secretAccessKey.revealed
      sessionToken = token.revealed
      self.expiration = expiration.timeIntervalSince1970
      keptAt = now.timeIntervalSince1970
      source = credentials.source
    }

    var bytes: [UInt8] { (try? JSONEncoder().encode(self)).map { [UInt8]($0) } ?? [] }

    enum CodingKeys: String, CodingKey {
      case version, expiration, source
      case accessKeyID = "access_key_id"
      case secretAccessKey = "secret_access_key"
      case sessionToken = "session_token"
      case keptAt = "kept_at"
    }
  }
}

extension AWSEnvironment {
  /// Identifies this boot of this machine, so that a copy of its disk doesn't use the credentials
  /// of an instance or container. `nil` where it is unknown.
  var bootID: String? {
    let bytes = (try? readFile("/proc/sys/kernel/random/boot_id")) ?? nil
    let text = bytes.map { String(decoding: $0, as: UTF8.self).trimmingSpace() }
    return text.flatMap { $0.isEmpty ? nil : String($0) }
  }
}
