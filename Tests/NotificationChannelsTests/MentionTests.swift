import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// Messages mention whom they should, and nobody else.
@Suite struct MentionTests {
  private static let answers = [
    "slack": "ok", "teams": "", "discord": #"{"id":"1"}"#,
    "googlechat": #"{"name":"spaces/A/messages/1"}"#,
  ]

  private func settings(_ type: String) throws -> [String: [String]] {
    let sample = try #require(
      ChannelSample.all.first { $0.type == type && $0.settings["webhook_url"] != nil })
    return sample.settings
  }

  private func body(
    _ type: String, _ mentions: [String], _ event: DeploymentEvent = .failed,
    deployer: [String: String] = [:]
  ) async throws -> String {
    let answer = try #require(Self.answers[type])
    let provider = Provider([.success(HTTPResponse(status: 200, body: Array(answer.utf8)))])
    var services = provider.services()
    services.deployerID = { deployer[$0] }
    var notification = Sample.hostileNotification
    notification.event = event
    let channel = try channel(type, try settings(type).merging(["mention": mentions]) { $1 })
    _ = try await channel.deliver(
      ChannelMessage(notification, templates: ChannelConfiguration(type: type)), with: services)
    return try await #require(provider.requests.first).text
  }

  @Test(
    "A failure calls those whom mention names",
    arguments: [
      (
        "slack", ["U024BE7LH", "S0614TZR7", "here", "deployer"], ["slack": "W1234"],
        ["<@U024BE7LH> <!subteam^S0614TZR7> <!here> <@W1234>"]
      ),
      (
        "discord", ["80351110224678912", "&165511591545143296", "deployer"],
        ["discord": "80351110224678913"],
        [
          #""content":"<@80351110224678912> <@&165511591545143296> <@80351110224678913>""#,
          #""parse":[]"#, #""roles":["165511591545143296"]"#,
          #""users":["80351110224678912","80351110224678913"]"#,
        ]
      ),
      (
        "googlechat", ["users/123456789", "all", "deployer"],
        ["googlechat": "users/ada@example.com"],
        [#""text":"<users/123456789> <users/all> <users/ada@example.com>""#]
      ),
      (
        "teams", ["ada@example.com", "deployer"], ["teams": "bob@example.com"],
        [
          "<at>ada@example.com</at> <at>bob@example.com</at>",
          #""mentioned":{"id":"bob@example.com","name":"bob@example.com"}"#,
        ]
      ),
    ] as [(String, [String], [String: String], [String])])
  func called(type: String, mentions: [String], deployer: [String: String], parts: [String])
    async throws
  {
    for event in [DeploymentEvent.failed, .stopped] {
      let body = try await body(type, mentions, event, deployer: deployer)
        .substituting("\\/", with: "/")
      for part in parts { #expect(body.contains(part), "\(body)") }
    }
    // Nobody is mentioned twice, and an unknown deployer isn't mentioned.
    let twice = try await body(type, [mentions[0], mentions[0], "deployer"])
      .substituting("\\/", with: "/")
    #expect(!twice.contains(parts[0]))
    #expect(twice.contains(mentions[0].prefix(9)))
  }

  @Test(
    "Good news and what is under way call nobody",
    arguments: ["slack", "teams", "discord", "googlechat"])
  func nobody(type: String) async throws {
    let id = [
      "slack": "U024BE7LH", "teams": "eve@e.example", "discord": "80351110224678912",
      "googlechat": "users/1",
    ]
    for event in [DeploymentEvent.started, .ready, .succeeded] {
      let body = try await body(type, [try #require(id[type])], event)
      #expect(!body.contains(try #require(id[type])), "\(body)")
    }
  }

  @Test(
    "An id of another form is refused, with the right one",
    arguments: [
      ("slack", "@ada"), ("slack", "U1 <!channel>"), ("slack", "everyone"), ("discord", "ada"),
      ("discord", "&1"), ("discord", "@everyone"), ("googlechat", "ada"),
      ("googlechat", "users/a>b"),
      ("teams", "Ada Lovelace"), ("teams", "<at>x</at>@y"), ("teams", "ada"),
    ])
  func wrong(type: String, id: String) throws {
    let settings = try settings(type).merging(["mention": [id]]) { $1 }
    let problem = #expect(throws: SettingProblem.self) { try channel(type, settings) }
    #expect(problem?.setting == "mention")
    #expect(problem?.reason.hasPrefix("must look like ") == true)
    #expect(problem?.reason.hasSuffix(", or be deployer") == true)
  }
}
