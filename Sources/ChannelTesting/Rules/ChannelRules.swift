import ChannelKit
import CodeDeployNotifications

/// The rules for every channel that uses HTTP, whatever its provider.
///
/// ```swift
/// let rules = ChannelRules(
///   MattermostChannel.self, settings: ["webhook_url": ["https://…"]], secrets: ["…"],
///   successes: ["ok"])
/// #expect(await rules.violations() == [])
/// ```
///
/// The channels that come with `cdnotify` are held to the same rules.
public struct ChannelRules: Sendable {
  /// How a channel reaches its provider, with the provider's answers of success. Only bundled
  /// channels use other means than HTTP.
  package enum Transport: Sendable {
    /// The bodies of success, one for each request of a message.
    case http([String])
    /// The body that AWS answers with.
    case aws(String)
    case mail
    /// It runs a program and sends nothing itself.
    case program
  }

  let type: any Channel.Type
  let settings: [String: [String]]
  let secrets: [String]
  let transport: Transport
  let readsBody: Bool
  let acceptsPages: Bool
  let adjust: @Sendable (inout DeploymentNotification) -> Void
  let exchangesOfFailure: Int?

  /// - Parameters:
  ///   - settings: Settings that the channel can be set up with.
  ///   - secrets: The secrets among these settings.
  ///   - successes: The bodies that the provider answers with on success, one for each request of a
  ///     message about a success. The last one is repeated.
  ///   - readsBody: Whether a 2xx counts as a success only with the body that the provider
  ///     documents. Without it every body does, except for a page for a browser.
  ///   - exchangesOfFailure: How many requests a message about a failure takes; `nil` for as many as
  ///     one about a success.
  ///   - adjust: Turns a notification into one that the channel can announce, where it can't
  ///     announce all of them; for example, gives it a revision of GitHub.
  public init(
    _ type: any Channel.Type, settings: [String: [String]], secrets: [String],
    successes: [String], readsBody: Bool = false, exchangesOfFailure: Int? = nil,
    adjust: @escaping @Sendable (inout DeploymentNotification) -> Void = { _ in }
  ) {
    self.init(
      type, settings: settings, secrets: secrets, over: .http(successes), readsBody: readsBody,
      exchangesOfFailure: exchangesOfFailure, adjust: adjust)
  }

  /// - Parameters:
  ///   - acceptsPages: Whether a page for a browser counts as a success too, as for a webhook of any
  ///     server.
  package init(
    _ type: any Channel.Type, settings: [String: [String]], secrets: [String],
    over transport: Transport, readsBody: Bool, acceptsPages: Bool = false,
    exchangesOfFailure: Int? = nil,
    adjust: @escaping @Sendable (inout DeploymentNotification) -> Void = { _ in }
  ) {
    self.type = type
    self.settings = settings
    self.secrets = secrets
    self.transport = transport
    self.readsBody = readsBody
    self.acceptsPages = acceptsPages
    self.exchangesOfFailure = exchangesOfFailure
    self.adjust = adjust
  }

  /// A sentence for each rule that the channel breaks. The rules are about
  /// - its declarations, and the sentences about settings that can't be used,
  /// - its requests: their number and time, the length of texts, control characters and other
  ///   characters that nobody sees, and what labels may push out,
  /// - its verdicts on statuses, on answers that aren't the provider's, and on lost connections,
  /// - cancellation,
  /// - secrets that an answer repeats.
  public func violations() async -> [String] {
    var found = declarations() + settingProblems()
    do { _ = try setUp() } catch {
      return found + ["it can't be set up with these settings: \(error)"]
    }
    found += await success()
    switch transport {
    case .http: found += await httpViolations()
    case .aws: found += await awsViolations()
    case .mail: found += await mailViolations()
    case .program: break
    }
    return found
  }

  private func httpViolations() async -> [String] {
    var found = await statuses()
    found += await otherBodies()
    found += await lostConnections()
    found += await cancellation()
    found += await hostileTexts()
    found += await invisibleCharacters()
    found += await endlessTexts()
    found += await manyLabels()
    found += await echoes()
    return found
  }
}

extension ChannelRules {
  var bodies: [String] { transport.bodies }

  /// Sets the channel up as a notifier does.
  func setUp(_ changed: [String: [String]]? = nil) throws(SettingProblem) -> any Channel {
    let values = SettingValues(changed ?? settings, settings: type.settings)
    try type.checkAll(values)
    return try type.init(settings: values)
  }

  func provider(
    failingAt position: Int? = nil, with failure: Result<HTTPResponse, HTTPFailure>? = nil
  ) -> Provider { transport.provider(failingAt: position, with: failure) }

  /// The outcome of a message about a success, or of another one.
  package func deliver(
    _ message: ChannelMessage? = nil, by provider: Provider
  ) async throws -> Outcome {
    let channel = try setUp()
    let message = message ?? Sample.message(adjust)
    return try await Outcome.of {
      try await channel.deliver(message, with: provider.services())
    }
  }

  /// The same, where an error that no channel may throw is a violation like any other.
  func outcome(_ message: ChannelMessage? = nil, by provider: Provider) async -> Outcome {
    // The other tests share these threads, and nothing else here would let them have a turn.
    await Task.yield()
    do { return try await deliver(message, by: provider) } catch {
      return .failed(.refused, "it throws \(error)")
    }
  }
}

extension ChannelRules.Transport {
  /// The bodies of success, one for each exchange; empty for other means than HTTP.
  package var bodies: [String] { if case .http(let bodies) = self { bodies } else { [] } }

  /// A provider whose answers are good, except for one exchange.
  package func provider(
    failingAt position: Int? = nil, with failure: Result<HTTPResponse, HTTPFailure>? = nil
  ) -> Provider {
    switch self {
    case .program: return Provider()
    case .aws(let body): return Provider(aws: [.success(Array(body.utf8))])
    case .mail: return Provider(mail: [])
    case .http(let bodies):
      var answers = bodies.map { body -> Result<HTTPResponse, HTTPFailure> in
        .success(HTTPResponse(status: 200, body: Array(body.utf8)))
      }
      if let position, let failure { answers[position] = failure }
      return Provider(answers)
    }
  }
}
