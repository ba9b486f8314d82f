import CodeDeployNotifications
import Foundation

/// What an HTTP exchange with a provider means for a delivery; the same for every channel.
enum HTTPVerdict {
  /// Carries out `request` and returns the answer if it is a success.
  ///
  /// - Parameters:
  ///   - provider: What to call the other side in a failure's sentence.
  ///   - secrets: What the request carries and no failure may show.
  ///   - hints: What to do about a status, in a few words.
  static func answer(
    to request: HTTPRequest, from provider: String, with services: ChannelServices,
    redacting secrets: [Secret], hints: [Int: String] = [:]
  ) async throws -> HTTPResponse {
    let response: HTTPResponse
    do {
      response = try await services.http.send(request)
    } catch let failure as HTTPFailure {
      throw DeliveryFailure(failure, redacting: secrets)
    }
    try check(response, from: provider, now: services.now, redacting: secrets, hints: hints)
    return response
  }

  /// A 2xx without the body that the provider documents: it may have been taken or not, and is tried
  /// again.
  static func unreadable(
    _ response: HTTPResponse, from provider: String, redacting secrets: [Secret]
  ) -> DeliveryFailure {
    let text = response.body.isEmpty ? "it is empty" : Redaction(secrets).line(response.body)
    return DeliveryFailure(
      .tryAgain(after: nil), "\(provider)'s answer isn't in its form: \(text)")
  }

  /// Throws unless the status is a 2xx.
  static func check(
    _ response: HTTPResponse, from provider: String, now: Date, redacting secrets: [Secret],
    hints: [Int: String] = [:]
  ) throws(DeliveryFailure) {
    if (200..<300).contains(response.status) { return }
    var sentence = "\(provider) answered \(response.status)"
    if let hint = hints[response.status] { sentence += " (\(hint))" }
    if (300..<400).contains(response.status) { sentence += ", a redirect, which isn't followed" }
    let text = Redaction(secrets).line(response.body)
    if !text.isEmpty { sentence += ": \(text)" }
    guard isTransient(response.status) else { throw DeliveryFailure(.refused, sentence) }
    let wait = retryAfter(response.header("Retry-After"), now: now)
    throw DeliveryFailure(.tryAgain(after: wait), sentence)
  }

  /// Whether a status speaks of a trouble that passes: time-outs (408), too early (425), too many
  /// (429), and the server's own faults (5xx).
  private static func isTransient(_ status: Int) -> Bool {
    status == 408 || status == 425 || status == 429 || (500..<600).contains(status)
  }

  /// Reads `Retry-After` (RFC 9110, 10.2.3): seconds, with decimals too as some send them, or a
  /// date. `nil` for anything else; never less than nothing, nor more than the policy
  /// waits.
  static func retryAfter(_ value: String?, now: Date) -> Duration? {
    guard let text = value?.trimmingCharacters(in: .whitespaces), !text.isEmpty else { return nil }
    let seconds: Double
    if let number = Double(text) {
      seconds = number
    } else if let date = date(text) {
      seconds = date.timeIntervalSince(now)
    } else {
      return nil
    }
    guard seconds.isFinite else { return nil }
    return .seconds(min(max(seconds, 0), RetryPolicy.longestRetryAfter.inSeconds).rounded(.up))
  }

  /// Reads the three forms that RFC 9110 (5.6.7) gives a date.
  private static func date(_ text: String) -> Date? {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    for format in [
      "EEE, dd MMM yyyy HH:mm:ss 'GMT'", "EEEE, dd-MMM-yy HH:mm:ss 'GMT'",
      "EEE MMM d HH:mm:ss yyyy",
    ] {
      formatter.dateFormat = format
      if let date = formatter.date(from: text) { return date }
    }
    return nil
  }
}

extension DeliveryFailure {
  /// An exchange that brought no answer may bring one later, unless it can't be sent at all.
  init(_ failure: HTTPFailure, redacting secrets: [Secret]) {
    self.init(failure)
    description = Redaction(secrets).line(description)
  }
}
