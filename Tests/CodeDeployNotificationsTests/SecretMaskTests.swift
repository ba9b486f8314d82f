import Foundation
import TestSupport
import Testing

@testable import CodeDeployNotifications

/// Secrets that come back, in the encodings of providers, proxies and programs.
@Suite struct SecretMaskTests {
  private static let secret = #"s3cr/et+val ue"<é&%7"#

  /// Encodings, each of the secret and of `user:secret` where that differs.
  private static var forms: [String] {
    let bytes = Array(secret.utf8)
    func percent(_ format: String) -> String { bytes.map { String(format: format, $0) }.joined() }
    func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
    func urlSafe(_ text: String) -> String {
      base64(text).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
    let json = String(decoding: (try? JSONEncoder().encode([secret])) ?? Data(), as: UTF8.self)
    let escaped = String(json.dropFirst(2).dropLast(2))
    return [
      secret, percent("%%%02X"), percent("%%%02x"), percent("%%25%02x"), percent("%02x"),
      percent("%02X"), percent("=%02X"), percent("\\x%02x"),
      secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "",
      secret.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed) ?? "",
      (secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "").lowercased()
        .replacing("ue", with: "ue"),
      secret.replacing("%", with: "%25").replacing(" ", with: "+"),
      escaped, escaped.replacing("\\", with: "\\\\"), escaped.replacing("é", with: "\\u00e9"),
      secret.escapedHTML, secret.escapedHTML.escapedHTML,
      secret.replacing("é", with: "&#233;").replacing("<", with: "&#x3c;"),
      secret.escapedHTML.escapedHTML.escapedHTML, html5(secret), html5(secret).escapedHTML,
      html5(secret).addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "",
      numbers("&#%07d;"), numbers("&#x%08x;"), numbers("&#%d;").escapedHTML,
      numbers("&#%d;").escapedHTML.escapedHTML, numbers("&#%d"),
      base64(secret), urlSafe(secret), base64("user:\(secret)"), base64("usr:\(secret)"),
      base64("us:\(secret)"), urlSafe("ada:\(secret)"), base64("\0user\0\(secret)"),
      base64("{\"password\":\"\(secret)\"}"), base64("/hook/\(secret.percentEncoded)"),
      Array(secret.percentEncoded.utf8).map { String(format: "%02x", $0) }.joined(),
    ]
  }

  /// Each character as a number.
  private static func numbers(_ format: String) -> String {
    secret.unicodeScalars.map { String(format: format, $0.value) }.joined()
  }

  /// The output of PHP's `htmlentities` for HTML 5.
  private static func html5(_ text: String) -> String {
    let names: [Character: String] = [
      "/": "sol", "+": "plus", "\"": "quot", "<": "lt", "&": "AMP", "%": "percnt", "é": "#233",
    ]
    return text.map { names[$0].map { "&\($0);" } ?? String($0) }.joined()
  }

  @Test("Every encoding of a secret is masked, and nothing beside it", arguments: forms)
  func encodings(form: String) {
    let mask = SecretMask([Secret(Self.secret)])
    let masked = mask.masked("before [\(form)] after")
    #expect(masked.hasPrefix("before ["), "\(masked)")
    #expect(masked.hasSuffix("] after"), "\(masked)")
    #expect(masked.contains(Secret.mask), "\(masked)")
    for part in ["s3cr", "et+val", "val ue", "cr%2F", "%2Fet", "7365", "733363", "val%20"] {
      #expect(!masked.lowercased().contains(part.lowercased()), "\(masked)")
    }
  }

  @Test("Any part of a cut text that is left of a secret goes")
  func cut() {
    let mask = SecretMask([Secret("tok-0123456789abcdefghij")])
    #expect(mask.masked("said tok-0123456789…") == "said ********…")
    #expect(mask.masked("…6789abcdefghij was it") == "…******** was it")
    #expect(mask.masked("said tok-0123456789") == "said tok-0123456789")
    #expect(mask.masked("said tok…") == "said tok…")
  }

