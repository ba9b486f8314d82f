import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct AppriseChannelTests {
  private static let server = ["base_url": ["https://apprise.example.com/x"], "key": ["team-1"]]

  @Test("A server is told under the key, by tags") func server() async throws {
    let provider = Provider(bodies: [""])
    let channel = try channel("apprise", Self.server.merging(["tags": ["a", "b"]]) { $1 })
    let answer = try await channel.deliver(
      Sample.message { $0.event = .failed }, with: provider.services())
    #expect(answer == "sent by apprise.example.com")
    let request = try #require(await provider.requests.first)
    #expect(request.url == "https://apprise.example.com/x/notify/team-1")
    let body = try JSONDecoder().decode([String: String].self, from: Data(request.body))
    #expect(
      body == [
        "title": "checkout succeeded", "body": "checkout is live.\nIt took 4m.",
        "type": "failure", "format": "text", "tag": "a,b",
      ])
  }

  @Test(
    "Nobody to tell has failed, and a service that failed may take it later",
    arguments: [
      AnswerRow(204, "", .refused, "has no service to notify"),
      AnswerRow(424, #"{"error":"no"}"#, .tryAgain(after: nil), "424: a service didn't accept it"),
    ])
  func answers(row: AnswerRow) async throws { try await row.check("apprise", Self.server) }

  @Test("An attempt has thirty seconds") func time() {
    #expect(AppriseChannel.attemptTime(SettingValues([:], settings: [])) == .seconds(30))
  }

  @Test(
    "Refuses settings that can't be meant",
    arguments: [
      [:], ["base_url": ["https://a.example"]], ["key": ["k"]],
      ["url": ["json://a"], "key": ["k"]], ["url": ["json://a"], "tags": ["k"]],
      ["url": ["a"]], ["url": ["json://a b"]], ["url": ["json://a\nmailto://b"]],
      ["url": ["#json://a"]], ["url": ["tag=json://a"]], ["url": ["include /etc/passwd"]],
      ["base_url": ["https://a.example"], "key": ["a/b"]],
      ["base_url": ["https://a.example"], "key": ["k"], "tags": ["a,b"]],
    ] as [[String: [String]]])
  func problems(settings: [String: [String]]) {
    #expect(throws: SettingProblem.self) { try channel("apprise", settings) }
  }
}

extension ChannelSample {
  static let apprise = [
    ChannelSample(
      label: "apprise", type: "apprise",
      settings: [
        "base_url": ["https://ada:Basic-pass-9@apprise.example.com"], "key": ["Key-of-the-team"],
        "tags": ["team"],
      ],
      transport: .http([#"{"error":""}"#]), readsBody: false,
      secrets: ["Key-of-the-team", "Basic-pass-9"])
  ]
}
