import Foundation
import Testing

/// `discord` through `poll`, against a webhook that checks what Discord checks.
@Suite struct DiscordTests {
  private static let token = "3d89bb7572e0fb30d8128367b3b1b44f-PEER_token"

  private func channel(_ world: World, id: String = "223704706495545344") -> String {
    "discord,webhook_url=\(world.sink.url)/api/webhooks/\(id)/\(Self.token)"
  }

  @Test("A success, a failure and a rollback are posted once each") func ends() async throws {
    try await World.with { world in
      let scene = try await ChannelScene(world, channel: "\(channel(world))?thread_id=77")
      try await world.sink.set("discord", #"{"threads": ["77"]}"#)
      try await scene.deploy()
      let poll = try await scene.poll()
      #expect(poll.status == 0, "\(poll.error)")
      let messages = try await world.sink.state("discord")["messages"].array
      let colors = messages.map { $0["embeds"][0]["color"].int ?? 0 }
      #expect(Set(colors) == [0x2DA44E, 0xCF222E, 0xBF8700])
      for message in messages {
        #expect(message["thread_id"].string == "77")
        #expect(message["ignored"].array.isEmpty && message["pings"].array.isEmpty)
        #expect(message["embeds"][0]["url"].string?.contains("/deployments/d-") == true)
        // Only the embed's own markup takes effect, and none in a deployment's texts.
        for text in message["texts"][0].array {
          for token in text["tokens"].array.compactMap(\.string) {
            #expect(
              token.hasPrefix("link https://")
                || (text["name"].string == "description"
                  && ["bold", "code_block"].contains(token)),
              "\(text)")
          }
        }
      }
      func shown(_ color: Int, _ name: String) -> String {
        let message = messages.first { $0["embeds"][0]["color"].int == color }
        let texts = message?["texts"][0].array ?? []
        return texts.first { $0["name"].string == name }?["shown"].string ?? ""
      }
      #expect(
        shown(0x2DA44E, "Description")
          == "Faster carts & <b>more</b>, deployed-by: ada@example.com")
      #expect(shown(0xBF8700, "description").contains("Rolls back \(ChannelScene.failed) to "))
      #expect(try await scene.poll().status == 0)
      #expect(try await world.sink.state("discord")["messages"].array.count == 3)
    }
  }

  @Test("Only a failure notifies the users and roles that mention names")
  func mentions() async throws {
    try await World.with { world in
      let scene = try await ChannelScene(
        world, channel: channel(world) + ",mention=80351110224678912,mention=&165511591545143296")
      try await scene.deploy()
      #expect(try await scene.poll().status == 0)
      let messages = try await world.sink.state("discord")["messages"].array
      for message in messages {
        let isFailure = message["embeds"][0]["color"].int == 0xCF222E
        #expect(
          message["pings"].array.compactMap(\.string)
            == (isFailure ? ["<@80351110224678912>", "<@&165511591545143296>"] : []))
      }
      #expect(messages.count == 3)
    }
  }

  @Test("A notification to a deleted webhook is given up") func deletedWebhook() async throws {
    try await World.with { world in
      let scene = try await ChannelScene(world, channel: channel(world, id: "1"))
      try await scene.deploy()
      let poll = try await scene.poll()
      #expect(poll.status == 1)
      let outcomes = try poll.json()["notifications"].array
      #expect(outcomes.map { $0["outcome"].string } == ["failed", "failed", "failed"])
      #expect(
        outcomes.first?["reason"].string
          == "Discord answered 404 (check whether the webhook was deleted): Unknown Webhook (10015)"
      )
      #expect(!(poll.output + poll.error).contains(Self.token))
    }
  }

  @Test("A rate limit is waited for as long as Discord asks") func rateLimit() async throws {
    try await World.with { world in
      let scene = try await ChannelScene(world, channel: channel(world))
      try await scene.deploy()
      try await world.sink.set("discord", #"{"limited": 99, "retry_after": 3600.5}"#)
      let poll = try await scene.poll()
      #expect(poll.status == 75)
      let outcome = try poll.json()["notifications"][0]
      #expect(outcome["outcome"].string == "retrying")
      #expect(outcome["reason"].string?.contains("You are being rate limited.") == true)
      let next = try #require(outcome["next_attempt_at"].string)
      let wait = try Date(next, strategy: .iso8601).timeIntervalSinceNow
      #expect(wait > 3000, "\(wait)")
    }
  }
}
