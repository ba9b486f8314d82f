import ChannelKit
import CodeDeployNotifications
import Foundation

/// The rules for every channel that uses HTTP, whatever its provider.
///
/// ```swift
/// let rules = ChannelRules(
///   MattermostChannel.self, settings: ["webhook_url": ["https://…"]], secrets: ["…"],
///   successes: ["ok"])
/// #expect(await rules.violations() == [])
/// ```
public struct ChannelRules: Sendable {
  private let type: any Channel.Type
  private let settings: [String: [String]]
  private let secrets: [String]
  private let successes: [String]
  private let readsBody: Bool
  private let now = Date(timeIntervalSince1970: 1_800_000_000)

  /// - Parameters:
  ///   - settings: Settings that the channel can be set up with.
  ///   - secrets: The secrets among these settings.
  ///   - successes: The bodies that the provider answers with on success, one for each request of a
  ///     message.
  ///   - readsBody: Whether a 2xx counts as a success only with the body that the provider
  ///     documents.
  public init(
    _ type: any Channel.Type, settings: [String: [String]], secrets: [String],
    successes: [String], readsBody: Bool = false
  ) {
    self.type = type
    self.settings = settings
    self.secrets = secrets
    self.successes = successes
    self.readsBody = readsBody
  }

  /// A sentence for each rule that the channel breaks. The rules are about its declarations, its
  /// verdicts on statuses, cut answers and lost connections, control characters in requests, and
  /// secrets in sentences.
  public func violations() async -> [String] {
    var found = declarations()
    found += await success()
    for row in StatusMeaning.all { found += await status(row) }
    found += await failures()
    found += await endlessTexts()
    found += await cutAnswers()
    found += await echoes()
    return found
  }

  private func declarations() -> [String] {
    var found: [String] = []
    for setting in type.settings {
      if setting.summary.isEmpty { found.append("\(setting.name) has no summary") }
      if setting.name.wholeMatch(of: /[a-z][a-z0-9_]*\.?/) == nil {
        found.append("\(setting.name) is no name in small letters, digits and _")
      }
    }
    for key in settings.keys where !type.settings.contains(where: { $0.names(key) }) {
      found.append("\(key) is set and not declared")
    }
    let references = settings.mapValues { _ in ["env:SOMETHING"] }
    do { try type.checkAll(SettingValues(references, settings: type.settings)) } catch {
      found.append("references are refused before they are resolved: \(error)")
    }
    return found
  }

  private func success() async -> [String] {
    let (outcome, requests) = await deliver(message())
    var found: [String] = []
    if case .failed(_, let text) = outcome { found.append("a success fails: \(text)") }
    if requests.count != successes.count {
      found.append("a message takes \(requests.count) requests, not \(successes.count)")
    }
    for request in requests where request.timeout != .seconds(7) {
      found.append("a request takes longer than the services' timeout")
    }
    return found
  }

  private func status(_ row: StatusMeaning) async -> [String] {
    var found: [String] = []
    for position in successes.indices {
      let answer = HTTPResponse(
        status: row.status, headers: row.headers, body: Array("no\u{1B}[31m\nluck".utf8))
      let (outcome, requests) = await deliver(message(), failing: position, with: .success(answer))
      let name = "a \(row.status)" + (row.headers.first.map { " (\($0.value))" } ?? "")
      guard case .failed(let verdict, let text) = outcome else {
        found.append("\(name) counts as sent")
        continue
      }
      if verdict != row.verdict { found.append("\(name) means \(verdict), not \(row.verdict)") }
      if !text.contains("\(row.status)") || !text.contains("no luck") {
        found.append("\(name) isn't told with its answer: \(text)")
      }
      if requests.count != position + 1 { found.append("\(name) is followed by more requests") }
    }
    return found
  }

  private func failures() async -> [String] {
    var found: [String] = []
    for position in successes.indices {
      for kind in [HTTPFailure.Kind.unreachable, .timedOut, .tls, .broken, .tooLarge] {
        let (outcome, _) = await deliver(
          message(), failing: position, with: .failure(HTTPFailure(kind, "it broke")))
        guard case .failed(.tryAgain(nil), "it broke") = outcome else {
          found.append("an exchange that is \(kind) ends as \(outcome)")
          continue
        }
      }
    }
    return found
  }

  private func endlessTexts() async -> [String] {
    let long = String(repeating: "**<!here>** \u{1B}[31m @all [x](http://e.example)\n", count: 2000)
    let (outcome, requests) = await deliver(message(long))
    var found: [String] = []
    if case .failed(_, let text) = outcome { found.append("endless texts fail: \(text)") }
    for request in requests {
      let body = String(decoding: request.body, as: UTF8.self)
      if body.unicodeScalars.contains(where: { $0.value < 32 && $0 != "\n" })
        || ["\\u00", "\\r", "[31m"].contains(where: body.contains)
      {
        found.append("a control character is sent")
      }
      if request.body.count > 1 << 20 { found.append("a request isn't cut: it has over 1 MB") }
    }
    return found
  }

