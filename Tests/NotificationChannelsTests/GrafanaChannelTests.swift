import ChannelKit
import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct GrafanaChannelTests {
  private struct Annotation: Decodable {
    var time: Int64
    var timeEnd: Int64?
    var tags: [String]
    var text: String
  }

  private func deliver(
    _ message: ChannelMessage, _ settings: [String: [String]] = [:], by provider: Provider? = nil
  ) async throws -> (outcome: Outcome, request: HTTPRequest) {
    let provider = provider ?? Provider(bodies: [ChannelSample.annotationAdded])
    let standard = [
      "url": ["https://grafana.example.com/sub/"], "token": [ChannelSample.grafanaToken],
    ]
    let channel = try channel("grafana", settings.merging(standard) { own, _ in own })
    let outcome = try await Outcome.of {
      try await channel.deliver(message, with: provider.services())
    }
    return (outcome, try #require(await provider.requests.first))
  }

  private func annotation(
    _ message: ChannelMessage, _ settings: [String: [String]] = [:]
  ) async throws -> Annotation {
    let (outcome, request) = try await deliver(message, settings)
    #expect(outcome == .sent("annotation 7 added"))
    return try JSONDecoder().decode(Annotation.self, from: Data(request.body))
  }

  private static let console =
    "https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/"
    + "d-A1B2C3D4E?region=eu-west-1"

  @Test("A success spans the deployment") func success() async throws {
    let message = Sample.message { $0.startedAt = Sample.now.addingTimeInterval(-290.5) }
    let (_, request) = try await deliver(message, ["tags": ["team:payments"]])
    #expect(request.url == "https://grafana.example.com/sub/api/annotations")
    #expect(
      request.headers == [
        HTTPField("Content-Type", "application/json"),
        HTTPField("Authorization", "Bearer \(ChannelSample.grafanaToken)"),
      ])
    let annotation = try JSONDecoder().decode(Annotation.self, from: Data(request.body))
    #expect(annotation.time == 1_799_999_709_500 && annotation.timeEnd == 1_799_999_940_000)
    #expect(
      annotation.tags == [
        "deployment", "event:succeeded", "team:payments", "application:checkout",
        "deployment_group:production", "region:eu-west-1",
      ])
    let commit =
      "https://github.com/example/checkout/commit/0123456789abcdef0123456789abcdef01234567"
    #expect(
      annotation.text == """
        <b>checkout succeeded</b><br><b>Version</b>: <a href="\(commit)">0123456</a><br>\
        <b>Deployment group</b>: production<br><b>Deployed by</b>: Ada<br>\
        <b>Description</b>: Faster carts<br>\
        <b>Deployment</b>: <a href="\(Self.console)">d-A1B2C3D4E</a><br>\
        <b>Region</b>: eu-west-1<br><a href="\(Self.console)">Console</a>
        """)
  }

  @Test("A failure tells why, with the end of its log") func failure() async throws {
    let log = String(repeating: "<line>\n", count: 500) + "the cause"
    let annotation = try await annotation(Sample.failedMessage(log: log))
    #expect(
      annotation.text.hasPrefix(
        "<b>checkout failed</b><br><b>Why</b>: ApplicationStart failed on i-0abc, in start.sh: "
          + "ScriptFailed: exit code 1<br><b>Why</b>: HEALTH_CONSTRAINTS: too many failed<br>"))
    let block = try #require(annotation.text.firstRange(of: "<pre>…"))
    #expect(annotation.text.hasSuffix("&lt;line&gt;\nthe cause</pre>"))
    #expect(annotation.text[block.upperBound...].count < 2_500)
    #expect(annotation.text.utf16.count <= 4_000)
    #expect(annotation.tags.contains("event:failed"))
  }

  @Test("A rollback has a tag of its own") func rollback() async throws {
    let annotation = try await annotation(
      Sample.message { $0.rollback = .init(triggeredBy: "d-0", message: "d-0 failed") })
    #expect(annotation.tags.contains("rollback"))
    #expect(annotation.text.contains("<b>Rollback</b>: Rolls back d-0 to 0123456 (d-0 failed)<br>"))
  }

  @Test("What has no length is a point in time") func points() async throws {
    func times(_ change: @escaping (inout DeploymentNotification) -> Void) async throws -> [Int64?]
    {
      let annotation = try await annotation(Sample.message(change))
      return [annotation.time, annotation.timeEnd]
    }
    func start(_ event: DeploymentEvent) async throws -> [Int64?] {
      try await times {
        $0.event = event
        $0.completedAt = nil
        $0.startedAt = Sample.now.addingTimeInterval(-30)
      }
    }
    #expect(try await start(.started) == [1_799_999_970_000, nil])
    #expect(try await start(.ready) == [1_800_000_000_000, nil])
    // A start after the end, as CodeDeploy's model allows.
    let late = try await times { $0.startedAt = Sample.now }
    #expect(late == [1_799_999_700_000, 1_799_999_940_000])
    let instant = try await times { $0.createdAt = $0.completedAt ?? Sample.now }
    #expect(instant == [1_799_999_940_000, nil])
  }

  @Test("Tags stay within Grafana's 100 characters and 500 bytes") func tags() async throws {
    let annotation = try await annotation(
      Sample.message {
        $0.application = String(repeating: "ä", count: 300)
        $0.deploymentGroup = String(repeating: "日", count: 300)
      }, ["tags": [String(repeating: "t", count: 100), String(repeating: "u", count: 50)]])
    #expect(annotation.tags.allSatisfy { $0.utf16.count <= 100 })
    #expect(try JSONEncoder().encode(annotation.tags).count <= 500)
    #expect(annotation.tags.prefix(2) == ["deployment", "event:succeeded"])
    #expect(annotation.tags.contains("region:eu-west-1"))
  }

  @Test("Nothing that a deployment says takes effect") func hostile() async throws {
    let annotation = try await annotation(Sample.hostileMessage)
    let elements = annotation.text.matches(of: /<([^>]*)>/).map { String($0.1) }
    for element in elements {
      let isOurs = ["b", "/b", "br", "pre", "/pre", "/a"].contains(element)
      #expect(isOurs || element.hasPrefix("a href=\"https://"), "\(element)")
    }
    #expect(annotation.text.contains("&lt;script&gt;"))
    #expect(annotation.tags.allSatisfy { !$0.contains("\n") })
    #expect(Markup.html.escape("<\u{338}b> \"'&") == "&lt;\u{338}b&gt; &quot;&#39;&amp;")
  }

  @Test("A template's words stand in for headline and story") func templates() async throws {
    let configuration = ChannelConfiguration(
      type: "grafana", name: "g", title: "<i>{{application}}</i>",
      body: "{{description}}\nsecond", settings: [:])
    let message = try ChannelMessage(
      Sample.notification { $0.description = "<b> & more" }, templates: configuration,
      escaping: GrafanaChannel.escape)
    #expect(
      try await annotation(message).text
        == "<b><i>checkout</i></b><br>&lt;b&gt; &amp; more<br>second<br>"
        + "<a href=\"\(Self.console)\">Console</a>")
    var long = message
    long.body.text = String(repeating: "&amp;", count: 2_000)
    let text = try await annotation(long).text
    #expect(text.utf16.count <= 4_000 && text.contains("&amp;…<br>"))
  }

  @Test(
    "Statuses say what to do",
    arguments: [
      (401, "check token"), (403, "annotations:create"), (404, "check url"), (400, "no luck"),
    ])
  func hints(status: Int, hint: String) async throws {
    let answer = HTTPResponse(status: status, body: Array(#"{"message":"no luck"}"#.utf8))
    let (outcome, _) = try await deliver(Sample.message(), by: Provider([.success(answer)]))
    #expect(outcome.verdict == .refused)
    #expect(outcome.text.contains(hint))
  }

  @Test(
    "Refuses settings that can't be meant",
    arguments: [
      ("url", "grafana"), ("url", "https://g.example.com/?x"), ("url", "https://g.example.com/#x"),
      ("url", "https://g.example.com/api/"), ("token", ""), ("token", "a\r\nb"), ("tags", ""),
      ("tags", "a\nb"), ("tags", String(repeating: "t", count: 101)),
    ])
  func problems(setting: String, value: String) {
    let settings = ["url": ["https://g.example.com"], "token": ["t"]]
      .merging([setting: [value]]) { $1 }
    #expect(throws: SettingProblem.self) { try channel("grafana", settings) }
  }
}

extension ChannelSample {
  static let grafana = [
    ChannelSample(
      label: "grafana", type: "grafana",
      settings: [
        "url": ["https://ada:Basic-pass-5@grafana.example.com"], "token": [grafanaToken],
        "tags": ["team:payments"],
      ],
      transport: .http([annotationAdded]), readsBody: true,
      secrets: [grafanaToken, "Basic-pass-5"])
  ]

  static let grafanaToken = "glsa_0123456789ABCDEFabcdef/+=_00000000"
  static let annotationAdded = #"{"message":"Annotation added","id":7}"#
}
