import CodeDeployNotifications
import Foundation

extension ChannelServices {
  /// The services with the provider's own rate limit headers read. In each family, such as
  /// `X-RateLimit`, `…-Reset-After` or `…-Reset` says when the count starts over, and `…-Remaining`
  /// how many more requests are accepted until then. For a 429 without `Retry-After`, the used-up
  /// family says how long to wait. For a success, the remaining count is reported to the cycle.
  public func readingResets(of families: [String]) -> Self {
    var services = self
    services.http = HTTPClient { [http, now, noteAllowance] request in
      var response = try await http.send(request)
      if (200..<300).contains(response.status) {
        for family in families {
          if let allowance = Self.allowance(response, family: family, now: now) {
            noteAllowance(allowance)
          }
        }
      }
      guard response.status == 429, response.header("Retry-After") == nil else { return response }
      let waits = families.compactMap { Self.wait(response, family: $0, now: now) }
      if let wait = waits.max() { response.headers.append(HTTPField("Retry-After", "\(wait)")) }
      return response
    }
    return services
  }

  private static func wait(_ response: HTTPResponse, family: String, now: Date) -> Double? {
    if let left = response.header("\(family)-Remaining").flatMap({ Double($0) }), left > 0 {
      return nil
    }
    return reset(response, family: family, now: now)
  }

  private static func allowance(
    _ response: HTTPResponse, family: String, now: Date
  ) -> RateAllowance? {
    guard let left = response.header("\(family)-Remaining").flatMap({ Int($0) }), left >= 0,
      let reset = reset(response, family: family, now: now)
    else { return nil }
    let longest = RetryPolicy.longestRetryAfter.inSeconds
    return RateAllowance(remaining: left, resetsAfter: .seconds(min(reset, longest)))
  }

  private static func reset(_ response: HTTPResponse, family: String, now: Date) -> Double? {
    if let wait = response.header("\(family)-Reset-After").flatMap({ Double($0) }), wait.isFinite {
      return max(0, wait)
    }
    guard let reset = response.header("\(family)-Reset").flatMap({ Double($0) }), reset.isFinite
    else { return nil }
    // Some headers have the seconds that are left and some a time since 1970; no wait lasts thirty
    // years.
    return reset > 1_000_000_000 ? max(0, reset - now.timeIntervalSince1970) : max(0, reset)
  }
}