  private func cutAnswers() async -> [String] {
    guard readsBody else { return [] }
    var found: [String] = []
    for position in successes.indices {
      for body in ["", "{}", "[]", "null", "<html>hello</html>", "{\"data\":"]
      where body != successes[position] {
        let answer = HTTPResponse(status: 200, body: Array(body.utf8))
        let (outcome, _) = await deliver(message(), failing: position, with: .success(answer))
        guard case .failed(.oddAnswer, _) = outcome else {
          found.append("a 200 with \(body) ends as \(outcome)")
          continue
        }
      }
    }
    return found
  }

  /// Providers and proxies often repeat what they received.
  private func echoes() async -> [String] {
    var found: [String] = []
    for secret in secrets {
      let half = secret.count / 2
      let bodies = [
        "bad key \(secret)", #"{"error":"\#(secret.percentEncoded)"}"#,
        "\(secret.prefix(half))\u{200B}\(secret.dropFirst(half))",
        String(repeating: "x", count: 295) + secret,
        String(repeating: "\n", count: (64 << 10) - half) + secret,
      ]
      for status in [200, 302, 400, 401, 500] {
        for body in bodies {
          for position in successes.indices {
            let answer = HTTPResponse(status: status, body: Array(body.utf8))
            let text = await deliver(message(), failing: position, with: .success(answer)).0.text
            if text.contains(secret) || text.contains(secret.percentEncoded) {
              found.append("a \(status) that echoes a secret shows it")
            }
            if text.count >= 500 { found.append("a \(status) is told in \(text.count) characters") }
          }
        }
      }
    }
    return found
  }

  private enum Outcome {
    case sent(String)
    case failed(DeliveryFailure.Verdict, String)

    var text: String {
      switch self {
      case .sent(let text), .failed(_, let text): text
      }
    }
  }

  private func message(_ text: String = "it broke") -> ChannelMessage {
    var deployment = Deployment(
      id: "d-A1B2C3D4E", application: "checkout", deploymentGroup: "production", status: .failed,
      creator: "user", createdAt: now.addingTimeInterval(-300))
    deployment.completedAt = now.addingTimeInterval(-60)
    deployment.description = text
    deployment.error = Deployment.ErrorInformation(code: "HEALTH_CONSTRAINTS", message: text)
    var notification = DeploymentNotification(
      id: "key-1", event: .failed, of: deployment, region: "eu-west-1")
    notification.failure = DeploymentNotification.Failure(
      target: "i-0abc", lifecycleEvent: "BeforeInstall", errorCode: "ScriptFailed",
      script: "scripts/stop.sh", message: text, logTail: text)
    let cleaned = notification.cleaned
    return ChannelMessage(
      notification: cleaned, title: .init(cleaned.headline), body: .init(cleaned.story))
  }

  private func deliver(
    _ message: ChannelMessage, failing position: Int? = nil,
    with failure: Result<HTTPResponse, HTTPFailure>? = nil
  ) async -> (Outcome, [HTTPRequest]) {
    var answers = successes.map { body -> Result<HTTPResponse, HTTPFailure> in
      .success(HTTPResponse(status: 200, body: Array(body.utf8)))
    }
    if let position, let failure { answers[position] = failure }
    let provider = RuleProvider(answers)
    let services = ChannelServices(
      http: HTTPClient { try await provider.answer($0) },
      aws: AWSCaller { _ in throw AWSFailure(.unreachable, "there is no AWS here") },
      region: "eu-west-1", now: now, timeout: .seconds(7))
    do {
      let channel = try type.init(settings: SettingValues(settings, settings: type.settings))
      let answer = try await channel.deliver(message, with: services)
      return (.sent(answer), await provider.requests)
    } catch let failure as DeliveryFailure {
      return (.failed(failure.verdict, failure.description), await provider.requests)
    } catch {
      return (.failed(.refused, "it throws \(error)"), await provider.requests)
    }
  }
}

/// An HTTP status and its meaning for a delivery.
private struct StatusMeaning {
  var status: Int
  var headers: [HTTPField] = []
  var verdict: DeliveryFailure.Verdict

  static let all: [StatusMeaning] =
    [301, 302, 307, 308, 400, 401, 403, 404, 405, 409, 410, 413, 422].map {
      StatusMeaning(status: $0, verdict: .refused)
    }
    + [408, 425, 500, 502, 503, 504, 599].map {
      StatusMeaning(status: $0, verdict: .tryAgain(after: nil))
    } + [
      StatusMeaning(status: 429, verdict: .limited(after: nil)),
      StatusMeaning(
        status: 429, headers: [HTTPField("retry-after", "30")],
        verdict: .limited(after: .seconds(30))),
      StatusMeaning(
        status: 503, headers: [HTTPField("retry-after", "86400")],
        verdict: .tryAgain(after: .seconds(21_600))),
    ]
}

private actor RuleProvider {
  private var answers: [Result<HTTPResponse, HTTPFailure>]
  private(set) var requests: [HTTPRequest] = []

  init(_ answers: [Result<HTTPResponse, HTTPFailure>]) { self.answers = answers }

  func answer(_ request: HTTPRequest) throws -> HTTPResponse {
    requests.append(request)
    guard let answer = answers.first else {
      throw HTTPFailure(.unreachable, "no answer was prepared")
    }
    if answers.count > 1 { answers.removeFirst() }
    return try answer.get()
  }
}
