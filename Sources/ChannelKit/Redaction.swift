import CodeDeployNotifications
import Foundation

/// Makes text from outside fit to be kept and shown: one bounded line without secrets.
///
/// Providers and the proxies before them like to echo what they were sent, sometimes escaped.
public struct Redaction: Sendable {
  /// How much of an answer is kept, in UTF-16 units.
  public static let limit = 300
  /// How much of an answer is looked at, so that a huge one costs nothing.
  private static let window = 64 << 10

  private let mask: SecretMask
  /// What may not be shown, in whatever form it comes back.
  public let secrets: [Secret]

  /// Looks for these, also where they come back encoded or in parts.
  public init(_ secrets: [Secret]) {
    self.secrets = secrets
    mask = SecretMask(secrets)
  }

  /// The beginning of an answer's body.
  public func line(_ body: [UInt8]) -> String {
    let head = masked(String(decoding: body.prefix(Self.window), as: UTF8.self))
    guard body.count > Self.window else { return line(head) }
    // The window's end may have cut a secret in two; its first half goes too.
    return line(String(head.dropLast(longest)))
  }

  /// The beginning of a text. Secrets are masked before it becomes one line and again after,
  /// when characters that stood between the parts of one are gone, and before it is cut.
  public func line(_ text: String) -> String {
    masked(masked(text).oneLine).cut(to: Self.limit, .utf16)
  }

  /// How much of a secret may be left where a text was cut.
  package var longest: Int { mask.longest }

  package func masked(_ text: String) -> String { mask.masked(text) }
}
