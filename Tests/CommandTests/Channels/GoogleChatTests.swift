import Foundation
import Testing

/// `googlechat` through `poll`, against a webhook that checks what Google Chat checks.
@Suite struct GoogleChatTests {
  private static let key = "AIzaSyPEERPEERPEERPEERPEERPEERPEERPEER1"
  private static let token = "t0ken-PEER_0123456789abcdefghij"

  private func channel(_ world: World, token: String = "\(token)%3D") -> String {
    "googlechat,webhook_url=\(world.sink.url)/v1/spaces/AAAApeer/messages?key=\(Self.key)"
      + "&token=\(token)"
  }

  @Test("A success, a failure and a rollback are posted, the last in the failure's thread")
  func ends() async throws {
    try await World.with { world in
      let scene = try await ChannelScene(world, channel: channel(world))
      try await scene.deploy()
      let poll = try await scene.poll()
      #expect(poll.status == 0, "\(poll.error)")
      let messages = try await world.sink.state("googlechat")["messages"].array
      let keys = messages.map { $0["thread_key"].string ?? "" }
      #expect(
        keys.sorted() == [ChannelScene.failed, ChannelScene.failed, ChannelScene.succeeded])
      // The rollback is in the thread of the deployment that it undoes.
      #expect(Set(messages.map { $0["thread"].string }).count == 2)
      var shown: [String] = []
      for message in messages {
        #expect(message["mentions"].array.isEmpty)
        #expect(message["request_id"].string?.hasPrefix("cdn_") == true)
        for text in message["texts"].array {
          shown.append(text["shown"].string ?? "")
          #expect(text["unknown"].array.isEmpty, "\(text)")
          for tag in text["tags"].array.compactMap(\.string) {
            let isOurs = ["b", "font #188038", "font #d93025", "font #b06000"].contains(tag)
            #expect(isOurs || tag.hasPrefix("a https://"), "\(text)")
          }
        }
      }
      #expect(shown.contains("Faster carts & <b>more</b>, deployed-by: ada@example.com"))
      #expect(shown.contains { $0.hasPrefix("Rollback: Rolls back \(ChannelScene.failed) to ") })
      #expect(try await scene.poll().status == 0)
      #expect(try await world.sink.state("googlechat")["messages"].array.count == 3)
    }
  }

  @Test("A wrong token is refused, and never shown") func wrongToken() async throws {
    try await World.with { world in
      let scene = try await ChannelScene(world, channel: channel(world, token: "wrong-token"))
      try await scene.deploy()
      let poll = try await scene.poll()
      #expect(poll.status == 1)
      let outcomes = try poll.json()["notifications"].array
      #expect(outcomes.map { $0["outcome"].string } == ["failed", "failed", "failed"])
      let reason = outcomes.first?["reason"].string ?? ""
      #expect(reason.contains("answered 403"), "\(reason)")
      #expect(reason.contains("PERMISSION_DENIED: The API is called without a valid token."))
      let history = try await world.cdnotify("history", "--json")
      let list = try await world.cdnotify("list")
      for text in [poll.output, poll.error, history.output, list.output] {
        #expect(!text.contains("wrong-token") && !text.contains(Self.key))
      }
    }
  }

  @Test("Quota and outage pass, also behind a 200", arguments: [false, true])
  func troubleThatPasses(asSuccess: Bool) async throws {
    try await World.with { world in
      let scene = try await ChannelScene(world, channel: channel(world))
      try await scene.deploy()
      try await world.sink.set(
        "googlechat", #"{"limited": 1, "unavailable": 2, "errors_as_200": \#(asSuccess)}"#)
      let poll = try await scene.poll()
      #expect(poll.status == 0, "\(poll.output)")
      let outcomes = try poll.json()["notifications"].array
      #expect(outcomes.map { $0["outcome"].string } == ["sent", "sent", "sent"])
      #expect(outcomes.compactMap { $0["attempts"].int }.reduce(0, +) == 5)
    }
  }

  @Test("A quota that stays exhausted leaves the notification for the next cycle")
  func exhaustedQuota() async throws {
    try await World.with { world in
      let scene = try await ChannelScene(world, channel: channel(world))
      try await scene.deploy()
      try await world.sink.set("googlechat", #"{"limited": 99}"#)
      let poll = try await scene.poll()
      #expect(poll.status == 75)
      let outcome = try poll.json()["notifications"][0]
      #expect(outcome["outcome"].string == "retrying")
      #expect(
        outcome["reason"].string?.contains("answered 429: RESOURCE_EXHAUSTED: Resource has") == true
      )
    }
  }

  @Test("A lost answer causes no second message") func lostAnswer() async throws {
    try await World.with { world in
      let scene = try await ChannelScene(world, channel: channel(world))
      try await scene.deploy()
      try await world.sink.script(
        "/v1/spaces", count: 1, #""close": true, "accept": true"#)
      let poll = try await scene.poll()
      #expect(poll.status == 0, "\(poll.output)")
      let state = try await world.sink.state("googlechat")
      #expect(state["messages"].array.count == 3)
      #expect(state["repeats"].int == 1)
    }
  }

  @Test("A failure calls whom mention names, and nothing else does") func mentions() async throws {
    try await World.with { world in
      let scene = try await ChannelScene(
        world, channel: channel(world) + ",mention=users/123456789,mention=all")
      try await scene.deploy()
      let poll = try await scene.poll()
      #expect(poll.status == 0, "\(poll.error)")
      let messages = try await world.sink.state("googlechat")["messages"].array
      #expect(messages.count == 3)
      let calls = messages.map { $0["mentions"].array.compactMap(\.string) }
      #expect(calls.filter { !$0.isEmpty } == [["<users/123456789>", "<users/all>"]], "\(calls)")
    }
  }
}
