import CodeDeployNotifications
import Foundation
import TestSupport

extension Spoiler {
  private static let keys = [
    "codedeploy_application_name", "region", "role_arn", "deployment_groups", "events",
    "notifications", "deployers", "webhook_notification", "url", "secret", "name", "title", "to",
    "port", "header.X", "tags", "timeout", "notify",
  ]
  private static let values = [
    "checkout", "us-east-1", "failed", "prod-*", "https://h/x", "env:A", "8443", "true", "5m",
    "{{event}}", "********", "",
  ]

  /// A document that more or less looks like a registration.
  mutating func document(depth: Int) -> DocumentValue {
    if depth == 0, below(3) > 0 {
      var hook: [DocumentValue.Member] = [.init("url", .text("https://h"))]
      for _ in 0..<below(4) {
        hook.append(.init(Self.keys[below(Self.keys.count)], document(depth: 4)))
      }
      var members: [DocumentValue.Member] = [
        .init("codedeploy_application_name", .text("checkout")),
        .init("notifications", .list([.object([.init("webhook_notification", .object(hook))])])),
      ]
      if below(2) == 0 { members.append(.init("deployment_groups", document(depth: 4))) }
      return .object(members)
    }
    switch depth > 4 ? below(4) : below(7) {
    case 0: return .null
    case 1: return .boolean(below(2) == 0)
    case 2: return .number(["0", "-1", "8443", "9223372036854775808", "1e999", "1.5"][below(6)])
    case 3: return .text(Self.values[below(Self.values.count)])
    case 4: return .text(spoilt(Self.values))
    case 5: return .list((0..<below(4)).map { _ in document(depth: depth + 1) })
    default:
      return .object(
        (0..<below(5)).map { _ in
          .init(Self.keys[below(Self.keys.count)], document(depth: depth + 1))
        })
    }
  }

  /// A text in one of the encodings in which secrets come back, or with each of its characters in a
  /// different one.
  mutating func encoded(_ text: String, _ before: String) -> String {
    let bytes = Array(text.utf8)
    func format(_ format: String) -> String { bytes.map { String(format: format, $0) }.joined() }
    switch below(9) {
    case 0: return text
    case 1: return format("%%%02X")
    case 2: return format("%%25%02x")
    case 3: return format("%02x")
    case 4: return Data("\(before):\(text)".utf8).base64EncodedString()
    case 5:
      return Data("\(before)\(text)".utf8).base64EncodedString().replacing("+", with: "-")
        .replacing("/", with: "_")
    case 6:
      let json = (try? JSONEncoder().encode([text])) ?? Data()
      return String(String(decoding: json, as: UTF8.self).dropFirst(2).dropLast(2))
    case 7: return text.escapedHTML
    default:
      return bytes.map { byte in
        switch below(6) {
        case 0: String(format: "%%%02x", byte)
        case 1: String(format: "&#%d;", byte)
        case 2: String(format: "&#x%X;", byte)
        case 3: String(format: "\\u%04x", byte)
        case 4: String(format: "\\x%02x", byte)
        default: String(decoding: [byte], as: UTF8.self)
        }
      }.joined()
    }
  }

  /// What must not be left of a secret: any ten characters of it, plain and in the simple
  /// encodings.
  func parts(of secret: String) -> [String] {
    let bytes = Array(secret.utf8)
    return (0...max(0, bytes.count - 10)).flatMap { start -> [String] in
      let part = Array(bytes[start..<min(bytes.count, start + 10)])
      var forms = [String(decoding: part, as: UTF8.self)]
      for format in ["%%%02X", "%%25%02x", "%02x"] {
        forms.append(part.map { String(format: format, $0) }.joined())
      }
      // The base64 characters that encode only the part, for each position that it may have.
      for skipped in 0..<3 {
        let coded = Data([UInt8](repeating: 0, count: skipped) + part).base64EncodedString()
        forms.append(String(coded.dropFirst(4).prefix(8)))
      }
      return forms
    }
  }
}
