import CodeDeployNotifications
import Foundation

/// Separates answers from errors, and describes the errors.
struct AWSAnswer {
  var call: AWSCall
  var endpoint: AWSEndpoint
  /// What no message may contain: when a signature doesn't match, AWS repeats the signed headers,
  /// and the session token is one of them.
  var credentials: AWSCredentials?
  var secrets: [Secret] = []
  var now: Date

  /// The body of a success in the protocol's form. Throws `FailedAttempt`.
  func body(of response: HTTPResponse) throws(FailedAttempt) -> [UInt8] {
    guard (200..<300).contains(response.status) else { throw failed(response) }
    if let fault = fault(ofSuccess: response.body) {
      let description = "AWS's answer to \(subject) can't be used: \(fault)."
      throw FailedAttempt(failure: AWSFailure(.nonsense, description), status: response.status)
    }
    return response.body
  }

  /// The failure for an error of the transport.
  func failed(_ failure: HTTPFailure) -> FailedAttempt {
    let kind: AWSFailure.Kind =
      switch failure.kind {
      case .unreachable, .timedOut, .tls, .broken: .unreachable
      case .tooLarge: .nonsense
      case .invalidRequest: .refused
      }
    let said = redacted(failure.description).inSentence()
    return FailedAttempt(
      failure: AWSFailure(
        kind, "\(subject) got no answer: \(said.trimmingSpace().withoutFullStop).",
        remedy: failure.kind == .unreachable ? remedy.sentenceForNoAnswer : nil),
      transportKind: failure.kind)
  }

  /// The call, for messages: service, operation and region.
  private var subject: String {
    // By the names that AWS's documentation and policies have, which hosts don't.
    let service = ["portal.sso": "sso", "email": "ses"][call.service] ?? call.service
    return "\(service) \(call.operation) in \(call.region)"
  }

  /// What is wrong with the body of a success; `nil` if it is right.
  private func fault(ofSuccess body: [UInt8]) -> String? {
    guard !body.isEmpty else { return "it is empty" }
    switch call.form {
    case .json, .rest:
      let object = try? ReceivedJSON.decode(JSONObject.self, from: body)
      return object == nil ? "it is not a JSON object" : nil
    case .query(let action, _, _):
      let root = XMLNode.parse(body)?.name
      return root == "\(action)Response" ? nil : "its root element is not \(action)Response"
    }
  }

  private func failed(_ response: HTTPResponse) -> FailedAttempt {
    let report = AWSErrorReport(response)
    let skew = response.header("Date").flatMap(HTTPDate.parse).map { now.timeIntervalSince($0) }
    let message = report.message ?? ""
    let kind = AWSErrorCodes.kind(
      status: response.status, code: report.code, message: message, skew: skew)
    let said = redacted(message).inSentence().trimmingSpace().withoutFullStop
    let origin = report.code ?? "HTTP status \(response.status)"
    let detail = said.isEmpty ? origin : "\(said) (\(origin))"
    let denial = kind == .accessDenied ? Denial(message) : nil
    var failure = AWSFailure(
      kind, code: report.code, "\(lead(kind, skew: skew)): \(detail).",
      retryAfter: Self.retryAfter(response, now: now),
      remedy: remedy.sentence(kind, code: report.code, denial: denial),
      deniedAction: denial?.action)
    failure.reasons = report.reasons
    return FailedAttempt(failure: failure, status: response.status)
  }

  private var remedy: AWSRemedy {
    AWSRemedy(call: call, endpoint: endpoint, source: credentials?.source)
  }

  private var fromSource: String { credentials?.source.map { " from \($0)" } ?? "" }

  private func lead(_ kind: AWSFailure.Kind, skew: Double?) -> String {
    switch kind {
    case .throttled: "AWS throttles \(subject)"
    case .accessDenied: "AWS denies \(subject)"
    case .credentialsRefused: "AWS doesn't accept the credentials\(fromSource) for \(subject)"
    case .clockOff: "AWS refuses \(subject) \(Self.clock(skew))"
    case .serviceFault: "AWS failed at \(subject)"
    default: "AWS refuses \(subject)"
    }
  }

  private static func clock(_ skew: Double?) -> String {
    // What AWS accepts is no reason: then only AWS knows which clock it means.
    guard let skew, abs(skew) > AWSErrorCodes.acceptedSkew, abs(skew) < 1e9 else {
      return "and says that this machine's clock is off"
    }
    let minutes = Int((abs(skew) / 60).rounded())
    return "because this machine's clock is \(minutes) minutes \(skew < 0 ? "behind" : "ahead")"
  }

  /// `Retry-After` in seconds or as a date, or `x-amz-retry-after` in milliseconds.
  private static func retryAfter(_ response: HTTPResponse, now: Date) -> Duration? {
    let seconds: Double?
    if let header = response.header("Retry-After") {
      seconds = RetryAfter.seconds(header, now: now)
    } else {
      seconds = response.header("x-amz-retry-after").flatMap(Double.init).map { $0 / 1000 }
    }
    guard let seconds, seconds.isFinite, seconds > 0 else { return nil }
    // A week is long enough, and fits into a `Duration`.
    return .seconds(min(seconds, 7 * 86400))
  }

  private func redacted(_ text: String) -> String {
    let keys = [credentials?.secretAccessKey, credentials?.sessionToken].compactMap(\.self)
    return SecretMask(keys + secrets).masked(text)
  }
}

/// Decodes from any JSON object, and from no other JSON value.
private struct JSONObject: Decodable {
  private enum NoKey: CodingKey {}

  init(from decoder: any Decoder) throws {
    _ = try decoder.container(keyedBy: NoKey.self)
  }
}
