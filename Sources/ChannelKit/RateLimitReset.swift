import CodeDeployNotifications
import Foundation

extension ChannelServices {
  /// The same, reading a provider's own headers: of each family, such as `X-RateLimit`,
  /// `…-Reset-After` or `…-Reset` says when its count starts over, and `…-Remaining` how much more is
  /// taken until then. Where a 429 has no `Retry-After`, what is used up says how long to wait; of a
  /// success the cycle is told.
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
    // Some count the seconds that are left, some name the time; no wait lasts thirty years.
    return reset > 1_000_000_000 ? max(0, reset - now.timeIntervalSince1970) : max(0, reset)
  }
}
