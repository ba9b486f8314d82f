import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct DatadogDORATests {
  private static let settings = [
    "api_key": [ChannelSample.datadogKey], "send": ["dora"], "service": ["checkout"],
    "tags": ["team:pay"],
  ]

  private func deliver(
    _ message: ChannelMessage, _ settings: [String: [String]] = [:]
  ) async throws -> (Outcome, HTTPRequest?) {
    let provider = Provider(bodies: [ChannelSample.doraAccepted])
    let channel = try channel("datadog", Self.settings.merging(settings) { $1 })
    let outcome = try await Outcome.of {
      try await channel.deliver(message, with: provider.services())
    }
    return (outcome, await provider.requests.first)
  }

  @Test("A success is a deployment with its times, commit and our id") func success() async throws {
    let (outcome, request) = try await deliver(Sample.message(), ["site": ["uk1.datadoghq.com"]])
    #expect(outcome == .sent("deployment cdn_0123456789abcdef accepted"))
    #expect(request?.url == "https://api.uk1.datadoghq.com/api/v2/dora/deployment")
    let body = try #require(
      try JSONSerialization.jsonObject(with: Data(request?.body ?? [])) as? [String: Any])
    let deployment = try #require((body["data"] as? [String: Any])?["attributes"] as? [String: Any])
    #expect(deployment["id"] as? String == "key-1")
    #expect(deployment["service"] as? String == "checkout")
    #expect(deployment["env"] as? String == "production")
    #expect(deployment["started_at"] as? Int == 1_799_999_700_000)
    #expect(deployment["finished_at"] as? Int == 1_799_999_940_000)
    let git = deployment["git"] as? [String: String]
    #expect(git?["repository_url"] == "https://github.com/example/checkout")
    #expect(git?["commit_sha"] == "0123456789abcdef0123456789abcdef01234567")
    let tags = deployment["custom_tags"] as? [String] ?? []
    #expect(Set(tags).isSuperset(of: ["team:pay", "event:succeeded"]))
  }

  @Test("A start that is later than the end doesn't count") func odd() async throws {
    let (_, request) = try await deliver(
      Sample.message { $0.startedAt = Sample.now }, ["env": ["prod"]])
    let text = String(decoding: request?.body ?? [], as: UTF8.self)
    #expect(text.contains(#""started_at":1799999940000"#))
    #expect(text.contains(#""env":"prod""#))
  }

  @Test("What hasn't ended is not sent") func unfinished() async throws {
    let (outcome, request) = try await deliver(
      Sample.message {
        $0.event = .started
        $0.completedAt = nil
      })
    #expect(outcome.verdict == .refused)
    #expect(request == nil)
  }

  @Test("Successes are what it gets unless the user says otherwise") func events() {
    func events(_ settings: [String: [String]]) -> Set<DeploymentEvent> {
      DatadogChannel.defaultEvents(SettingValues(settings, settings: DatadogChannel.settings))
    }
    #expect(events(Self.settings) == [.succeeded])
    #expect(events([:]) == DeploymentEvent.ends)
  }

  @Test(
    "Refuses what can't be meant",
    arguments: [
      (["service": []], "needs it"), (["site": ["ddog-gov.com"]], "has no DORA metrics"),
      (["site": ["us2.ddog-gov.com"]], "has no DORA metrics"),
      (["send": ["event"]], "needs send=dora"),
    ] as [([String: [String]], String)])
  func problems(change: [String: [String]], says: String) {
    let settings = Self.settings.merging(change) { $1 }.filter { !$0.value.isEmpty }
    do {
      _ = try channel("datadog", settings)
      Issue.record("accepted \(settings)")
    } catch {
      #expect("\(error)".contains(says), "\(error)")
    }
  }

  @Test("Of a registration's events it gets the ends") func registrationsEvents() {
    let plan = Plan(catalog: .all, now: Sample.now, maximumAge: .seconds(1))
    let channel = ChannelConfiguration(
      type: "datadog", settings: ["send": ["dora"], "service": ["checkout"]])
    let registration = Registration(
      application: "checkout", scope: AWSScope(region: "eu-west-1"),
      events: [.started, .overdue, .failed], channels: [channel])
    #expect(plan.events(for: channel, of: registration) == [.failed])
    var event = channel
    event.settings["send"] = ["event"]
    #expect(plan.events(for: event, of: registration) == [.started, .overdue, .failed])
  }

  @Test("Only ends can be asked for, and templates have no place") func choices() {
    func problem(_ send: String, _ events: DeploymentEvent...) -> String? {
      let settings = SettingValues(["send": [send]], settings: DatadogChannel.settings)
      do {
        try DatadogChannel.check(events: events, settings)
        return nil
      } catch {
        return error.reason
      }
    }
    #expect(problem("dora", .succeeded, .failed, .stopped) == nil)
    #expect(problem("event", .started) == nil)
    #expect(
      problem("dora", .started, .succeeded, .overdue)
        == "DORA metrics accept only deployments that have ended: succeeded, failed and stopped, "
        + "not started and overdue")
    func unused(_ send: String) -> [String] {
      DatadogChannel.unusedTemplates(
        SettingValues(["send": [send]], settings: DatadogChannel.settings))
    }
    #expect(unused("dora") == ["title", "body"])
    #expect(unused("event") == [])
  }
}
