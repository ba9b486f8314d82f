import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// What every channel of the catalog has to do.
@Suite struct ChannelKitTests {
  @Test("Every type of channel is held to these rules") func everyType() {
    let types = ChannelCatalog.all.types.map { $0.type }
    #expect(Set(ChannelSample.all.map(\.type)) == Set(types))
    #expect(Set(types).count == types.count)
  }

  @Test(
    "Every channel and setting says what it is for",
    arguments: ChannelCatalog.all.types.map { $0.type })
  func declarations(of type: String) throws {
    let type = try #require(ChannelCatalog.all.type(named: type))
    #expect(!type.summary.isEmpty && !type.summary.contains("\n"))
    #expect(!type.defaultEvents.isEmpty)
    #expect(Set(type.settings.map(\.name)).count == type.settings.count)
    for setting in type.settings {
      #expect(!setting.summary.isEmpty && !setting.summary.contains("\n"), "\(setting.name)")
      let form = /[a-z][a-z0-9_]*\.?/
      #expect(setting.name.wholeMatch(of: form) != nil, "\(setting.name)")
      if case .choice(let choices) = setting.kind, let value = setting.defaultValue {
        #expect(choices.contains(value), "\(setting.name)")
      }
    }
  }

  @Test(
    "A guide's example can be registered",
    arguments: ChannelCatalog.all.types.map { $0.type })
  func guide(of type: String) throws {
    let found = try #require(ChannelCatalog.all.type(named: type))
    let guide = try #require(ChannelCatalog.guide(of: found))
    let example = try ChannelSpec.parse(guide.example, catalog: .all)
    #expect(example.type == type)
    for text in [guide.preparation, guide.arrival] + guide.limits { #expect(text.hasSuffix(".")) }
  }

  @Test("A sample uses declared settings only", arguments: ChannelSample.all)
  func settingsAreDeclared(sample: ChannelSample) throws {
    let type = try #require(ChannelCatalog.all.type(named: sample.type))
    for key in sample.settings.keys {
      #expect(type.settings.contains { $0.names(key) }, "\(key)")
    }
  }

  @Test(
    "Settings pass the check before their references are resolved", arguments: ChannelSample.all)
  func unresolvedReferences(sample: ChannelSample) throws {
    let type = try #require(ChannelCatalog.all.type(named: sample.type))
    let references = sample.settings.mapValues { _ in ["env:SOMETHING"] }
    try type.checkAll(SettingValues(references, settings: type.settings))
  }

  @Test("Success is what the provider documents as success", arguments: ChannelSample.all)
  func success(sample: ChannelSample) async throws {
    let provider = sample.provider()
    let outcome = try await sample.deliver(by: provider)
    #expect(outcome.verdict == nil, "\(outcome)")
    #expect(!outcome.text.isEmpty)
    let timeouts = await provider.requests.map(\.timeout) + provider.calls.map(\.timeout)
    let mails = await provider.mails
    #expect(timeouts.allSatisfy { $0 == .seconds(7) })
    #expect(mails.allSatisfy { $0.timeout == .seconds(14) })
    let exchanges = if case .process = sample.transport { 0 } else { max(1, sample.bodies.count) }
    #expect(timeouts.count + mails.count == exchanges)
  }

  @Test("No control character of a deployment's texts is sent", arguments: ChannelSample.overHTTP)
  func controls(sample: ChannelSample) async throws {
    let provider = sample.provider()
    let channel = try channel(sample.type, sample.settings)
    _ = try await channel.deliver(sample.hostileMessage, with: provider.services())
    for request in await provider.requests {
      let body = String(decoding: request.body, as: UTF8.self)
      #expect(!body.unicodeScalars.contains { $0.value < 32 && $0 != "\n" }, "\(body)")
      for escaped in ["\\u00", "\\r", "[31m"] { #expect(!body.contains(escaped), "\(body)") }
    }
  }

  @Test("No direction control or zero-width space is sent", arguments: ChannelSample.overHTTP)
  func invisibles(sample: ChannelSample) async throws {
    let provider = sample.provider()
    let channel = try channel(sample.type, sample.settings)
    var notification = sample.hostileNotification
    let text = "a\u{202E}b\u{200B}c\u{2066}👩‍💻 می\u{200C}خواهم"
    notification.failure?.logTail = text
    notification.description = text
    _ = try await channel.deliver(
      ChannelMessage(notification, templates: ChannelConfiguration(type: sample.type)),
      with: provider.services())
    for request in await provider.requests {
      let body = String(decoding: request.body, as: UTF8.self)
      for scalar in ["\u{202E}", "\u{2066}", "\\u20"] { #expect(!body.contains(scalar), "\(body)") }
      #expect(!body.contains("b\u{200B}c"))
      if body.contains("abc") {
        #expect(body.contains("👩‍💻"))
        #expect(body.contains("می\u{200C}خواهم"))
      }
    }
  }

  @Test(
    "Labels push neither the cause nor the log out of a message", arguments: ChannelSample.overHTTP)
  func manyLabels(sample: ChannelSample) async throws {
    func sent(_ labels: [String: String]) async throws -> String {
      let provider = sample.provider()
      let channel = try channel(sample.type, sample.settings)
      let log = (0..<20).map { "line \($0) of the log" } + ["[stderr]no such service"]
      _ = try await channel.deliver(
        Sample.failedMessage(log: log.joined(separator: "\n")) { $0.labels = labels },
        with: provider.services())
      return await provider.requests.map { String(decoding: $0.body, as: UTF8.self) }.joined()
    }
    let long = (10..<60).map { ("label\($0)", String(repeating: "value ", count: 33)) }
    let (plain, labelled) = try await (
      sent([:]), sent(Dictionary(uniqueKeysWithValues: long))
    )
    for text in ["too many failed", "no such service"] {
      #expect(labelled.contains(text) == plain.contains(text), "\(text): \(labelled)")
    }
  }

  @Test("Statuses mean the same everywhere", arguments: ChannelSample.overHTTP, StatusRow.all)
  func statuses(sample: ChannelSample, row: StatusRow) async throws {
    for position in sample.bodies.indices {
      let answer = HTTPResponse(
        status: row.status, headers: row.headers, body: Array("no\u{1b}[31m\nluck".utf8))
      let provider = sample.provider(failingAt: position, with: .success(answer))
      let outcome = try await sample.deliver(by: provider)
      #expect(outcome.verdict == row.verdict)
      #expect(outcome.text.contains("\(row.status)"))
      #expect(outcome.text.contains("no luck"))
      #expect(await provider.requests.count == position + 1)
    }
  }

  @Test(
    "A 2xx that isn't an answer is no answer", arguments: ChannelSample.overHTTP,
    ["", "{}", "[]", "null", "<html>hello</html>", "{\"data\":", "{\"data\":{}}"])
  func unreadable(sample: ChannelSample, body: String) async throws {
    // An empty result is a valid answer to a search.
    for position in sample.bodies.indices where sample.bodies[position] != body {
      let answer = HTTPResponse(status: 200, body: Array(body.utf8))
      let provider = sample.provider(failingAt: position, with: .success(answer))
      let outcome = try await sample.deliver(by: provider)
      let isOdd = sample.readsBody || body.hasPrefix("<") && sample.type != "webhook"
      #expect(outcome.verdict == (isOdd ? .oddAnswer : nil), "\(outcome)")
    }
  }

  @Test(
    "No answer may become one later", arguments: ChannelSample.overHTTP,
    [.unreachable, .timedOut, .tls, .broken, .tooLarge, .invalidRequest] as [HTTPFailure.Kind])
  func failures(sample: ChannelSample, kind: HTTPFailure.Kind) async throws {
    for position in sample.bodies.indices {
      let provider = sample.provider(
        failingAt: position, with: .failure(HTTPFailure(kind, "example.com: it broke")))
      let outcome = try await sample.deliver(by: provider)
      #expect(outcome.verdict == (kind == .invalidRequest ? .refused : .tryAgain(after: nil)))
      #expect(outcome.text == "example.com: it broke")
    }
  }

  @Test("Failures of AWS mean the same everywhere", arguments: ChannelSample.overAWS, AWSRow.all)
  func awsFailures(sample: ChannelSample, row: AWSRow) async throws {
    let failure = AWSFailure(row.kind, "AWS said no", retryAfter: row.retryAfter)
    let provider = Provider(aws: [.failure(failure)])
    let outcome = try await sample.deliver(by: provider)
    #expect(outcome == .failed(row.verdict, "AWS said no"))
    #expect(await provider.calls.map(\.maximumAttempts) == [1])
  }

  @Test("An answer of AWS without a message's name is none", arguments: ChannelSample.overAWS)
  func awsNonsense(sample: ChannelSample) async throws {
    let provider = Provider(aws: [.success(Array("<html></html>".utf8))])
    #expect(try await sample.deliver(by: provider).verdict == .oddAnswer)
  }

  @Test("A cancelled delivery says so", arguments: ChannelSample.overNetwork)
  func cancellation(sample: ChannelSample) async throws {
    var services = Provider().services()
    services.http = HTTPClient { _ in throw CancellationError() }
    services.aws = AWSCaller { _ in throw CancellationError() }
    services.mail = MailClient { _ in throw CancellationError() }
    let channel = try channel(sample.type, sample.settings)
    await #expect(throws: CancellationError.self) {
      try await channel.deliver(Sample.message(), with: services)
    }
  }

  @Test("Leaks no secret", arguments: ChannelSample.overHTTP, [200, 302, 400, 401, 500])
  func leaksNoSecret(sample: ChannelSample, status: Int) async throws {
    for secret in sample.secrets {
      for body in EchoedSecret.bodies(secret) {
        for position in sample.bodies.indices {
          let answer = HTTPResponse(status: status, body: Array(body.utf8))
          let provider = sample.provider(failingAt: position, with: .success(answer))
          let outcome = try await sample.deliver(by: provider)
          #expect(outcome.text.count < 500)
          for form in EchoedSecret.forms(secret) {
            #expect(!outcome.text.contains(form), "\(outcome.text)")
          }
        }
      }
    }
  }

  @Test("What can't be used shows no secret", arguments: ChannelSample.all)
  func maskedProblems(sample: ChannelSample) throws {
    for key in sample.settings.keys {
      var settings = sample.settings
      settings[key] = ["whsec_%%\nNRAK-hidden"]
      do {
        _ = try channel(sample.type, settings)
      } catch let problem as SettingProblem {
        #expect(!problem.description.contains("hidden"), "\(problem)")
      }
    }
  }
}
