import CodeDeployNotifications
import Foundation

extension ChannelServices {
  /// The same, reading a provider's own headers where a 429 has no `Retry-After`: of each family,
  /// such as `X-RateLimit`, `…-Reset` says when its limit is over, unless `…-Remaining` says that
  /// it isn't used up.
  func readingResets(of families: [String]) -> Self {
    var services = self
    services.http = HTTPClient { [http, now] request in
      var response = try await http.send(request)
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
    guard let reset = response.header("\(family)-Reset").flatMap({ Double($0) }), reset.isFinite
    else { return nil }
    // Some count the seconds that are left, some name the time; no wait lasts thirty years.
    return reset > 1_000_000_000 ? max(0, reset - now.timeIntervalSince1970) : max(0, reset)
  }
}

extension Secret {
  /// A secret that goes into a header field: visible ASCII, as every provider's keys are.
  init(forHeader text: String, setting: String) throws(SettingProblem) {
    guard !text.isEmpty, text.utf8.allSatisfy({ (33...126).contains($0) }) else {
      throw SettingProblem(setting, "must be one word of visible ASCII characters")
    }
    self.init(text)
  }
}
