import Foundation
import Testing

/// `teams` through `poll`, against a workflow that runs only cards that Teams displays.
@Suite struct TeamsTests {
  private static let signature = "pEErS1gnature-0123456789_abcdefghijklmnopq"

  private func url(_ world: World, signature: String = signature) -> String {
    "\(world.sink.url)/powerautomate/automations/direct/workflows/36e0836ee6804d5fa6f5b09b67693953"
      + "/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0"
      + "&sig=\(signature)"
  }

  @Test("A success, a failure and a rollback are posted once each") func ends() async throws {
    try await World.with { world in
      let scene = try await ChannelScene(world, channel: "teams,webhook_url=\(url(world))")
      try await scene.deploy()
      let poll = try await scene.poll()
      #expect(poll.status == 0, "\(poll.error)")
      let state = try await world.sink.state("teams")
      #expect(state["failed_runs"].array.isEmpty, "\(state["failed_runs"])")
      let posts = state["posts"].array
      let styles = posts.map { $0["card"]["body"][0]["style"].string ?? "" }
      #expect(styles.sorted() == ["attention", "good", "warning"])
      for post in posts {
        let shown = post["markup"]["shown"].array.compactMap(\.string)
        #expect(shown.first?.hasPrefix("checkout ") == true)
        // The facts' links are the only markup that takes effect.
        for token in post["markup"]["tokens"].array.compactMap(\.string) {
          #expect(token.hasPrefix("link_open https://"), "\(token)")
        }
      }
      let success = posts.first { $0["card"]["body"][0]["style"].string == "good" }
      let shown = success?["markup"]["shown"].array.compactMap(\.string) ?? []
      #expect(
        shown.contains("Faster carts & <b>more</b>, deployed-by: ada@example.com"), "\(shown)")
      let rollback = posts.first { $0["card"]["body"][0]["style"].string == "warning" }
      let story = rollback?["card"]["body"][1]["inlines"][1]["text"].string
      #expect(story?.hasPrefix("Rolls back \(ChannelScene.failed) to ") == true)
      #expect(try await scene.poll().status == 0)
      #expect(try await world.sink.state("teams")["posts"].array.count == 3)
    }
  }

  @Test("Only a failure notifies the people that mention names") func mentions() async throws {
    try await World.with { world in
      let scene = try await ChannelScene(
        world, channel: "teams,webhook_url=\(url(world)),mention=ada@example.com")
      try await scene.deploy()
      #expect(try await scene.poll().status == 0)
      let state = try await world.sink.state("teams")
      #expect(state["failed_runs"].array.isEmpty, "\(state["failed_runs"])")
      for post in state["posts"].array {
        let isFailure = post["card"]["body"][0]["style"].string == "attention"
        let called = post["card"]["msteams"]["entities"].array
        #expect(
          called.map { $0["mentioned"]["id"].string } == (isFailure ? ["ada@example.com"] : []))
      }
      #expect(state["posts"].array.count == 3)
    }
  }

  @Test("A wrong signature is refused for good, and so is a disabled workflow")
  func refused() async throws {
    try await World.with { world in
      let scene = try await ChannelScene(
        world, channel: "teams,webhook_url=\(url(world, signature: "wrong-signature"))")
      try await scene.deploy()
      let wrong = try await world.cdnotify(
        "poll", "--json", "--deployment", ChannelScene.succeeded)
      #expect(wrong.status == 1)
      let refused = try wrong.json()["notifications"].array
      #expect(refused.map { $0["outcome"].string } == ["failed"])
      let reason = refused.first?["reason"].string ?? ""
      #expect(reason.contains("Teams answered 401 (copy the workflow's address again, whole)"))
      #expect(!(wrong.output + wrong.error).contains("wrong-signature"))

      try await world.sink.set("teams", #"{"signature": "wrong-signature", "enabled": false}"#)
      let disabled = try await world.cdnotify(
        "poll", "--json", "--deployment", ChannelScene.failed)
      #expect(disabled.status == 1)
      let outcomes = try disabled.json()["notifications"].array
      #expect(outcomes.map { $0["outcome"].string } == ["failed"])
      let says = outcomes.first?["reason"].string ?? ""
      #expect(says.contains("WorkflowTriggerIsNotEnabled"), "\(says)")
    }
  }

  @Test("A retired connector causes a warning, and an incomplete address is refused")
  func addresses() async throws {
    try await World.with { world in
      let host = "https://example.webhook.office.com/webhookb2"
      let old = try await world.cdnotify(
        "register", "checkout", "--no-verify", "--channel",
        "teams,webhook_url=\(host)/0123456789abcdef0123456789abcdef")
      #expect(old.status == 0)
      #expect(old.error.contains("checkout, channel teams: Microsoft has retired"), "\(old.error)")
      let cut = try await world.cdnotify(
        "register", "search", "--no-verify", "--channel",
        "teams,webhook_url=https://example.com/workflows/1/triggers/manual/paths/invoke?sp=x")
      #expect(cut.status == 65)
      #expect(cut.error.contains("teams.webhook_url: lacks its signature (sig=…)"), "\(cut.error)")
      let list = try await world.cdnotify("list", "--json")
      #expect(!(list.output + old.error).contains("0123456789abcdef"))
    }
  }

  @Test("Throttling that a connector reports as a success is tried again")
  func throttled() async throws {
    try await World.with { world in
      // A connector is recognised by its host name, which the sink can't have.
      try await world.sink.set("teams", #"{"teams_status": 429}"#)
      let url = "\(world.sink.url)/webhookb2/a@b/IncomingWebhook/0123456789abcdef0123456789/c"
      let scene = try await ChannelScene(world, channel: "teams,webhook_url=\(url)")
      try await scene.deploy()
      let poll = try await scene.poll()
      #expect(poll.status == 75)
      let outcomes = try poll.json()["notifications"].array
      #expect(outcomes.allSatisfy { $0["outcome"].string == "retrying" })
      #expect(outcomes.first?["reason"].string?.contains("HTTP error 429") == true)
      #expect(!(poll.output + poll.error).contains("0123456789abcdef0123456789"))
    }
  }
}
