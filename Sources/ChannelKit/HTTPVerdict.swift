import CodeDeployNotifications
import Foundation

/// What an HTTP exchange with a provider means for a delivery. It is the same for every channel.
public enum HTTPVerdict {
  /// Sends `request` and returns the answer if it is a success.
  ///
  /// - Parameters:
  ///   - provider: The provider's name in a failure's sentence.
  ///   - secrets: Secrets in the request, which no failure may show.
  ///   - hints: What to do about a status, in a few words.
  ///   - reading: Converts the provider's own form of failures into HTTP's: a status, a
  ///     `Retry-After`, and a text for people as the body.
  ///
  /// Throws `DeliveryFailure`, or `CancellationError` when the calling task is cancelled.
  public static func answer(
    to request: HTTPRequest, from provider: String, with services: ChannelServices,
    redacting secrets: [Secret], hints: [Int: String] = [:],
    reading: (HTTPResponse) throws -> HTTPResponse = { $0 }
  ) async throws -> HTTPResponse {
    let answer: HTTPResponse
    do {
      answer = try await services.http.send(request)
    } catch let failure as HTTPFailure {
      throw DeliveryFailure(failure, redacting: secrets)
    }
    let response = try reading(answer)
    try check(response, from: provider, now: services.now, redacting: secrets, hints: hints)
    return response
  }

  /// A failure for a 2xx without the body that the provider documents: the message may have been
  /// accepted or not.
  ///
  /// - Parameter lack: What is wrong with it, in a few words. Of a page for a browser it is said
  ///   that it is one.
  public static func oddAnswer(
    _ response: HTTPResponse, from provider: String, redacting secrets: [Secret],
    _ lack: String = "isn't in the expected format"
  ) -> DeliveryFailure {
    let text = Redaction(secrets).line(response.body)
    let lack = response.isPage ? "is an HTML page" : lack
    return DeliveryFailure(
      .oddAnswer, "\(provider.possessive) answer \(lack): \(text.isEmpty ? "it is empty" : text)")
  }

  /// Throws where an answer is a page for a browser, which came from a proxy or a login portal.
  public static func checkIsNoPage(
    _ response: HTTPResponse, from provider: String, redacting secrets: [Secret]
  ) throws(DeliveryFailure) {
    guard response.isPage else { return }
    throw oddAnswer(response, from: provider, redacting: secrets)
  }

  /// Throws unless the status is a 2xx. 408, 425 and 5xx may be tried again, 429 is the provider's
  /// rate limit, and every other status is final. `Retry-After` is respected.
  public static func check(
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
    throw DeliveryFailure(
      response.status == 429 ? .limited(after: wait) : .tryAgain(after: wait), sentence)
  }

  /// Whether a status may pass: time-out (408), too early (425), rate limit (429), and the server's
  /// own faults (5xx).
  private static func isTransient(_ status: Int) -> Bool {
    status == 408 || status == 425 || status == 429 || (500..<600).contains(status)
  }

  /// The wait in a `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3), from zero to six
  /// hours, which is the longest wait. `nil` where it is neither.
  public static func retryAfter(_ value: String?, now: Date) -> Duration? {
    RetryAfter.seconds(value, now: now).map { seconds in
      .seconds(min(max(seconds, 0), RetryPolicy.longestRetryAfter.inSeconds).rounded(.up))
    }
  }
}

extension DeliveryFailure {
  /// A failure without an answer. Trying again may help, unless the request can't be sent at all.
  public init(_ failure: HTTPFailure, redacting secrets: [Secret]) {
    self.init(failure)
    description = Redaction(secrets).line(description)
  }
}