  @Test(
    "What a provider shows of a secret goes", arguments: ["…", "...", "\\u2026", "&hellip;"])
  func cutByProvider(mark: String) {
    let secret = "ghp_nQvWys81vp7hB1dx8PpD5KHXe3PYiGkPAuNa"
    let mask = SecretMask([Secret(secret)])
    for count in 8..<secret.count {
      #expect(
        mask.masked("the token '\(secret.prefix(count))\(mark)' is wrong")
          == "the token '********\(mark)' is wrong")
    }
    #expect(mask.masked("ghp_\(mark) and ghp_nQvWys") == "ghp_\(mark) and ghp_nQvWys")
  }

  @Test("A secret goes whole, as long as references may be") func longest() {
    var spoiler = Spoiler(seed: 1)
    let secret = spoiler.text(60_000...60_000)
    let mask = SecretMask([Secret(secret)])
    #expect(mask.masked("x \(secret) y") == "x ******** y")
    let part = String(secret.dropFirst(50_000).prefix(400))
    #expect(mask.masked("x \(part) y").utf8.count < 110)
  }

  @Test("A long secret is found by its pieces") func long() {
    let key = (0..<40).map { "line\($0)-" + String(repeating: "\($0 % 10)x", count: 20) }
      .joined(separator: "\n")
    let mask = SecretMask([Secret(key)])
    #expect(mask.masked("a \(key) b") == "a ******** b")
    let part = key.dropFirst(100).prefix(500)
    let masked = mask.masked("a \(part) b")
    #expect(masked.utf8.count < 150, "\(masked)")
    #expect(mask.masked("a \(key.oneLine) b") == "a ******** b")
  }

  @Test(
    "A short secret masks words and no parts of words",
    arguments: [
      // Fewer than four characters: found only as a value.
      ("ok", "ok, the token is broken", "ok, the token is broken"),
      ("ok", "token=ok, done", "token=********, done"),
      ("ok", #"{"token":"ok"}"#, #"{"token":"********"}"#),
      ("a", "a banana: a", "a banana: ********"),
      (
        "t", "a redirect, which isn't followed: 't'", "a redirect, which isn't followed: '********'"
      ),
      ("t", "b't' and users' t", "b'********' and users' t"),
      // Fewer than eight: found as a word.
      ("prod", "product prod prod2", "product ******** prod2"),
      ("prod", "prod", "********"),
      // Otherwise anywhere.
      ("production", "xproductionx", "x********x"),
    ])
  func short(secret: String, text: String, expected: String) {
    #expect(SecretMask([Secret(secret)]).masked(text) == expected)
  }

  /// Found by fuzzing: the character that two pieces share was left unmasked.
  @Test("A long secret in base64 is masked whole", arguments: 0..<3) func longInBase64(before: Int)
  {
    let key = (0..<6).map { "line \($0) of a key, \(String(repeating: "\($0)?", count: 16))" }
      .joined()
    let coded = Data((String(repeating: "x", count: before) + key).utf8).base64EncodedString()
    let mask = SecretMask([Secret(key)])
    #expect(mask.masked("a [\(coded)] b").utf8.count < 40, "\(mask.masked(coded))")
    // The lines of a mail's part, as JSON escapes them.
    let lines = coded.replacing(/.{76}/) { $0.output + #"\r\n"# }
    #expect(mask.masked(lines).utf8.count < 40, "\(mask.masked(lines))")
  }

  /// Found by fuzzing: half of an escape at the end kept everything before it from being
  /// recognised.
  @Test("Of a text that was cut within an escape nothing is left")
  func cutEscape() {
    let secret = "s3cr/et+val<ex"
    let mask = SecretMask([Secret(secret)])
    let bytes = Array(secret.utf8)
    func format(_ format: String) -> String { bytes.map { String(format: format, $0) }.joined() }
    let forms = [
      format("%%%02X"), format("%%25%02x"), format("\\u%04x"), format("&#x%02x;"),
      "s3cr%2Fet%2Bval%3Cex",
    ]
    for form in forms {
      // The length of six encoded characters.
      let limit = 6 * ((form.utf8.count + secret.count - 1) / secret.count)
      for length in 0...form.utf8.count {
        let front = String(decoding: form.utf8.prefix(length), as: UTF8.self)
        let masked = mask.masked("said \(front)…")
        #expect(
          masked == "said ********…" || masked == "said \(front)…" && front.utf8.count < limit,
          "\(masked)")
        let end = String(decoding: form.utf8.suffix(length), as: UTF8.self)
        let other = mask.masked("…\(end) said")
        #expect(
          other == "…******** said" || other == "…\(end) said" && end.utf8.count < limit,
          "\(other)")
      }
    }
  }

  @Test("Of secrets that overlap nothing is left") func overlapping() {
    let mask = SecretMask([Secret("hello-world-1"), Secret("world-1-token-xyz")])
    #expect(mask.masked("a hello-world-1-token-xyz b") == "a ******** b")
  }

  @Test("A secret within another is no trouble") func nested() {
    let mask = SecretMask([Secret("0123456789"), Secret("abc0123456789def")])
    #expect(mask.masked("abc0123456789def 0123456789 01234") == "******** ******** 01234")
    #expect(SecretMask([]).masked("as it is") == "as it is")
    #expect(SecretMask([Secret("")]).masked("as it is") == "as it is")
  }

  @Test(
    "No text makes it slow", arguments: ["%", "%25", "\\", "&amp;", "&", "+", "=", "a", "YWFh"])
  func steps(piece: String) {
    let text = String(repeating: piece, count: 65_536 / piece.utf8.count)
    let secrets = [
      String(repeating: "a", count: 60) + "b", String(repeating: "%", count: 60),
      String(repeating: "\\", count: 60), String(repeating: "&", count: 60) + "x",
    ]
    let masked = SecretMask(secrets.map(Secret.init)).masked(text)
    #expect(masked.utf8.count <= text.utf8.count + 8)
  }

  @Test("Of a text that can be read in too many ways the rest is masked whole")
  func readings() {
    // Each backslash could be literal, or a part of one that is escaped up to four times.
    let secret = String(repeating: "\\", count: 40) + "x-0123456789"
    let mask = SecretMask([Secret(secret)])
    let text = "before " + String(repeating: "\\", count: 65_536) + " 0123456789"
    #expect(SecretMask.readings(of: text.utf8.count) < 20 * text.utf8.count)
    let masked = mask.masked(text)
    #expect(masked.hasPrefix("before \\") || masked == "before ********", "\(masked.count)")
    #expect(masked.hasSuffix(Secret.mask))
    // Text that isn't an escape uses no readings, however long it is.
    let signs = String(repeating: "&", count: 8 << 20)
    #expect(mask.masked(signs) == signs)
  }

  @Test(
    "Of an address the host may be shown",
    arguments: [
      ("https://ada:hunter2hunter2@example.com/x", ["ada", "hunter2hunter2"], ["example.com"]),
      (
        "https://hooks.example.com/services/T000/B000/abcdefghijklmnopqrst",
        ["services/T000/B000/abcdefghijklmnopqrst", "abcdefghijklmnopqrst"], ["hooks.example.com"]
      ),
      (
        "https://example.com/in?key=0123456789&token=a%2Fbcdef",
        ["0123456789", "a%2Fbcdef", "a/bcdef"], ["example.com", "/in"]
      ),
    ] as [(String, [String], [String])])
  func addresses(address: String, secret: [String], shown: [String]) {
    let mask = SecretMask(AddressSecrets.of(address))
    for part in secret {
      #expect(!mask.masked("sent \"\(part)\" there").contains(part), "\(part)")
    }
    for part in shown { #expect(mask.masked("sent \(part) there") == "sent \(part) there") }
  }
}
