import CodeDeployNotifications
import Foundation

extension ChannelRules {
  /// Providers and proxies often repeat what they received.
  func echoes() async -> [String] {
    var found: [String] = []
    for secret in secrets {
      for body in EchoedSecret.bodies(secret) {
        for status in [200, 302, 400, 401, 500] {
          for position in bodies.indices {
            let answer = HTTPResponse(status: status, body: Array(body.utf8))
            let provider = provider(failingAt: position, with: .success(answer))
            let text = await outcome(by: provider).text
            found += Self.violations(
              of: text, after: "a \(status) that repeats a secret",
              hiding: EchoedSecret.forms(secret))
          }
        }
      }
    }
    return found
  }

  static func violations(
    of text: String, after what: String, hiding forms: [String]
  ) -> [String] {
    var found: [String] = []
    if forms.contains(where: text.contains) { found.append("\(what) shows it") }
    if text.count >= 500 { found.append("\(what) is told in \(text.count) characters") }
    return found
  }
}

/// Answers that repeat a secret.
package enum EchoedSecret {
  /// The forms in which it must not be readable.
  package static func forms(_ secret: String) -> [String] {
    [secret, json(secret), secret.percentEncoded]
  }

  /// The secret within a string of JSON.
  package static func json(_ secret: String) -> String {
    guard let data = try? JSONEncoder().encode(secret) else { return secret }
    return String(String(decoding: data, as: UTF8.self).dropFirst().dropLast())
  }

  package static func bodies(_ secret: String) -> [String] {
    let megabyte = String(repeating: "\(secret) ", count: 1 + (1 << 20) / (secret.count + 1))
    let half = secret.count / 2
    let inControls = secret.prefix(half) + "\u{200b}" + secret.dropFirst(half)
    // The end of the part that is read is in the middle of the secret.
    let blanks = String(repeating: "\n", count: (64 << 10) - half)
    return [
      megabyte, "bad key \(secret)", #"{"errors":[{"message":"bad key \#(json(secret))"}]}"#,
      #"{"error":"\#(secret.percentEncoded)"}"#, "<p>\(secret.percentEncoded)</p>",
      String(inControls), blanks + secret, String(repeating: "x", count: 295) + secret,
    ]
  }
}
