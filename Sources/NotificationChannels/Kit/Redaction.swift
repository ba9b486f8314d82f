import CodeDeployNotifications
import Foundation

/// Makes text from outside fit to be kept and shown: one bounded line without secrets.
///
/// Providers and the proxies before them like to echo what they were sent, sometimes escaped.
struct Redaction {
  /// How much of an answer is kept.
  static let limit = 300
  /// How much of an answer is looked at, so that a huge one costs nothing.
  private static let window = 64 << 10

  /// The secrets in each form they may come back in, longest first: one may contain another.
  private let needles: [String]
  let secrets: [Secret]

  init(_ secrets: [Secret]) {
    self.secrets = secrets
    var forms: Set<String> = []
    for secret in secrets where !secret.revealed.isEmpty {
      forms.formUnion(Self.forms(of: secret.revealed))
      forms.formUnion(Self.forms(of: secret.revealed.oneLine))
    }
    needles = forms.filter { !$0.isEmpty }.sorted { ($0.count, $0) > ($1.count, $1) }
  }

  /// The beginning of an answer's body.
  func line(_ body: [UInt8]) -> String {
    let head = masked(String(decoding: body.prefix(Self.window), as: UTF8.self))
    guard body.count > Self.window else { return line(head) }
    // The window's end may have cut a secret in two; its first half goes too.
    return line(String(head.dropLast(longest)))
  }

  /// The beginning of a text. Secrets are masked before it becomes one line and again after,
  /// when characters that stood between the parts of one are gone, and before it is cut.
  func line(_ text: String) -> String {
    masked(masked(text).oneLine).cut(to: Self.limit, .utf16)
  }

  /// The first line of a program's output that says something.
  func firstLine(_ output: KeptOutput) -> String {
    let text = masked(String(decoding: output.bytes, as: UTF8.self))
    let whole = output.isCut ? String(text.dropLast(longest)) : text
    return whole.split(whereSeparator: \.isNewline).lazy.map { line(String($0)) }
      .first { !$0.isEmpty } ?? ""
  }

  /// The end of a program's output, as one line.
  func end(_ output: KeptOutput) -> String {
    let text = masked(String(decoding: output.bytes, as: UTF8.self))
    let whole = output.isCut ? String(text.dropFirst(longest)) : text
    return masked(whole.oneLine).cutFront(to: Self.limit, .utf16)
  }

  /// How much of a secret may be left where a text was cut.
  private var longest: Int { needles.first?.count ?? 0 }

  private func masked(_ text: String) -> String {
    needles.reduce(text) { $0.substituting($1, with: Secret.mask) }
  }

  /// As it is, in JSON with and without escaped slashes, in a URL, and in HTML.
  private static func forms(of secret: String) -> [String] {
    var forms = [secret]
    for options in [JSONEncoder.OutputFormatting.withoutEscapingSlashes, []] {
      let encoder = JSONEncoder()
      encoder.outputFormatting = options
      if let json = try? encoder.encode(secret) {
        forms.append(String(String(decoding: json, as: UTF8.self).dropFirst().dropLast()))
      }
    }
    forms.append(secret.percentEncoded)
    forms.append(
      secret.substituting("&", with: "&amp;").substituting("<", with: "&lt;")
        .substituting(">", with: "&gt;").substituting("\"", with: "&quot;"))
    return forms
  }
}

extension String {
  /// Everything but RFC 3986's unreserved characters percent-encoded.
  var percentEncoded: String {
    var encoded = ""
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        encoded += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
      }
    }
    return encoded
  }
}
