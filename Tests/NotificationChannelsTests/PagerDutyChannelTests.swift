import ChannelTesting
import CodeDeployNotifications
import Foundation
import Synchronization
import Testing

@testable import NotificationChannels

@Suite struct PagerDutyChannelTests {
  private static let alerts = "https://events.pagerduty.com/v2/enqueue"
  private static let changes = "https://events.pagerduty.com/v2/change/enqueue"
  private static let dedupKey = "codedeploy/eu-west-1/checkout/production"

  private struct Sent {
    var outcome: Outcome
    var requests: [HTTPRequest]

    func event(_ index: Int) throws -> [String: Any] {
      try #require(
        try JSONSerialization.jsonObject(with: Data(requests[index].body)) as? [String: Any])
    }

    func payload(_ index: Int) throws -> [String: Any] {
      try #require(try event(index)["payload"] as? [String: Any])
    }

    /// The requests in order: `change`, or the alert's action.
    var actions: [String] {
      get throws {
        try requests.indices.map { index in
          requests[index].url == changes
            ? "change"
            : try event(index)["event_action"] as? String
              ?? ""
        }
      }
    }
  }

  private func deliver(
    _ message: ChannelMessage, by provider: Provider? = nil,
    laterEnd: DeploymentEvent? = nil, followsOpenAlert: Bool = true,
    memory: ChannelMemory = .none
  ) async throws -> Sent {
    let provider = provider ?? Provider(bodies: [ChannelSample.pagerDutyAccepted])
    let channel = try channel("pagerduty", ["routing_key": [ChannelSample.pagerDutyKey]])
    var services = provider.services()
    services.laterEnd = { laterEnd }
    services.followsOpenAlert = { followsOpenAlert }
    services.memory = memory
    let outcome = try await Outcome.of { [services] in
      try await channel.deliver(message, with: services)
    }
    return Sent(outcome: outcome, requests: await provider.requests)
  }

  @Test("A label that is named as a fact is takes nothing from the fact")
  func labels() async throws {
    let sent = try await deliver(
      Sample.message { $0.labels = ["Region": "north", "Deployment": "weekly", "team": "carts"] })
    let details = try #require(try sent.payload(0)["custom_details"] as? [String: String])
    #expect(details["Region"] == "eu-west-1")
    #expect(details["Deployment"] == "d-A1B2C3D4E")
    #expect(details["Label Region"] == "north")
    #expect(details["Label Deployment"] == "weekly")
    #expect(details["team"] == "carts")
  }

  @Test("A success is a change event, and resolves the group's alert") func success() async throws {
    let sent = try await deliver(Sample.message())
    #expect(sent.outcome == .sent("change event accepted; an open alert is resolved"))
    #expect(sent.requests.map(\.url) == [Self.changes, Self.alerts])
    #expect(
      sent.requests.map(\.headers) == [[HTTPField("Content-Type", "application/json")]] + [
        [HTTPField("Content-Type", "application/json")]
      ])
    let console =
      "https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/"
      + "d-A1B2C3D4E?region=eu-west-1"
    let commit =
      "https://github.com/example/checkout/commit/0123456789abcdef0123456789abcdef01234567"
    #expect(
      String(decoding: sent.requests[0].body, as: UTF8.self) == """
        {"links":[{"href":"\(console)","text":"Console"},{"href":"\(commit)","text":"Version"}],\
        "payload":{"custom_details":{"Deployed by":"Ada","Deployment":"d-A1B2C3D4E",\
        "Deployment group":"production","Description":"Faster carts","Region":"eu-west-1",\
        "Version":"0123456"},"source":"aws:codedeploy:eu-west-1:checkout/production",\
        "summary":"checkout succeeded","timestamp":"2027-01-15T07:59:00Z"},\
        "routing_key":"\(ChannelSample.pagerDutyKey)"}
        """)
    #expect(
      String(decoding: sent.requests[1].body, as: UTF8.self) == """
        {"dedup_key":"\(Self.dedupKey)","event_action":"resolve",\
        "routing_key":"\(ChannelSample.pagerDutyKey)"}
        """)
  }

  @Test("A failure is an alert that tells all of it") func failure() async throws {
    let sent = try await deliver(Sample.failedMessage())
    #expect(sent.outcome == .sent("alert accepted"))
    #expect(try sent.actions == ["trigger"])
    let event = try sent.event(0)
    #expect(event["dedup_key"] as? String == Self.dedupKey)
    #expect(event["client"] as? String == "AWS CodeDeploy")
    #expect((event["client_url"] as? String)?.contains("d-A1B2C3D4E") == true)
    let payload = try sent.payload(0)
    #expect(payload["severity"] as? String == "error")
    #expect(payload["component"] as? String == "checkout")
    #expect(payload["group"] as? String == "production")
    #expect(payload["class"] as? String == "deployment failed")
    let details = try #require(payload["custom_details"] as? [String: String])
    #expect(
      details["Why"] == """
        ApplicationStart failed on i-0abc, in start.sh: ScriptFailed: exit code 1
        HEALTH_CONSTRAINTS: too many failed
        """)
    #expect(details["Log"] == "[stderr]no such service")
  }

  @Test("A rollback that failed is critical; one that succeeded resolves") func rollback()
    async throws
  {
    let failed = try await deliver(
      Sample.failedMessage { $0.rollback = .init(triggeredBy: "d-0", message: nil) })
    #expect(try failed.payload(0)["severity"] as? String == "critical")
    #expect(try failed.payload(0)["class"] as? String == "rollback failed")
    let succeeded = try await deliver(
      Sample.message { $0.rollback = .init(triggeredBy: "d-0", message: "d-0 failed") })
    #expect(try succeeded.actions == ["change", "resolve"])
    let details = try #require(try succeeded.payload(0)["custom_details"] as? [String: String])
    #expect(details["Rollback"] == "Rolls back d-0 to 0123456 (d-0 failed)")
  }

  @Test(
    "All else changes something and alerts nobody",
    arguments: [DeploymentEvent.started, .ready, .stopped])
  func changes(event: DeploymentEvent) async throws {
    let sent = try await deliver(
      Sample.message {
        $0.event = event
        if event != .stopped { $0.completedAt = nil }
      })
    #expect(sent.outcome == .sent("change event accepted"))
    #expect(try sent.actions == ["change"])
    let times: [DeploymentEvent: String] = [
      .started: "2027-01-15T07:55:00Z", .ready: "2027-01-15T08:00:00Z",
      .stopped: "2027-01-15T07:59:00Z",
    ]
    #expect(try sent.payload(0)["timestamp"] as? String == times[event])
  }

  @Test("Late news neither leaves an alert open nor closes a newer one") func lateNews()
    async throws
  {
    let failure = try await deliver(Sample.failedMessage(), laterEnd: .succeeded)
    #expect(try failure.actions == ["trigger", "resolve"])
    #expect(
      failure.outcome == .sent("alert accepted, and resolved: the group has recovered since"))
    #expect(try await deliver(Sample.failedMessage(), laterEnd: .failed).actions == ["trigger"])
    let success = try await deliver(Sample.message(), laterEnd: .failed)
    #expect(try success.actions == ["change"])
    #expect(
      try await deliver(Sample.message(), laterEnd: .succeeded).actions == ["change", "resolve"])
  }

  @Test("Without an open alert nothing is resolved") func noAlert() async throws {
    let sent = try await deliver(Sample.message(), followsOpenAlert: false)
    #expect(sent.outcome == .sent("change event accepted"))
    #expect(try sent.actions == ["change"])
  }

  @Test("After half a success only the other half is sent") func resumes() async throws {
    let notes = Mutex<[String: String]>([:])
    let memory = ChannelMemory(
      recall: { id in notes.withLock { $0[id] } },
      keep: { note, id in notes.withLock { $0[id] = note } })
    let broken = Provider([
      .success(HTTPResponse(status: 202, body: Array(ChannelSample.pagerDutyAccepted.utf8))),
      .failure(HTTPFailure(.broken, "events.pagerduty.com: it broke")),
    ])
    let first = try await deliver(Sample.message(), by: broken, memory: memory)
    #expect(first.outcome.verdict == .tryAgain(after: nil))
    #expect(try await deliver(Sample.message(), memory: memory).actions == ["resolve"])
  }

  @Test("Alerts of different groups have different keys of at most 255 characters")
  func dedupKeys() {
    func key(_ application: String, _ group: String?, _ region: String = "eu-west-1") -> String {
      PagerDutyChannel.dedupKey(
        of: Sample.notification {
          $0.application = application
          $0.deploymentGroup = group
          $0.region = region
        })
    }
    #expect(key("checkout", "production") == Self.dedupKey)
    let long = String(repeating: "ä", count: 100)
    let keys = [
      key("a/b", "c"), key("a", "b/c"), key("a", nil), key("a", "b/c", "us-east-1"),
      key(long, long), key(long, long + "b"),
    ]
    #expect(Set(keys).count == keys.count)
    #expect(keys.allSatisfy { $0.utf16.count <= 255 })
  }

  @Test("Long texts keep what matters within PagerDuty's bounds") func limits() async throws {
    let long = String(repeating: #"a"\ä"#, count: 200_000)
    let sent = try await deliver(
      Sample.failedMessage {
        $0.description = long
        $0.error?.message = long
        $0.deploymentGroup = long
        $0.failure?.message = long
        $0.failure?.logTail = long + "the cause"
      })
    #expect(sent.requests[0].body.count < 512 * 1024)
    let payload = try sent.payload(0)
    let details = try #require(payload["custom_details"] as? [String: String])
    #expect(
      details["Log"]?.hasSuffix("the cause") == true && details["Log"]?.hasPrefix("…") == true)
    #expect(details["Why"]?.hasPrefix("ApplicationStart failed on i-0abc") == true)
    for count in [1_024, 1_025] {
      let message = Sample.message(title: String(repeating: "t", count: count))
      let summary = try await deliver(message).payload(0)["summary"] as? String
      #expect(summary?.utf16.count == 1_024)
      #expect(summary?.hasSuffix("…") == (count > 1_024))
    }
  }

  @Test("A template's words stand in for summary and details") func templates() async throws {
    var message = Sample.failedMessage()
    message.title = .init("Broken:\ncheckout", isTemplate: true)
    message.body = .init("See the runbook.", isTemplate: true)
    let payload = try await deliver(message).payload(0)
    #expect(payload["summary"] as? String == "Broken: checkout")
    #expect(payload["custom_details"] as? [String: String] == ["Message": "See the runbook."])
    #expect(payload["severity"] as? String == "error")
    message.title = .init(" ", isTemplate: true)
    #expect(
      try await deliver(message).payload(0)["summary"] as? String == message.notification.headline)
  }

  @Test(
    "What the answer says decides",
    arguments: [
      (202, #"{"status":"success","message":"Event processed"}"#, nil),
      (202, #"{"status":"invalid event","errors":["no"]}"#, .refused),
      (202, "", .oddAnswer), (202, "<html></html>", .oddAnswer),
      (400, #"{"status":"invalid event","errors":["'summary' is missing"]}"#, .refused),
      (429, #"{"status":"throttle exceeded"}"#, .limited(after: nil)),
      (500, "", .tryAgain(after: nil)),
    ] as [(Int, String, DeliveryFailure.Verdict?)])
  func answers(status: Int, body: String, verdict: DeliveryFailure.Verdict?) async throws {
    let provider = Provider([.success(HTTPResponse(status: status, body: Array(body.utf8)))])
    #expect(try await deliver(Sample.failedMessage(), by: provider).outcome.verdict == verdict)
  }

  @Test("A key of another form is refused at registration, one of a ruleset warned of")
  func keys() throws {
    for key in ["", "short", String(repeating: "x", count: 33)] {
      #expect(throws: SettingProblem.self) { try channel("pagerduty", ["routing_key": [key]]) }
    }
    func warnings(_ key: String) -> [String] {
      PagerDutyChannel.warnings(SettingValues(["routing_key": [key]], settings: []))
    }
    #expect(warnings("R123456789abcdef0123456789abcdef").count == 1)
    #expect(warnings(ChannelSample.pagerDutyKey).isEmpty && warnings("env:REFERENCE").isEmpty)
  }
}

extension ChannelSample {
  static let pagerDuty = [
    ChannelSample(
      label: "pagerduty", type: "pagerduty",
      settings: [
        "routing_key": [pagerDutyKey], "base_url": ["https://ada:Basic-pass-3@events.example.com"],
      ],
      transport: .http([pagerDutyAccepted, pagerDutyAccepted]), readsBody: true,
      secrets: [pagerDutyKey, "Basic-pass-3"], exchangesOfFailure: 1)
  ]

  static let pagerDutyKey = "0123456789abcdef0123456789abcdef"
  static let pagerDutyAccepted =
    #"{"status":"success","message":"Event processed","dedup_key":"k"}"#
}
