import ChannelTesting
import CodeDeployNotifications
import Testing

@testable import NotificationChannels

/// A channel that tries nothing again, and reads what was refused as an answer.
private struct Careless<Inner: Channel>: Channel {
  static var type: String { Inner.type }
  static var settings: [ChannelSetting] { Inner.settings }
  let inner: Inner

  init(settings: SettingValues) throws(SettingProblem) {
    inner = try Inner(settings: settings)
  }

  func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
    var services = services
    services.aws = AWSCaller { [call = services.aws.call] request in
      var request = request
      request.maximumAttempts = nil
      return try await call(request)
    }
    services.mail = MailClient { [send = services.mail.send] request in
      var request = request
      request.headers.append(HTTPField("Bcc", "eve@example.com"))
      request.recipients += request.text.contains("Bcc: eve") ? ["eve@example.com"] : []
      return try await send(request)
    }
    do { return try await inner.deliver(message, with: services) } catch {
      guard let failure = error as? DeliveryFailure else { return "\(error)" }
      throw DeliveryFailure(.refused, failure.description)
    }
  }
}

/// The rules for other transports than HTTP; `OwnChannelTests` has the others.
@Suite struct RuleTests {
  @Test("A careless channel breaks the rules for AWS") func aws() async throws {
    let sample = try #require(ChannelSample.sns.first)
    let found = await ChannelRules(
      Careless<SNSChannel>.self, settings: sample.settings, secrets: [], over: sample.transport,
      readsBody: true
    ).violations()
    for violation in [
      "AWS's failure throttled ends as", "AWS's failure unreachable ends as",
      "a call is made more than once", "an answer of AWS without a message's name ends as",
      "a cancelled delivery counts as sent",
    ] { #expect(found.contains { $0.hasPrefix(violation) }, "\(violation)") }
  }

  @Test("A careless channel breaks the rules for mails") func mail() async throws {
    let sample = try #require(ChannelSample.email.first)
    let found = await ChannelRules(
      Careless<EmailChannel>.self, settings: sample.settings, secrets: [], over: sample.transport,
      readsBody: false
    ).violations()
    for violation in [
      "a 421 at greeting ends as", "452 4.3.1 Too many messages, slow down ends as",
      "an exchange that is timedOut ends as", "a cancelled delivery counts as sent",
      "a text makes a header field", "a text changes who gets the mail",
    ] { #expect(found.contains { $0.hasPrefix(violation) }, "\(violation)") }
  }
}
