import CodeDeployNotifications
import Foundation
import Programs

/// Makes text from outside fit to be kept and shown: one bounded line without secrets.
///
/// Providers and the proxies before them like to echo what they were sent, sometimes escaped.
struct Redaction {
  /// How much of an answer is kept.
  static let limit = 300
  /// How much of an answer is looked at, so that a huge one costs nothing.
  private static let window = 64 << 10

  private let mask: SecretMask
  let secrets: [Secret]

  init(_ secrets: [Secret]) {
    self.secrets = secrets
    mask = SecretMask(secrets)
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
    let said = String(decoding: output.bytes, as: UTF8.self)
    let whole = output.isCut ? String(masked(said + "…").dropLast(longest)) : masked(said)
    return whole.split(whereSeparator: \.isNewline).lazy.map { line(String($0)) }
      .first { !$0.isEmpty } ?? ""
  }

  /// The end of a program's output, as one line.
  func end(_ output: KeptOutput) -> String {
    let said = String(decoding: output.bytes, as: UTF8.self)
    let whole = output.isCut ? String(masked("…" + said).dropFirst(longest)) : masked(said)
    return masked(whole.oneLine).cutFront(to: Self.limit, .utf16)
  }

  /// How much of a secret may be left where a text was cut.
  private var longest: Int { mask.longest }

  private func masked(_ text: String) -> String { mask.masked(text) }
}
