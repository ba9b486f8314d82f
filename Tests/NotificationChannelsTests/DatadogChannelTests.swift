import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct DatadogChannelTests {
  private struct Event: Decodable {
    var title: String
    var text: String
    var alertType: String
    var tags: [String]
    var aggregationKey: String
    var dateHappened: Int?
    var sourceTypeName: String
  }

  private func deliver(
    _ message: ChannelMessage, _ settings: [String: [String]] = [:], by provider: Provider? = nil
  ) async throws -> (outcome: Outcome, request: HTTPRequest) {
    let provider = provider ?? Provider(bodies: [ChannelSample.datadogAccepted])
    let channel = try channel(
      "datadog", settings.merging(["api_key": [ChannelSample.datadogKey]]) { $1 })
    let outcome = try await Outcome.of {
      try await channel.deliver(message, with: provider.services())
    }
    return (outcome, try #require(await provider.requests.first))
  }

  private func event(
    _ message: ChannelMessage, _ settings: [String: [String]] = [:]
  ) async throws -> Event {
    let (outcome, request) = try await deliver(message, settings)
    #expect(outcome == .sent("event accepted"))
    return try FromProvider.decoder.decode(Event.self, from: Data(request.body))
  }

  private static let console = """
    https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/\
    d-A1B2C3D4E?region=eu-west-1
    """
  private static let commit =
    "https://github.com/example/checkout/commit/0123456789abcdef0123456789abcdef01234567"

  @Test("A success is an event of type success") func success() async throws {
    let (outcome, request) = try await deliver(
      Sample.message(), ["tags": ["service:checkout", "Team:Pay ments"], "site": ["datadoghq.eu"]])
    #expect(outcome == .sent("event accepted"))
    #expect(request.url == "https://api.datadoghq.eu/api/v1/events")
    #expect(
      request.headers == [
        HTTPField("Content-Type", "application/json"),
        HTTPField("DD-API-KEY", ChannelSample.datadogKey),
      ])
    let event = try FromProvider.decoder.decode(Event.self, from: Data(request.body))
    #expect(event.title == "checkout succeeded")
    #expect(
      event.text == """
        %%%\u{20}
        **Version**: [0123456](\(Self.commit))\u{20}\u{20}
        **Deployment group**: production\u{20}\u{20}
        **Deployed by**: Ada\u{20}\u{20}
        **Description**: Faster carts\u{20}\u{20}
        **Deployment**: [d-A1B2C3D4E](\(Self.console))\u{20}\u{20}
        **Region**: eu-west-1\u{20}\u{20}
        [Console](\(Self.console))
         %%%
        """)
    #expect(event.alertType == "success")
    #expect(
      event.tags == [
        "application:checkout", "deployment_group:production", "event:succeeded",
        "status:succeeded", "region:eu-west-1", "version:0123456", "service:checkout",
        "team:pay_ments",
      ])
    #expect(event.aggregationKey == "codedeploy:eu-west-1:d-A1B2C3D4E")
    #expect(event.dateHappened == 1_799_999_940)
    #expect(event.sourceTypeName == "amazon_codedeploy")
  }

  @Test("A failure tells why, and ends with its log as code") func failure() async throws {
    let event = try await event(Sample.failedMessage(log: "one\n%%%%\n@all `x`"))
    #expect(event.alertType == "error")
    #expect(
      event.text.hasPrefix(
        """
        %%%\u{20}
        **Why**: ApplicationStart failed on i-0abc, in start.sh: ScriptFailed: exit code 1\u{20}\u{20}
        **Why**: HEALTH\\_CONSTRAINTS: too many failed\u{20}\u{20}
        **Version**
        """), "\(event.text)")
    #expect(
      event.text.hasSuffix(
        "\n\n    one\n    %\u{200B}%%\u{200B}%\n    @\u{200B}all `x`\n %%%"), "\(event.text)")
  }

  @Test("A rollback is a warning, what is under way is information") func tones() async throws {
    let rollback = try await event(
      Sample.message { $0.rollback = .init(triggeredBy: "d-0", message: "d-0 failed") })
    #expect(rollback.alertType == "warning")
    #expect(rollback.tags.contains("rollback:true"))
    #expect(rollback.text.contains("**Rollback**: Rolls back d-0 to 0123456 (d-0 failed)"))
    let started = try await event(
      Sample.message {
        $0.event = .started
        $0.completedAt = nil
        $0.startedAt = Sample.now.addingTimeInterval(-30)
      })
    #expect(started.alertType == "info")
    #expect(started.dateHappened == 1_799_999_970)
  }

  @Test(
    "A time that Datadog would refuse is in the text instead",
    arguments: [(64_000, true), (64_300, false), (400_000, false), (-60, true)])
  func time(age: Int, isSent: Bool) async throws {
    let happened = Sample.now.addingTimeInterval(-Double(age))
    let event = try await event(Sample.message { $0.completedAt = happened })
    #expect(event.dateHappened == (isSent ? 1_800_000_000 - max(0, age) : nil))
    #expect(event.text.contains("Happened: \(happened.iso8601)") == !isSent)
  }

  @Test("A long title keeps how it ended, and the text has it whole") func longTitle() async throws
  {
    let title = String(repeating: "a", count: 90) + ": deployment to production failed after 3m 12s"
    let event = try await event(Sample.message(title: title))
    #expect(event.title.utf16.count == 100)
    #expect(event.title.hasPrefix("aaaa") && event.title.hasSuffix("failed after 3m 12s"))
    #expect(event.text.contains("**\(title)**"))
    let exact = String(repeating: "b", count: 100)
    #expect(try await self.event(Sample.message(title: exact)).title == exact)
  }

  @Test("The log goes first, from its beginning, then the other texts' ends")
  func limits() async throws {
    let log = String(repeating: "log line\n", count: 2_000) + "the cause"
    let long = try await event(Sample.failedMessage(log: log))
    #expect(long.text.utf16.count <= 4_000 && long.text.utf16.count > 3_500)
    #expect(long.text.hasSuffix("    the cause\n %%%"))
    #expect(long.text.contains("**Region**: eu-west-1"))
    let words = String(repeating: "%_*", count: 5_000)
    let longer = try await event(
      Sample.failedMessage(log: log) {
        $0.description = words
        $0.error?.message = words
        $0.failure?.message = words
        $0.deploymentGroup = words
      })
    #expect(longer.text.utf16.count <= 4_000)
    #expect(longer.text.contains("**Why**: ApplicationStart failed on i-0abc"))
    #expect(longer.text.contains("[Console]"))
    #expect(longer.tags.allSatisfy { $0.utf16.count <= 200 })
  }

  @Test("Nothing that a deployment says takes effect") func hostile() async throws {
    let event = try await event(Sample.hostileMessage)
    #expect(event.text.components(separatedBy: "%%%").count == 3)
    for text in [event.title, event.text] {
      #expect(text.firstMatch(of: /(^|[^A-Za-z0-9])@[A-Za-z]/) == nil, "\(text)")
    }
    let code = try #require(event.text.firstRange(of: "\n\n    "))
    let lines = event.text[..<code.lowerBound].split(separator: "\n").dropFirst()
    for line in lines where !line.hasPrefix("[Console]") {
      let value = line.replacing(/^\*\*[A-Za-z ]+\*\*:[ ]/, with: "")
        .replacing(/^\*\*|\*\*[ ]*$/, with: "").replacing(/\]\(https:[^()]+\)/, with: "").replacing(
          /^\[/, with: "")
      let bare = value.replacing(/\\[\p{P}\p{S}]/, with: "")
      #expect(bare.firstMatch(of: /[`*_\[\]<>~|%&#]|:\/\//) == nil, "\(line)")
    }
  }

  @Test("A template's values are escaped, and the title's are plain") func templates() async throws
  {
    var notification = Sample.hostileNotification
    notification.description = "*b* @all <i> %%%\n# one\n1. two\n- three"
    notification.deploymentGroup = "a_b"
    let configuration = ChannelConfiguration(
      type: "datadog", name: "d", title: "{{deployment_group}} @ops",
      body: "**{{description}}**\nask @ops", settings: [:])
    let message = try ChannelMessage(
      notification, templates: configuration, escaping: DatadogChannel.escape)
    let event = try await event(message)
    #expect(event.title == "a_b @ops")
    #expect(
      event.text.hasPrefix(
        "%%% \n**\\*b\\* @\u{200B}all \\<i\\> \\%\\%\\%\n\\# one\n1\\. two\n\\- three**\nask @ops"),
      "\(event.text)")
    #expect(!event.text.contains("Version") && event.text.contains("[Console]"))
    let long = ChannelMessage(
      notification: message.notification, title: message.title,
      body: .init(String(repeating: #"\*"#, count: 3_000), isTemplate: true))
    let cut = try await self.event(long).text
    #expect(cut.utf16.count <= 4_000 && cut.contains(#"\*…"#))
  }

  @Test(
    "Tags are as Datadog keeps them",
    arguments: [
      ("env:Prod", "env:prod"), ("version:v1.2-3/x_y", "version:v1.2-3/x_y"),
      ("team:a & b", "team:a_b"), ("name:Größe", "name:größe"), ("end:", "end"), ("x:!!", "x"),
      ("1st:x", nil), ("", nil), (":x", nil),
    ] as [(String, String?)])
  func tags(text: String, expected: String?) {
    #expect(DatadogEvent.tag(text) == expected)
    #expect(DatadogEvent.tag("a" + String(repeating: "é", count: 300))?.utf16.count == 200)
  }

  @Test(
    "What the answer says decides",
    arguments: [
      (202, [:], #"{"status":"ok","event":{"id":1}}"#, nil),
      (202, [:], #"{"status":"error","errors":["no"]}"#, .refused),
      (202, [:], "", .oddAnswer), (403, [:], #"{"errors":["Forbidden"]}"#, .refused),
      (413, [:], "", .refused),
      (429, ["X-RateLimit-Reset": "17"], "", .limited(after: .seconds(17))),
      (429, ["X-RateLimit-Reset": "17", "Retry-After": "3"], "", .limited(after: .seconds(3))),
      (429, ["X-RateLimit-Reset": "soon"], "", .limited(after: nil)),
      (400, ["X-RateLimit-Reset": "17"], #"{"errors":["Invalid tag"]}"#, .refused),
    ] as [(Int, [String: String], String, DeliveryFailure.Verdict?)])
  func answers(
    status: Int, headers: [String: String], body: String, verdict: DeliveryFailure.Verdict?
  ) async throws {
    let response = HTTPResponse(
      status: status, headers: headers.map { HTTPField($0.key, $0.value) }, body: Array(body.utf8))
    let outcome = try await deliver(Sample.message(), by: Provider([.success(response)])).outcome
    #expect(outcome.verdict == verdict)
    #expect((status == 403) == outcome.text.contains("site is the account's"))
  }

  @Test(
    "Refuses settings that can't be meant",
    arguments: [
      ("api_key", ""), ("api_key", "a b"), ("api_key", "a\nb"), ("tags", "1"),
      ("base_url", "https://dd.example.com/?x"),
    ])
  func problems(setting: String, value: String) {
    let settings = ["api_key": ["k"]].merging([setting: [value]]) { $1 }
    #expect(throws: SettingProblem.self) { try channel("datadog", settings) }
  }
}

extension ChannelSample {
  static let datadog = [
    ChannelSample(
      label: "datadog", type: "datadog",
      settings: [
        "api_key": [datadogKey], "tags": ["env:prod"],
        "base_url": ["https://ada:Basic-pass-4@dd.example.com"],
      ],
      transport: .http([datadogAccepted]), readsBody: true,
      secrets: [datadogKey, "Basic-pass-4"]),
    ChannelSample(
      label: "datadog dora", type: "datadog",
      settings: [
        "api_key": [datadogKey], "send": ["dora"], "service": ["checkout"], "env": ["prod"],
        "site": ["uk1.datadoghq.com"],
      ],
      transport: .http([doraAccepted]), readsBody: true, secrets: [datadogKey]),
  ]

  static let doraAccepted = #"{"data":{"id":"cdn_0123456789abcdef","type":"dora_deployment"}}"#

  static let datadogKey = "0123456789abcdef0123456789abcdef"
  static let datadogAccepted = #"{"status":"ok","event":{"id":1,"title":"t"}}"#
}
