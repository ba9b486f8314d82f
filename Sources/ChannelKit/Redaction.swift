import CodeDeployNotifications
import Foundation

/// Turns text from outside into one line of limited length without secrets, to be kept and shown.
///
/// Providers and proxies often repeat what they received, sometimes encoded.
public struct Redaction: Sendable {
  /// The length that is kept of an answer, in UTF-16 units.
  public static let limit = 300
  /// How many bytes of an answer are read, so that a huge one costs no time.
  private static let window = 64 << 10

  private let mask: SecretMask
  /// The secrets that may not be shown, in whatever encoding.
  public let secrets: [Secret]

  /// Finds these secrets, also encoded or in parts.
  public init(_ secrets: [Secret]) {
    self.secrets = secrets
    mask = SecretMask(secrets)
  }

  /// The beginning of an answer's body.
  public func line(_ body: [UInt8]) -> String {
    let head = masked(String(decoding: body.prefix(Self.window), as: UTF8.self))
    guard body.count > Self.window else { return line(head) }
    // The end of the window may have cut a secret in two; its first half is dropped too.
    return line(String(head.dropLast(longest)))
  }

  /// The beginning of a text. Secrets are masked before the text becomes one line, and again
  /// afterwards, because characters between the parts of a secret may be gone then. Only then is
  /// the line cut.
  public func line(_ text: String) -> String {
    masked(masked(text).oneLine).cut(to: Self.limit, .utf16)
  }

  /// The longest part of a secret that may be left where a text was cut.
  package var longest: Int { mask.longest }

  package func masked(_ text: String) -> String { mask.masked(text) }
}
