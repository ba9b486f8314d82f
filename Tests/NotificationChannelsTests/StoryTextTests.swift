import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// The default story as plain text, for providers that limit it.
@Suite struct StoryTextTests {
  private func message(
    _ change: @escaping (inout DeploymentNotification) -> Void = { _ in }
  ) -> ChannelMessage {
    var message = Sample.failedMessage(log: String(repeating: "a line\n", count: 500) + "the cause")
    {
      $0.rollback = .init(triggeredBy: nil, rolledBackBy: "d-B", message: nil)
      change(&$0)
    }
    message.body = .init(message.notification.story)
    return message
  }

  @Test("What fits is told whole") func whole() {
    let message = message()
    let count = message.body.text.utf16.count
    #expect(message.bodyText(within: count, .utf16) == message.body.text)
    #expect(message.bodyText(within: count - 1, .utf16) != message.body.text)
  }

  @Test("The log loses its beginning, and nothing else is lost", arguments: [1_200, 2_000, 4_095])
  func log(limit: Int) {
    let text = message { $0.description = String(repeating: "d", count: 500) }
      .bodyText(within: limit, .utf16)
    #expect(text.utf16.count <= limit && text.utf16.count > limit - 10)
    #expect(text.hasSuffix("\n  the cause"))
    #expect(text.contains("The last lines of the log:\n  …"))
    for line in [
      "Why: ApplicationStart failed on i-0abc, in start.sh: ScriptFailed: exit code 1",
      "Rollback: Rolled back by d-B", String(repeating: "d", count: 500), "Console: https://",
    ] {
      #expect(text.contains(line), "\(line)")
    }
  }

  @Test("When the log is gone the description loses its end") func description() {
    let text = message { $0.description = String(repeating: "long\n", count: 2_000) }
      .bodyText(within: 1_000, .utf8)
    #expect(text.utf8.count <= 1_000 && text.utf8.count > 900)
    #expect(text.contains("Description: long long") && text.contains("long…\nDeployment: "))
    #expect(text.contains("Why: ApplicationStart") && text.contains("Console: https://"))
    #expect(!text.contains("log:"))
  }

  @Test("A template's words are cut at their end") func template() {
    var message = message()
    message.body = .init(String(repeating: "w", count: 50), isTemplate: true)
    #expect(message.bodyText(within: 10, .utf16) == "wwwwwwwww…")
  }

  @Test("New Relic's description and SNS's text tell why, and of the rollback") func channels() {
    let message = message()
    let event = ChangeTrackingEvent(message, entity: "E", now: Sample.now)
    for text in [event.description ?? "", SNSChannel.text(message)] {
      #expect(text.contains("Why: ApplicationStart failed on i-0abc"))
      #expect(text.contains("Rollback: Rolled back by d-B"))
      #expect(text.hasSuffix("\n  the cause"))
    }
    #expect(event.description?.utf16.count ?? 0 <= ChangeTrackingEvent.textLimit)
  }

  /// Channels that tell starts with a time. DORA metrics accept only deployments that have ended.
  private static let telling = ChannelSample.overHTTP.filter { sample in
    ["pagerduty", "datadog", "grafana", "hipchat"].contains(sample.type)
      && sample.settings["send"] != ["dora"]
  }

  @Test("A start that is told after a failure says nothing of it", arguments: telling)
  func lateStart(sample: ChannelSample) async throws {
    let provider = sample.provider()
    let channel = try channel(sample.type, sample.settings)
    let message = Sample.failedMessage(title: "it started") {
      $0.event = .started
      $0.startedAt = Sample.now.addingTimeInterval(-200)
    }
    _ = try await channel.deliver(message, with: provider.services())
    let body = String(decoding: try #require(await provider.requests.first).body, as: UTF8.self)
    #expect(body.contains("it started"))
    for word in ["Why", "no such service"] { #expect(!body.contains(word), "\(body)") }
    let times = ["1799999800", "2027-01-15T07:56:40Z"]
    #expect(sample.type == "hipchat" || times.contains { body.contains($0) }, "\(body)")
  }
}
