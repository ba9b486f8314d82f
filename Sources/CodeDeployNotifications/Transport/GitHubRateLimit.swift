import Foundation

/// GitHub's rate limits, in the answers to any request of its REST API.
/// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
package enum GitHubRateLimit {
  /// How long to wait, in seconds, without `Retry-After` and for a limit that is used up.
  private static let leastWait = 60.0

  /// How long to wait, in seconds, before the request may be sent again; `nil` where the answer
  /// doesn't say. A 403 can be about a limit, and secondary limits may come without a header.
  package static func wait(_ response: HTTPResponse, now: Date) -> Double? {
    guard [403, 429].contains(response.status) else { return nil }
    if let seconds = RetryAfter.seconds(response.header("Retry-After"), now: now) {
      return max(1, seconds)
    }
    if response.header("X-RateLimit-Remaining") == "0" {
      let reset = response.header("X-RateLimit-Reset").flatMap { Double($0) } ?? 0
      return reset.isFinite
        ? max(leastWait, reset - now.timeIntervalSince1970) : leastWait
    }
    let text = String(decoding: response.body.prefix(4_096), as: UTF8.self).lowercased()
    return text.contains("secondary rate limit") ? leastWait : nil
  }
}
