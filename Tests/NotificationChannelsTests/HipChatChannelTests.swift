import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct HipChatChannelTests {
  private struct Notification: Decodable {
    var color: String
    var from: String
    var message: String
    var messageFormat: String
    var notify: Bool
  }

  private func deliver(
    _ message: ChannelMessage, _ settings: [String: [String]] = [:],
    answer: HTTPResponse = HTTPResponse(status: 204)
  ) async throws -> (outcome: Outcome, request: HTTPRequest) {
    let provider = Provider([.success(answer)])
    let standard = [
      "base_url": ["https://hipchat.example.com"], "room": ["Releases"],
      "token": [ChannelSample.hipChatToken],
    ]
    let channel = try channel("hipchat", settings.merging(standard) { own, _ in own })
    let outcome = try await Outcome.of {
      try await channel.deliver(message, with: provider.services())
    }
    return (outcome, try #require(await provider.requests.first))
  }

  private func notification(
    _ message: ChannelMessage, _ settings: [String: [String]] = [:]
  ) async throws -> Notification {
    let (outcome, request) = try await deliver(message, settings)
    #expect(outcome == .sent("accepted with 204"))
    return try FromProvider.decoder.decode(Notification.self, from: Data(request.body))
  }

  @Test("A success is a green message to the room") func success() async throws {
    let (_, request) = try await deliver(Sample.message(), ["room": ["Release/Prod ü"]])
    #expect(
      request.url
        == "https://hipchat.example.com/v2/room/Release%2FProd%20%C3%BC/notification")
    #expect(
      request.headers == [
        HTTPField("Content-Type", "application/json"),
        HTTPField("Authorization", "Bearer \(ChannelSample.hipChatToken)"),
      ])
    let sent = try FromProvider.decoder.decode(Notification.self, from: Data(request.body))
    #expect(sent.color == "green" && sent.from == "CodeDeploy" && sent.messageFormat == "html")
    #expect(!sent.notify)
    #expect(sent.message.hasPrefix("<b>checkout succeeded</b><br><b>Version</b>: <a href=\"https:"))
    #expect(sent.message.hasSuffix("\">Console</a>"))
  }

  @Test("A failure is red, tells why and shows its log") func failure() async throws {
    let sent = try await notification(Sample.failedMessage())
    #expect(sent.color == "red")
    #expect(
      sent.message.hasPrefix(
        "<b>checkout failed</b><br><b>Why</b>: ApplicationStart failed on i-0abc, in start.sh"))
    #expect(sent.message.hasSuffix("<pre>[stderr]no such service</pre>"))
  }

  @Test("A rollback and a stop are yellow, a start gray") func colors() async throws {
    let rollback = try await notification(
      Sample.message { $0.rollback = .init(triggeredBy: "d-0", message: "d-0 failed") })
    #expect(rollback.color == "yellow")
    #expect(rollback.message.contains("<b>Rollback</b>: Rolls back d-0 to 0123456 (d-0 failed)"))
    #expect(try await notification(Sample.message { $0.event = .stopped }).color == "yellow")
    #expect(try await notification(Sample.message { $0.event = .started }).color == "gray")
  }

  @Test("Failures notify the room, unless it is said otherwise") func notify() async throws {
    #expect(try await notification(Sample.failedMessage()).notify)
    #expect(try await !notification(Sample.failedMessage(), ["notify": ["false"]]).notify)
    #expect(try await notification(Sample.message(), ["notify": ["true"]]).notify)
  }

  @Test("A message keeps within 10,000 characters, and the log's end") func limits() async throws {
    let log = String(repeating: "<&>\n", count: 5_000) + "the cause"
    let sent = try await notification(Sample.failedMessage(log: log))
    #expect(sent.message.utf16.count <= 10_000 && sent.message.utf16.count > 9_000)
    #expect(sent.message.hasSuffix("the cause</pre>"))
    let words = String(repeating: "\"&<", count: 20_000)
    let long = try await notification(
      Sample.failedMessage(title: words, log: log) {
        $0.description = words
        $0.deploymentGroup = words
        $0.error?.message = words
      })
    #expect(long.message.utf16.count <= 10_000)
    #expect(long.message.contains("ApplicationStart failed on i-0abc"))
    #expect(long.message.contains(">Console</a>"))
    #expect(long.message.firstMatch(of: /&(?!amp;|lt;|gt;|quot;|#39;)/) == nil)
  }

  @Test("Nothing that a deployment says takes effect") func hostile() async throws {
    let message = try await notification(Sample.hostileMessage).message
    for element in message.matches(of: /<([^>]*)>/).map({ String($0.1) }) {
      let isOurs = ["b", "/b", "br", "pre", "/pre", "/a"].contains(element)
      #expect(isOurs || element.hasPrefix("a href=\"https://"), "\(element)")
    }
  }

  @Test(
    "What the answer says decides",
    arguments: [
      (204, [:], nil),
      (400, [:], .refused), (401, [:], .refused), (403, [:], .refused), (404, [:], .refused),
      (429, ["X-RateLimit-Reset": "1800000040"], .limited(after: .seconds(40))),
      (
        429,
        [
          "X-RateLimit-Reset": "1800000240", "X-RateLimit-Remaining": "9",
          "X-FloodControl-Reset": "1800000030", "X-FloodControl-Remaining": "0",
        ], .limited(after: .seconds(30))
      ),
      (503, ["X-RateLimit-Reset": "1800000040"], .tryAgain(after: nil)),
    ] as [(Int, [String: String], DeliveryFailure.Verdict?)])
  func answers(
    status: Int, headers: [String: String], verdict: DeliveryFailure.Verdict?
  ) async throws {
    let error = #"{"error":{"code":\#(status),"message":"no luck","type":"Bad Request"}}"#
    let answer = HTTPResponse(
      status: status, headers: headers.map { HTTPField($0.key, $0.value) },
      body: status == 204 ? [] : Array(error.utf8))
    let outcome = try await deliver(Sample.message(), answer: answer).outcome
    #expect(outcome.verdict == verdict)
    #expect(status == 204 || outcome.text.contains("no luck"))
  }

  @Test(
    "Refuses settings that can't be meant",
    arguments: [
      ("base_url", "hipchat"), ("base_url", "https://h.example.com/?x"), ("room", ""),
      ("room", ".."), ("room", "a\nb"), ("room", String(repeating: "r", count: 101)),
      ("token", ""), ("token", "a b"),
    ])
  func problems(setting: String, value: String) {
    let settings = ["base_url": ["https://h.example.com"], "room": ["r"], "token": ["t"]]
      .merging([setting: [value]]) { $1 }
    #expect(throws: SettingProblem.self) { try channel("hipchat", settings) }
  }
}

extension ChannelSample {
  static let hipChat = [
    ChannelSample(
      label: "hipchat", type: "hipchat",
      settings: [
        "base_url": ["https://ada:Basic-pass-6@hipchat.example.com"], "room": ["Releases"],
        "token": [hipChatToken], "notify": ["true"],
      ],
      transport: .http([""]), readsBody: false, secrets: [hipChatToken, "Basic-pass-6"])
  ]

  static let hipChatToken = "HipChat0123456789ABCDEFabcdef0123456789a"
}
