import CodeDeployNotifications
import Crypto
import Foundation

/// What `aws login` leaves in the AWS CLI's cache: keys for a quarter of an hour, and what is
/// needed to renew them (botocore's `LoginCredentialFetcher`).
struct LoginToken {
  /// The whole document: members that are unknown here are written back unchanged.
  private var document: [String: JSONTree]

  let clientID: String
  let refreshToken: String
  let key: P256.Signing.PrivateKey
  private let keys: [String: JSONTree]

  /// `nil` where the document is incomplete.
  init?(_ bytes: [UInt8]) {
    guard let document = try? ReceivedJSON.decode([String: JSONTree].self, from: bytes),
      let keys = document["accessToken"]?.members,
      let clientID = document["clientId"]?.text,
      let refreshToken = document["refreshToken"]?.text,
      let pem = document["dpopKey"]?.text,
      let key = try? P256.Signing.PrivateKey(pemRepresentation: pem)
    else { return nil }
    self.document = document
    self.keys = keys
    self.clientID = clientID
    self.refreshToken = refreshToken
    self.key = key
  }

  /// `nil` where some are missing. Throws `AWSFailure` where one can't be right.
  /// - Parameter place: Where they are, for that message.
  func credentials(source: String, in place: String) throws -> AWSCredentials? {
    guard let id = keys["accessKeyId"]?.text, let secret = keys["secretAccessKey"]?.text,
      let token = keys["sessionToken"]?.text,
      let expiration = keys["expiresAt"]?.text.flatMap(WireTime.iso8601)
    else { return nil }
    let credentials = AWSCredentials(
      accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: Secret(token),
      expiration: expiration, source: source)
    return try credentials.checked(KeyPlaces(in: place, areAnswered: false))
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

  /// New keys, and the document with them in it. Throws `AWSFailure` where they can't be right.
  func renewed(
    _ renewal: Renewal, at now: Date, source: String, region: String
  ) throws -> (credentials: AWSCredentials, document: [UInt8]) {
    let seconds = (now.timeIntervalSince1970 + renewal.expiresIn).rounded(.down)
    guard let end = WireTime.date(seconds: seconds) else {
      throw AWSFailure(
        .nonsense,
        "The answer to signin CreateOAuth2Token in \(region) has no valid expiration time.")
    }
    let new = renewal.accessToken
    let credentials = AWSCredentials(
      accessKeyID: new.accessKeyId, secretAccessKey: Secret(new.secretAccessKey),
      sessionToken: Secret(new.sessionToken), expiration: end, source: source)
    var document = document
    let renewed: [String: JSONTree] = [
      "accessKeyId": .text(new.accessKeyId), "secretAccessKey": .text(new.secretAccessKey),
      "sessionToken": .text(new.sessionToken), "expiresAt": .text(end.formatted(.iso8601)),
    ]
    document["accessToken"] = .object(keys.merging(renewed) { $1 })
    document["refreshToken"] = .text(renewal.refreshToken)
    return (
      try credentials.checked(KeyPlaces(in: "signin CreateOAuth2Token", areAnswered: true)),
      try JSONTree.object(document).encoded()
    )
  }

  /// The proof that whoever sends the refresh token has the key that it was given for.
  /// https://www.rfc-editor.org/rfc/rfc9449#section-4.2
  func proof(for url: String, at now: Date, number: UUID) throws -> String {
    let point = [UInt8](key.publicKey.rawRepresentation)
    let header: JSONTree = [
      "typ": "dpop+jwt", "alg": "ES256",
      "jwk": [
        "kty": "EC", "crv": "P-256", "x": .text(Self.base64URL(point.prefix(32))),
        "y": .text(Self.base64URL(point.suffix(32))),
      ],
    ]
    let payload: JSONTree = [
      "htm": "POST", "htu": .text(url), "iat": .number(Int(now.timeIntervalSince1970)),
      "jti": .text(number.uuidString.lowercased()),
    ]
    let parts = try [header, payload].map { Self.base64URL(try $0.encoded()) }
    let signed = parts.joined(separator: ".")
    let signature = try key.signature(for: Data(signed.utf8))
    return "\(signed).\(Self.base64URL(signature.rawRepresentation))"
  }

  private static func base64URL(_ bytes: some DataProtocol) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
