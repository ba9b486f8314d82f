import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// Header fields of a webhook, and what is filled in there.
@Suite struct WebhookFieldTests {
  private static let url = "https://hooks.example.com/in"

  private func request(
    _ settings: [String: [String]], _ message: ChannelMessage
  ) async throws -> HTTPRequest {
    let provider = Provider(bodies: [""])
    let channel = try channel("webhook", ["url": [Self.url]].merging(settings) { $1 })
    _ = try await channel.deliver(message, with: provider.services())
    return try #require(await provider.requests.first)
  }

  @Test("A header field takes every name, in one line and cut, and is left out where it is empty")
  func fields() async throws {
    let settings = [
      "header.X-Id": ["{{id}}"], "header.X-About": ["{{description}}|{{title}}"],
      "header.X-Team": ["{{labels.team}}"],
      "header.X-Failed": ["{{#is.failed}}yes{{/is.failed}}{{^is.failed}}no{{/is.failed}}"],
      "header.X-Log": ["{{failure.log_tail}}"],
      "secret.key": [String(repeating: "k", count: 2_000)],
      "header.Authorization": ["Bearer {{secret.key}}"],
    ]
    let message = Sample.message(title: "t") {
      $0.description = "a\r\nX-Evil: b\u{0}\u{202E}c"
      $0.failure = DeploymentNotification.Failure(logTail: String(repeating: "l", count: 20_000))
    }
    let request = try await request(settings, message)
    let own = Dictionary(request.headers.dropFirst(3).map { ($0.name, $0.value) }) { $1 }
    #expect(own["X-Id"] == "key-1")
    #expect(own["X-About"] == "a X-Evil: b c|t" || own["X-About"] == "a X-Evil: bc|t")
    #expect(own["X-Failed"] == "no")
    #expect(own["X-Log"]?.utf16.count == 1_000)
    #expect(own["Authorization"]?.utf8.count == 2_007)
    #expect(own["X-Team"] == nil)
    #expect(own.count == 5)
    for field in request.headers {
      #expect(!field.value.unicodeScalars.contains { $0.value < 32 || $0.value == 127 })
    }
  }

  @Test("Of a log, header fields and the address get the end")
  func logs() async throws {
    let message = Sample.failedMessage(log: String(repeating: "l", count: 4_000) + " the end")
    let request = try await request(
      [
        "url": ["\(Self.url)?log={{failure.log_tail}}"],
        "header.X-Log": ["{{failure.log_tail}}"],
      ], message)
    let field = try #require(request.headers.first { $0.name == "X-Log" }?.value)
    #expect(field.utf16.count == 1_000)
    #expect(field.hasPrefix("…l") && field.hasSuffix("l the end"))
    let log = try #require(request.url.split(separator: "?log=").last?.removingPercentEncoding)
    #expect(log.utf16.count == 1_500)
    #expect(log.hasSuffix("l the end"))
  }

  @Test("A header field that no server would take isn't sent") func hugeField() async throws {
    let provider = Provider(bodies: [""])
    let channel = try channel(
      "webhook",
      [
        "url": [Self.url], "header.X": [String(repeating: "{{description}}", count: 9)],
      ])
    let outcome = try await Outcome.of {
      try await channel.deliver(
        Sample.message { $0.description = String(repeating: "d", count: 5_000) },
        with: provider.services())
    }
    #expect(
      outcome
        == .failed(
          .refused,
          "header.X is longer than 8 KB when filled in; nothing was sent"))
    #expect(await provider.requests.isEmpty)
  }

  @Test("What a header field is filled in with may be answered, its secrets and own words not")
  func fieldSecrets() async throws {
    let settings = [
      "url": [Self.url], "header.X-Event": ["{{event}}"],
      "header.X-Key": ["Key hush-hush-{{secret.key}}"], "secret.key": ["s3cret-s3cret"],
    ]
    let provider = Provider(bodies: ["succeeded with hush-hush-s3cret-s3cret and hush-hush-"])
    let answer = try await channel("webhook", settings).deliver(
      Sample.message(), with: provider.services())
    #expect(answer.hasPrefix("200: succeeded with "), "\(answer)")
    #expect(!answer.contains("s3cret") && !answer.contains("hush"), "\(answer)")
  }

  @Test("log_limit cuts a log in an address and in a header field, without a body of one's own")
  func logLimit() async throws {
    let settings = [
      "url": ["\(Self.url)?log={{failure.log_tail}}"], "header.X-Log": ["{{failure.log_tail}}"],
      "log_limit": ["5"],
    ]
    let message = Sample.message {
      $0.failure = DeploymentNotification.Failure(
        logTail: String(repeating: "l", count: 90) + "end")
    }
    let request = try await request(settings, message)
    let own = Dictionary(request.headers.dropFirst(3).map { ($0.name, $0.value) }) { $1 }
    #expect(own["X-Log"] == "…lend" || own["X-Log"]?.utf16.count == 5)
    #expect(own["X-Log"]?.hasSuffix("end") == true)
    #expect(request.url.removingPercentEncoding?.hasSuffix("end") == true)
    #expect(request.url.count < Self.url.count + 40)
  }
}
