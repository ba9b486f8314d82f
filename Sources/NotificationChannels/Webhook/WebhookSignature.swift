import CodeDeployNotifications
import Crypto
import Foundation

/// Signs requests as in Standard Webhooks 1.0.0 (https://www.standardwebhooks.com), with each of
/// several keys during a rotation.
struct WebhookSignature: Sendable {
  private let keys: [SymmetricKey]
  /// The secrets, with and without their prefix.
  let secrets: [Secret]

  init(secrets: [Secret]) throws(SettingProblem) {
    let texts = secrets.map(\.revealed)
    var keys: [SymmetricKey] = []
    for text in texts { keys.append(try Self.key(text)) }
    self.keys = keys
    self.secrets = texts.flatMap { [Secret($0), Secret(String($0.trimmingPrefix("whsec_")))] }
  }

  /// The field's value, with a signature for each key; `nil` without keys.
  func value(of body: [UInt8], id: String, timestamp: String) -> String? {
    guard !keys.isEmpty else { return nil }
    return keys.map { Self.signature(of: body, id: id, timestamp: timestamp, key: $0) }
      .joined(separator: " ")
  }

  /// A signature of the scheme `v1` of Standard Webhooks: HMAC-SHA256 of id, timestamp and body,
  /// joined by full stops.
  static func signature(
    of body: [UInt8], id: String, timestamp: String, key: SymmetricKey
  ) -> String {
    var hmac = HMAC<SHA256>(key: key)
    hmac.update(data: Array("\(id).\(timestamp).".utf8))
    hmac.update(data: body)
    return "v1," + Data(hmac.finalize()).base64EncodedString()
  }

  /// The key in a secret.
  static func key(_ secret: String) throws(SettingProblem) -> SymmetricKey {
    guard !secret.isEmpty else { throw SettingProblem("is empty") }
    guard secret.hasPrefix("whsec_") else { return SymmetricKey(data: Array(secret.utf8)) }
    guard let bytes = Data(base64Encoded: String(secret.dropFirst(6))), !bytes.isEmpty else {
      throw SettingProblem("must have valid base64 after whsec_")
    }
    return SymmetricKey(data: bytes)
  }
}
