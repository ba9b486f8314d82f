import Foundation
import Testing

/// Apprise: Debian's real command, sending to the sink, and an Apprise API server.
@Suite struct AppriseTests {
  private static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/apprise")

  @Test(
    "A success, a failure and a rollback arrive through the apprise command",
    .enabled(if: isInstalled, "Debian's package apprise isn't installed"))
  func command() async throws {
    try await World.with { world in
      let address = world.sink.url.replacing("http://", with: "json://ada:Pass-word-1@")
      let url = ["APPRISE_URL": "\(address)/apprised/Token-of-the-team"]
      let scene = try await ChannelScene(
        world, channel: "apprise,url=env:APPRISE_URL", changes: url)
      try await scene.deploy()
      let run = try await scene.poll(changes: url)
      #expect(run.status == 0, "\(run.error)")
      let bodies = try await world.sink.bodies("/apprised/")
      #expect(Set(bodies.map { $0["type"].string }) == ["success", "failure", "warning"])
      let failed = try #require(bodies.first { $0["type"].string == "failure" })
      #expect(failed["title"].string?.contains("failed after 30s") == true)
      #expect(failed["message"].string?.contains("no such service") == true)
      let succeeded = try #require(bodies.first { $0["type"].string == "success" })
      #expect(succeeded["message"].string?.contains("Faster carts & <b>more</b>") == true)
      for secret in ["Pass-word-1", "Token-of-the-team"] {
        #expect(!(run.output + run.error).contains(secret))
      }
    }
  }

  @Test(
    "A service that fails is told from an address that isn't understood, and neither is shown",
    .enabled(if: isInstalled, "Debian's package apprise isn't installed"))
  func failures() async throws {
    try await World.with { world in
      try await world.sink.script("/apprised/", #""status": 500"#)
      let address = world.sink.url.replacing("http://", with: "json://")
      let down = try await world.cdnotify(
        "test-channel", "--json", "--channel", "apprise,url=\(address)/apprised/Token-of-the-team")
      #expect(down.status == 1)
      #expect(down.output.contains("the service didn't accept it"), "\(down.output)")
      #expect(!down.output.contains("doesn't understand"), "\(down.output)")
      let wrong = try await world.cdnotify(
        "test-channel", "--json", "--channel", "apprise,url=nosuch://Token-of-the-team/x")
      #expect(wrong.status == 1)
      #expect(wrong.output.contains("doesn't understand the address"), "\(wrong.output)")
      for run in [down, wrong] {
        #expect(!(run.output + run.error).contains("Token-of-the-team"))
      }
    }
  }

  @Test("An apprise command that is killed is run again", arguments: ["KILL", "TERM"])
  func killed(signal: String) async throws {
    try await World.with { world in
      _ = try world.script("apprise", "cat > /dev/null; kill -\(signal) $$")
      let path = ["PATH": "\(world.path("")):/usr/bin:/bin"]
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "apprise,url=json://127.0.0.1/x", changes: path)
      try await world.aws.deploy("checkout")
      let run = try await world.cdnotify("poll", changes: path)
      #expect(run.status == 75, "\(run.error)")
      let number = signal == "KILL" ? 9 : 15
      #expect(run.error.contains("apprise was ended by signal \(number)"), "\(run.error)")
    }
  }

  /// It is a program of the host, with an address that the registering user chose.
  @Test(
    "The apprise command runs only where the host allows it",
    .enabled(if: isInstalled, "Debian's package apprise isn't installed"))
  func hostPermission() async throws {
    try await World.with { world in
      let address = world.sink.url.replacing("http://", with: "json://")
      let spec = "apprise,url=\(address)/apprised/Token-of-the-team"
      for allowed in ["/usr/local/bin", "/usr/bin/true"] {
        let run = try await world.cdnotify(
          ["test-channel", "--json", "--channel", spec], changes: ["CDNOTIFY_ALLOW_EXEC": allowed])
        #expect(run.status == 1)
        let refusal = "/usr/bin/apprise may not be run on this host"
        #expect(run.output.contains(refusal), "\(run.output)")
        try await world.aws.applications(["checkout"])
        let registered = try await world.cdnotify(
          ["register", "checkout", "--channel", spec], changes: ["CDNOTIFY_ALLOW_EXEC": allowed])
        #expect(registered.error.contains("may not be run on this host"), "\(registered.error)")
      }
      #expect(try await world.sink.requests("/apprised/").isEmpty)
      // An Apprise API server is an address like any other.
      let server = try await world.cdnotify(
        [
          "test-channel", "--json", "--channel",
          "apprise,base_url=\(world.sink.url)/apprise,key=deployments",
        ], changes: ["CDNOTIFY_ALLOW_EXEC": ""])
      #expect(!server.output.contains("may not be run"), "\(server.output)")
      for allowed in ["/usr/bin/apprise", "/usr/bin"] {
        let run = try await world.cdnotify(
          ["test-channel", "--json", "--channel", spec], changes: ["CDNOTIFY_ALLOW_EXEC": allowed])
        #expect(run.status == 0, "\(run.output)")
      }
      let shared = try await world.withTable()
      let run = try await shared.cdnotify("test-channel", "--json", "--channel", spec)
      #expect(
        run.output.contains("with a DynamoDB table as store, commands are run only if"),
        "\(run.output)")
    }
  }

  @Test("A success, a failure and a rollback arrive through an Apprise API server")
  func apiServer() async throws {
    try await World.with { world in
      let key = ["KEY": "deployments"]
      let scene = try await ChannelScene(
        world, channel: "apprise,base_url=\(world.sink.url)/apprise,key=env:KEY,tags=team",
        changes: key)
      try await scene.deploy()
      // A service that fails may take it later.
      try await world.sink.set("apprise", #"{"failing": 99}"#)
      let first = try await scene.poll(changes: key)
      #expect(first.status == 75, "\(first.error)")
      try await world.sink.set("apprise", #"{"failing": 0}"#)
      try await world.letTimePass()
      #expect(try await scene.poll(changes: key).status == 0)
      let told = try await world.sink.state("apprise")["notifications"].array
      #expect(told.count == 3)
      #expect(Set(told.map { $0["type"].string }) == ["success", "failure", "warning"])
      let nobody = try await world.cdnotify(
        "test-channel", "--json", "--channel",
        "apprise,base_url=\(world.sink.url)/apprise,key=another")
      #expect(nobody.output.contains("no service to notify"), "\(nobody.output)")
    }
  }
}
