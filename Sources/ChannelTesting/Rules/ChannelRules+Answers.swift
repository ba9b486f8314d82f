import CodeDeployNotifications

extension ChannelRules {
  /// Success is what the provider documents as success, of an end that went well and of one that
  /// didn't.
  func success() async -> [String] {
    var found: [String] = []
    for (message, expected) in [
      (Sample.message(adjust), exchanges),
      (Sample.failedMessage(adjust), exchangesOfFailure ?? exchanges),
    ] {
      let provider = provider()
      switch await outcome(message, by: provider) {
      case .failed(_, let text): found.append("a success fails: \(text)")
      case .sent(let text): if text.isEmpty { found.append("a success has no answer") }
      }
      let times = await provider.requests.map(\.timeout) + provider.calls.map(\.timeout)
      let mails = await provider.mails
      if times.contains(where: { $0 != Provider.timeout }) {
        found.append("a request's time isn't the services' timeout")
      }
      // A mail takes a dialogue.
      if mails.contains(where: { $0.timeout != Provider.timeout * 2 }) {
        found.append("a mail's time isn't twice the services' timeout")
      }
      let made = times.count + mails.count
      if made != expected {
        let event = message.notification.event.rawValue
        found.append("a message about \(event) takes \(made) exchanges, not \(expected)")
      }
    }
    return found
  }

  private var exchanges: Int {
    switch transport {
    case .http(let bodies): bodies.count
    case .aws, .mail: 1
    case .program: 0
    }
  }

  /// Statuses mean the same everywhere.
  func statuses() async -> [String] {
    var found: [String] = []
    for row in StatusMeaning.all {
      for position in bodies.indices {
        let answer = HTTPResponse(
          status: row.status, headers: row.headers, body: Array("no\u{1B}[31m\nluck".utf8))
        let provider = provider(failingAt: position, with: .success(answer))
        let outcome = await outcome(by: provider)
        guard case .failed(let verdict, let text) = outcome else {
          found.append("\(row) counts as sent")
          continue
        }
        if verdict != row.verdict { found.append("\(row) means \(verdict), not \(row.verdict)") }
        if !text.contains("\(row.status)") || !text.contains("no luck") {
          found.append("\(row) isn't told with its answer: \(text)")
        }
        if await provider.requests.count != position + 1 {
          found.append("\(row) isn't the last answer to be asked for")
        }
      }
    }
    return found
  }

  /// A 2xx that isn't the provider's answer is none.
  func otherBodies() async -> [String] {
    var found: [String] = []
    let others = ["", "{}", "[]", "null", "<html>hello</html>", "{\"data\":", "{\"data\":{}}"]
    for position in bodies.indices {
      // An empty result is a valid answer to a search.
      for body in others where body != bodies[position] {
        let answer = HTTPResponse(status: 200, body: Array(body.utf8))
        let provider = provider(failingAt: position, with: .success(answer))
        let outcome = await outcome(by: provider)
        let isOdd = readsBody || body.hasPrefix("<") && !acceptsPages
        if outcome.verdict != (isOdd ? .oddAnswer : nil) {
          found.append("a 200 with \(body.isEmpty ? "no body" : body) ends as \(outcome)")
        }
      }
    }
    return found
  }

  /// Where there is no answer, there may be one later, unless the request can't be sent at all.
  func lostConnections() async -> [String] {
    var found: [String] = []
    for position in bodies.indices {
      for kind in HTTPFailure.Kind.inTests {
        let failure = HTTPFailure(kind, "example.com: it broke")
        let provider = provider(failingAt: position, with: .failure(failure))
        found += Self.violations(of: await outcome(by: provider), after: failure)
      }
    }
    return found
  }

  static func violations(of outcome: Outcome, after failure: HTTPFailure) -> [String] {
    let verdict: DeliveryFailure.Verdict =
      failure.kind == .invalidRequest ? .refused : .tryAgain(after: nil)
    if outcome == .failed(verdict, failure.description) { return [] }
    return ["an exchange that is \(failure.kind) ends as \(outcome)"]
  }

  /// A delivery that is cancelled says so, and isn't a failure.
  func cancellation() async -> [String] {
    var services = Provider().services()
    services.http = HTTPClient { _ in throw CancellationError() }
    services.aws = AWSCaller { _ in throw CancellationError() }
    services.mail = MailClient { _ in throw CancellationError() }
    do {
      _ = try await setUp().deliver(Sample.message(adjust), with: services)
      return ["a cancelled delivery counts as sent"]
    } catch is CancellationError {
      return []
    } catch {
      return ["a cancelled delivery ends as \(error)"]
    }
  }
}

extension HTTPFailure.Kind {
  static let inTests: [Self] = [
    .unreachable, .timedOut, .tls, .broken, .tooLarge, .invalidRequest,
  ]
}
