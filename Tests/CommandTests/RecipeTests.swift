import Foundation
import Testing

/// The documentation's recipes, unchanged, checked by a server that verifies each service's
/// documented form.
@Suite struct RecipeTests {
  private static let secrets = [
    "MATTERMOST_HOOK": "mattermostmattermost12345", "ROCKETCHAT_ID": "64f0c0ffee",
    "ROCKETCHAT_TOKEN": "rocketrocketrocket12345",
    "ZULIP_AUTHORIZATION":
      "Basic "
      + Data("deploy-bot@zulip.example.com:zulipzulipzulip12345".utf8)
      .base64EncodedString(),
    "TELEGRAM_TOKEN": "123456:AAtelegramtelegram12345",
    "MATRIX_TOKEN": "syt_matrixmatrixmatrix12345", "GOTIFY_TOKEN": "AgotifygotifyG1",
    "PUSHOVER_TOKEN": "apushoverpushoverpushover12345",
    "PUSHOVER_USER": "upushoverpushoverpushover12345",
    "WEBEX_HOOK": "Y2lzY29webexwebex12345", "LARK_HOOK": "larklark-1234-5678-90ab-larklarklark",
    "HONEYCOMB_KEY": "hcaik_honeycomb12345", "SENTRY_TOKEN": "sntrys_sentrysentry12345",
    "ROOTLY_TOKEN": "rootlyrootlyrootly12345", "INCIDENT_IO_TOKEN": "incidentincident12345",
  ]

  /// The documents, by heading.
  private static func recipes() throws -> [(name: String, document: String)] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs/recipes.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    return text.matches(of: /\n## ([^\n]+)\n[^#]*?```yaml\n(?s)(.*?)\n```\n/).map {
      (String($0.1), String($0.2))
    }
  }

  /// Registers `checkout` with the channels of all recipes, unchanged but for the host.
  private static func registerAll(in world: World) async throws {
    let recipes = try recipes()
    #expect(recipes.count == 13)
    try await world.aws.applications(["checkout"])
    for (name, document) in recipes {
      let local = document.replacing("https://", with: world.sink.url + "/recipes/") + "\n"
      let run = try await world.cdnotify(
        "register", "--file", try world.write(local, to: "recipe.yaml"), changes: secrets)
      try #require(run.status == 0, "\(name): \(run.error)")
    }
  }

  @Test("Every documented recipe takes deployments with texts of any length")
  func longTexts() async throws {
    let log = String(repeating: #"a line of the log, with \\ and \"quotes\"\n"#, count: 100)
    let target = #"""
      {"instanceTarget": {"targetId": "i-0abc0abc0abc0abc0", "status": "Failed",
        "lifecycleEvents": [{"lifecycleEventName": "ApplicationStart", "status": "Failed",
          "diagnostics": {"errorCode": "ScriptFailed", "scriptName": "start.sh",
            "message": "Script failed with exit code 1", "logTail": "\#(log)the cause"}}]}}
      """#
    try await World.with { world in
      try await Self.registerAll(in: world)
      let lengths = [1_500, 2_500, 3_500, 6_000]
      for (number, length) in lengths.enumerated() {
        let description = String(repeating: "Merge of @ada's notes. ", count: length / 23)
        try await world.aws.deploy(
          "checkout",
          #"""
          "id": "d-LONG0000\#(number)", "status": "Failed", "create_time": -90,
          "start_time": -90, "complete_time": -60, "description": "\#(description)",
          "error": {"code": "HEALTH_CONSTRAINTS", "message": "Too many instances failed."},
          "targets": [\#(target)]
          """#)
      }
      let ids = lengths.indices.flatMap { ["--deployment", "d-LONG0000\($0)"] }
      let run = try await world.cdnotify(["poll", "--json"] + ids, changes: Self.secrets)
      #expect(run.status == 0, "\(run.error)")
      let messages = try await world.sink.state("recipes")["messages"].array
      for service in Set(messages.compactMap { $0["service"].string }) {
        let own = messages.filter { $0["service"].string == service }
        #expect(own.count == lengths.count, "\(service)")
      }
      #expect(messages.count == 12 * lengths.count)
      let whole = messages.filter { $0["words"].string?.contains("the cause") == true }
      #expect(whole.count >= 8 * lengths.count)
    }
  }

  @Test("Every documented recipe reaches its service") func everyRecipe() async throws {
    try await World.with { world in
      try await Self.registerAll(in: world)
      let scene = try await ChannelScene(
        world, channel: "webhook,name=other,url=\(world.sink.url)/other")
      try await scene.deploy()
      try await world.aws.deploy(
        "checkout",
        #"""
        "id": "d-HOSTILE00", "create_time": -4, "complete_time": -1,
        "description": "@all @channel @here ```@ada``` @room @**all** <@all> <at user_id='all'></at>"
        """#)
      let run = try await world.cdnotify(
        "poll", "--json", "--deployment", ChannelScene.succeeded, "--deployment",
        ChannelScene.failed, "--deployment", ChannelScene.rollback, "--deployment", "d-HOSTILE00",
        changes: Self.secrets)
      #expect(run.status == 0, "\(run.error)")
      let messages = try await world.sink.state("recipes")["messages"].array
      func of(_ service: String) -> [JSON] { messages.filter { $0["service"].string == service } }
      let services = Set(messages.compactMap { $0["service"].string })
      #expect(services.count == 13, "\(services.sorted())")
      for service in services {
        #expect(of(service).count == (service == "sentry.io" ? 3 : 4), "\(service)")
      }
      #expect(messages.allSatisfy { $0["calls"].array.isEmpty }, "\(messages)")
      #expect(
        messages.filter { $0["words"].string?.contains("failed after 30s") == true }.count >= 9)
      #expect(of("webhooks.rootly.com").filter { $0["state"].string == "open" }.count == 1)
      #expect(of("api.incident.io").filter { $0["state"].string == "resolved" }.count == 3)
      #expect(Set(of("api.incident.io").map { $0["key"].string }) == ["checkout/prod"])
      #expect(Set(of("matrix.example.org").map { $0["transaction"].string }).count == 4)
    }
  }

  @Test("A successful answer that reports an error is a failure") func errorAnswer() async throws {
    let lark = try #require(try Self.recipes().first { $0.name == "Lark" }).document
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let local = lark.replacing("https://", with: world.sink.url + "/recipes/")
        .replacing(#""text": "#, with: #""txt": "#)
      let file = try world.write(local, to: "recipe.yaml")
      #expect(
        try await world.cdnotify("register", "--file", file, changes: Self.secrets).status == 0)
      let run = try await world.cdnotify(
        "test-channel", "checkout", "lark", "--json", changes: Self.secrets)
      #expect(run.status == 1)
      #expect(run.output.contains("/code isn't 0"), "\(run.output)")
      #expect(!(run.output + run.error).contains("larklark"))
    }
  }
}
