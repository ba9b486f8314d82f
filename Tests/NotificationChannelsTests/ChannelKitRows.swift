import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// An HTTP status and its meaning.
struct StatusRow: Sendable, CustomTestStringConvertible {
  var status: Int
  var headers: [HTTPField] = []
  var verdict: DeliveryFailure.Verdict

  var testDescription: String {
    "\(status)" + (headers.first.map { " \($0.value)" } ?? "")
  }

  private static func retryAfter(_ value: String) -> [HTTPField] {
    [HTTPField("retry-after", value)]
  }

  static let all: [StatusRow] =
    [100, 301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 409, 410, 413, 422].map {
      StatusRow(status: $0, verdict: .refused)
    }
    + [408, 425, 500, 502, 503, 504, 599].map {
      StatusRow(status: $0, verdict: .tryAgain(after: nil))
    } + [
      StatusRow(
        status: 429, headers: retryAfter("30"), verdict: .limited(after: .seconds(30))),
      StatusRow(status: 429, verdict: .limited(after: nil)),
      // Sample.now is 2027-01-15 08:00:00.
      StatusRow(
        status: 429, headers: retryAfter("Fri, 15 Jan 2027 08:02:00 GMT"),
        verdict: .limited(after: .seconds(120))),
      StatusRow(
        status: 503, headers: retryAfter("86400"), verdict: .tryAgain(after: .seconds(21_600))),
      StatusRow(status: 404, headers: retryAfter("30"), verdict: .refused),
    ]
}

/// An AWS failure and its meaning.
struct AWSRow: Sendable, CustomTestStringConvertible {
  var kind: AWSFailure.Kind
  var retryAfter: Duration?
  var verdict: DeliveryFailure.Verdict

  var testDescription: String { "\(kind)" }

  static let all: [AWSRow] =
    [
      .unreachable, .serviceFault, .nonsense, .clockOff, .noCredentials, .credentialsRefused,
    ].map { AWSRow(kind: $0, verdict: .tryAgain(after: nil)) }
    + [.accessDenied, .refused].map { AWSRow(kind: $0, verdict: .refused) } + [
      AWSRow(
        kind: .throttled, retryAfter: .seconds(9), verdict: .limited(after: .seconds(9))),
      AWSRow(kind: .throttled, verdict: .limited(after: nil)),
      AWSRow(
        kind: .serviceFault, retryAfter: .seconds(99_999),
        verdict: .tryAgain(after: .seconds(21_600))),
    ]
}

/// Answers that repeat a secret.
enum EchoedSecret {
  /// The forms in which it must not be readable.
  static func forms(_ secret: String) -> [String] {
    [secret, json(secret), secret.percentEncoded]
  }

  static func json(_ secret: String) -> String {
    guard let data = try? JSONEncoder().encode(secret) else { return secret }
    return String(String(decoding: data, as: UTF8.self).dropFirst().dropLast())
  }

  static func bodies(_ secret: String) -> [String] {
    let megabyte = String(repeating: "\(secret) ", count: 1 + (1 << 20) / (secret.count + 1))
    let half = secret.count / 2
    let inControls = secret.prefix(half) + "\u{200b}" + secret.dropFirst(half)
    // The end of the part that is read is in the middle of the secret.
    let blanks = String(repeating: "\n", count: (64 << 10) - half)
    return [
      megabyte, #"{"errors":[{"message":"bad key \#(json(secret))"}]}"#,
      "<p>\(secret.percentEncoded)</p>", String(inControls), blanks + secret,
      String(repeating: "x", count: 295) + secret,
    ]
  }
}

extension ChannelSample {
  static let overHTTP = all.filter { !$0.bodies.isEmpty }
  static let overAWS = all.filter { if case .aws = $0.transport { true } else { false } }
  static let overMail = all.filter { if case .mail = $0.transport { true } else { false } }
  static let overNetwork = overHTTP + overAWS + overMail

  /// A provider whose answers are good, except for one exchange.
  func provider(
    failingAt position: Int? = nil, with failure: Result<HTTPResponse, HTTPFailure>? = nil
  ) -> Provider {
    switch transport {
    case .process: return Provider()
    case .aws(let body):
      return Provider(aws: [.success(Array(body.utf8))])
    case .mail:
      return Provider(mail: [])
    case .http(let bodies):
      var answers = bodies.map { body -> Result<HTTPResponse, HTTPFailure> in
        .success(HTTPResponse(status: 200, body: Array(body.utf8)))
      }
      if let position, let failure { answers[position] = failure }
      return Provider(answers)
    }
  }

  /// A notification that is hostile in every text that the channel accepts. GitHub accepts only
  /// commits, which are checked.
  var hostileNotification: DeploymentNotification {
    var notification = Sample.hostileNotification
    if type == "github" {
      notification.revision = Sample.notification().revision
      // The rolled back deployment would be looked up, with another exchange.
      notification.rollback?.triggeredBy = nil
    }
    return notification
  }

  /// The same as a channel gets it.
  var hostileMessage: ChannelMessage {
    let cleaned = hostileNotification.cleaned
    return ChannelMessage(
      notification: cleaned, title: .init(cleaned.headline), body: .init(cleaned.story))
  }

  func deliver(by provider: Provider) async throws -> Outcome {
    let channel = try channel(type, settings)
    return try await Outcome.of {
      try await channel.deliver(Sample.message(), with: provider.services())
    }
  }
}
