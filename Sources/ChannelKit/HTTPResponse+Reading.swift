import CodeDeployNotifications
import Foundation

/// For the parameter `reading` of ``HTTPVerdict/answer(to:from:with:redacting:hints:reading:)``.
extension HTTPResponse {
  /// The answer with another body.
  public func saying(_ text: String) -> HTTPResponse {
    var response = self
    response.body = Array(text.utf8)
    return response
  }

  /// The answer with another `Retry-After`, in seconds.
  public func waiting(_ seconds: Double) -> HTTPResponse {
    var response = self
    response.headers.removeAll { $0.name.lowercased() == "retry-after" }
    response.headers.append(HTTPField("Retry-After", "\(seconds)"))
    return response
  }

  /// The answer's JSON; `nil` where it is none, or longer than 1 MiB, which no chat's answer is.
  public var json: JSONTree? {
    guard body.count <= 1 << 20 else { return nil }
    return try? ReceivedJSON.decode(from: body)
  }

  /// Whether it is a page for a browser. No provider's API answers with one, but proxies and login
  /// portals do.
  public var isPage: Bool {
    let blanks = [UInt8](" \t\r\n\u{FEFF}".utf8)
    return body.prefix(1024).first { !blanks.contains($0) } == UInt8(ascii: "<")
  }
}
