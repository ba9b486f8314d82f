import CodeDeployNotifications

/// An HTTP status and its meaning for a delivery.
struct StatusMeaning: CustomStringConvertible {
  var status: Int
  var retryAfter: String?
  var verdict: DeliveryFailure.Verdict

  var headers: [HTTPField] { retryAfter.map { [HTTPField("retry-after", $0)] } ?? [] }
  var description: String {
    "a \(status)" + (retryAfter.map { " with Retry-After: \($0)" } ?? "")
  }

  static let all: [StatusMeaning] =
    [100, 301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 409, 410, 413, 422].map {
      StatusMeaning(status: $0, verdict: .refused)
    }
    + [408, 425, 500, 502, 503, 504, 599].map {
      StatusMeaning(status: $0, verdict: .tryAgain(after: nil))
    } + [
      StatusMeaning(status: 429, verdict: .limited(after: nil)),
      StatusMeaning(status: 429, retryAfter: "30", verdict: .limited(after: .seconds(30))),
      // Sample.now is 2027-01-15 08:00:00.
      StatusMeaning(
        status: 429, retryAfter: "Fri, 15 Jan 2027 08:02:00 GMT",
        verdict: .limited(after: .seconds(120))),
      StatusMeaning(status: 503, retryAfter: "86400", verdict: .tryAgain(after: .seconds(21_600))),
      StatusMeaning(status: 404, retryAfter: "30", verdict: .refused),
    ]
}
