import CodeDeployNotifications
import Crypto
import Foundation

/// What `aws login` leaves in the AWS CLI's cache: keys for a quarter of an hour, and what is
/// needed to renew them (botocore's `LoginCredentialFetcher`).
struct LoginToken {
  /// The whole document: members that are unknown here are written back unchanged.
  private var document: [String: Any]

  let clientID: String
  let refreshToken: String
  let key: P256.Signing.PrivateKey
  private let keys: [String: Any]

  /// `nil` where the document is incomplete.
  init?(_ bytes: [UInt8]) {
    guard let object = try? JSONSerialization.jsonObject(with: Data(ReceivedJSON.readable(bytes))),
      let document = object as? [String: Any],
      let keys = document["accessToken"] as? [String: Any],
      let clientID = document["clientId"] as? String,
      let refreshToken = document["refreshToken"] as? String,
      let pem = document["dpopKey"] as? String,
      let key = try? P256.Signing.PrivateKey(pemRepresentation: pem)
    else { return nil }
    self.document = document
    self.keys = keys
    self.clientID = clientID
    self.refreshToken = refreshToken
    self.key = key
  }

  func credentials(source: String) -> AWSCredentials? {
    guard let id = keys["accessKeyId"] as? String, let secret = keys["secretAccessKey"] as? String,
      let token = keys["sessionToken"] as? String,
      let expiration = (keys["expiresAt"] as? String).flatMap(WireTime.iso8601)
    else { return nil }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: Secret(token),
      expiration: expiration, source: source)
  }

  /// The answer to a request for new keys.
  struct Renewal: Decodable {
    struct Keys: Decodable {
      var accessKeyId: String
      var secretAccessKey: String
      var sessionToken: String
    }
    var accessToken: Keys
    var expiresIn: Double
    var refreshToken: String
  }

  /// `nil` where the renewal's expiry isn't a valid time.
  static func end(of renewal: Renewal, from now: Date) -> Date? {
    WireTime.date(seconds: (now.timeIntervalSince1970 + renewal.expiresIn).rounded(.down))
  }

  /// The document with new keys in it.
  func renewed(_ renewal: Renewal, at now: Date) throws -> [UInt8] {
    guard let end = Self.end(of: renewal, from: now) else {
      throw AWSFailure(.nonsense, "The answer to signin CreateOAuth2Token ends at no time.")
    }
    var document = document
    document["accessToken"] = keys.merging([
      "accessKeyId": renewal.accessToken.accessKeyId,
      "secretAccessKey": renewal.accessToken.secretAccessKey,
      "sessionToken": renewal.accessToken.sessionToken, "expiresAt": end.formatted(.iso8601),
    ]) { $1 }
    document["refreshToken"] = renewal.refreshToken
    return [UInt8](
      try JSONSerialization.data(
        withJSONObject: document, options: [.sortedKeys, .withoutEscapingSlashes]))
  }

  /// The proof that whoever sends the refresh token has the key that it was given for.
  /// https://www.rfc-editor.org/rfc/rfc9449#section-4.2
  func proof(for url: String, at now: Date, number: UUID) throws -> String {
    let point = [UInt8](key.publicKey.rawRepresentation)
    let header: [String: Any] = [
      "typ": "dpop+jwt", "alg": "ES256",
      "jwk": [
        "kty": "EC", "crv": "P-256", "x": Self.base64URL(point.prefix(32)),
        "y": Self.base64URL(point.suffix(32)),
      ],
    ]
    let payload: [String: Any] = [
      "htm": "POST", "htu": url, "iat": Int(now.timeIntervalSince1970),
      "jti": number.uuidString.lowercased(),
    ]
    let parts = try [header, payload].map { part in
      Self.base64URL(
        try JSONSerialization.data(
          withJSONObject: part, options: [.sortedKeys, .withoutEscapingSlashes]))
    }
    let signed = parts.joined(separator: ".")
    let signature = try key.signature(for: Data(signed.utf8))
    return "\(signed).\(Self.base64URL(signature.rawRepresentation))"
  }

  private static func base64URL(_ bytes: some DataProtocol) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
