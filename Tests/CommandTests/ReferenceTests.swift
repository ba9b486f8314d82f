import Foundation
import Testing

/// References to secrets, through the whole of `poll`.
@Suite struct ReferenceTests {
  /// Registers `checkout` with signed webhooks. The provider accepts each only with its own secret.
  private func register(_ world: World, _ hooks: [(name: String, reference: String)]) async throws {
    try await world.aws.applications(["checkout"])
    let specs = hooks.flatMap {
      [
        "--channel",
        "webhook,name=\($0.name),url=\(world.sink.url)/\($0.name),secret=\($0.reference)",
      ]
    }
    let run = try await world.cdnotify(["register", "checkout"] + specs)
    try #require(run.status == 0, "\(run.error)")
  }

  private func secret(_ name: String) -> String { "hush-\(name)-0123456789" }

  /// Puts a secret into each source, and returns the references to them.
  private func keep(_ world: World) async throws -> [(name: String, reference: String)] {
    _ = try world.write(secret("file") + "\n", to: "secret")
    try FileManager.default.createDirectory(
      atPath: world.path("credentials"), withIntermediateDirectories: true)
    _ = try world.write(secret("credential"), to: "credentials/hook")
    try await world.aws.parameter("/hooks/checkout", secret("ssm"))
    try await world.aws.secret("whole", secret("whole"))
    try await world.aws.secret("hooks", #"{\"checkout\": \"\#(secret("key"))\", \"n\": 1}"#)
    let arn = try await world.aws.secret("far", secret("arn"), region: "eu-west-1")
    let hooks = [
      ("env", "env:HOOK_SECRET"), ("file", "file:\(world.path("secret"))"),
      ("credential", "credential:hook"), ("ssm", "ssm:/hooks/checkout"),
      ("whole", "secretsmanager:whole"), ("key", "secretsmanager:hooks#checkout"),
      ("arn", "secretsmanager:\(arn)"),
    ]
    for (name, _) in hooks { try await world.sink.webhookSecret("/\(name)", secret(name)) }
    return hooks.map { (name: $0.0, reference: $0.1) }
  }

  private func changes(_ world: World) -> [String: String] {
    ["HOOK_SECRET": secret("env"), "CREDENTIALS_DIRECTORY": world.path("credentials")]
  }

  @Test("Every kind of reference is read when it is used, and never shown")
  func everyKind() async throws {
    try await World.with { world in
      let hooks = try await keep(world)
      try await register(world, hooks)
      try await world.aws.deploy("checkout")
      var printed = ""
      for arguments in [
        ["poll", "--verbose", "--json"], ["history", "--json"], ["list", "--json"], ["list"],
        ["test-channel", "checkout", "--verbose"],
      ] {
        let run = try await world.cdnotify(arguments, changes: changes(world))
        #expect(run.status == 0, "\(run.error)")
        printed += run.output + run.error
      }
      for (name, reference) in hooks {
        #expect(try await world.sink.requests("/\(name)").count == 2, "\(name)")
        #expect(!printed.contains(secret(name)), "\(name)")
        #expect(printed.contains(reference))
      }
    }
  }

  @Test("A value after literal: isn't followed, even if it looks like a reference")
  func literals() async throws {
    try await World.with { world in
      try await world.sink.webhookSecret("/hook", "env:HOOK_SECRET")
      try await register(world, [("hook", "literal:env:HOOK_SECRET")])
      try await world.aws.deploy("checkout")
      let poll = try await world.cdnotify("poll", changes: ["HOOK_SECRET": "another"])
      #expect(poll.status == 0, "\(poll.error)")
    }
  }

  @Test("A reference is read once a cycle, and not where nothing is sent")
  func readOnce() async throws {
    try await World.with { world in
      func reads() async throws -> [String] {
        let services = ["ssm", "secretsmanager"]
        return try await world.aws.requests().compactMap { $0["service"].string }
          .filter(services.contains).sorted()
      }
      let hooks = try await keep(world).filter { ["ssm", "whole"].contains($0.name) }
      try await register(world, hooks)
      #expect(try await world.cdnotify("poll").status == 0)
      try await world.aws.deploy("checkout", #""count": 15"#)
      #expect(try await world.cdnotify("poll", "--dry-run").status == 0)
      #expect(try await reads() == [])
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/ssm").count == 15)
      #expect(try await reads() == ["secretsmanager", "ssm"])
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await reads() == ["secretsmanager", "ssm"])
    }
  }

  @Test("A reference that leads nowhere fails only its channel, with the reason")
  func unresolved() async throws {
    try await World.with { world in
      _ = try world.write("", to: "empty")
      try Data([0xff, 0xfe]).write(to: URL(fileURLWithPath: world.path("binary")))
      try await world.aws.secret("hooks", #"{\"other\": \"x\"}"#)
      let none = world.path("none")
      let sentences = [
        "env:NONE": "env:NONE is not set in the environment of this run",
        "file:\(none)":
          "file:\(none) can't be read: no such file or directory",
        "file:\(world.path("empty"))": "file:\(world.path("empty")) is empty",
        "file:\(world.path("binary"))": "file:\(world.path("binary")) is not UTF-8 text",
        "credential:hook":
          "credential:hook needs systemd's $CREDENTIALS_DIRECTORY, which is not set; "
          + "add LoadCredential= to the unit",
        "ssm:/none":
          "ssm:/none can't be read: AWS refuses ssm GetParameter in us-east-1: "
          + "Parameter /none not found (ParameterNotFound)",
        "secretsmanager:none":
          "secretsmanager:none can't be read: AWS refuses secretsmanager GetSecretValue in "
          + "us-east-1: Secrets Manager can't find the specified secret "
          + "(ResourceNotFoundException)",
        "secretsmanager:hooks#checkout":
          "secretsmanager:hooks#checkout can't be read: the secret hooks has no key checkout",
      ]
      let hooks = sentences.keys.sorted().enumerated().map {
        (name: "hook\($0.offset)", reference: $0.element)
      }
      try await register(world, hooks + [("fine", "env:HOOK_SECRET")])
      try await world.aws.deploy("checkout")
      let poll = try await world.cdnotify("poll", "--json", changes: ["HOOK_SECRET": "x"])
      #expect(poll.status == 1)
      let outcomes = try poll.json()["notifications"].array
      for (name, reference) in hooks {
        let outcome = outcomes.first { $0["channel"].string == name }
        #expect(outcome?["outcome"].string == "failed", "\(reference)")
        #expect(outcome?["reason"].string == sentences[reference].map { "secret: \($0)" })
        #expect(try await world.sink.requests("/\(name)").isEmpty)
      }
      #expect(try await world.sink.requests("/fine").count == 1)
    }
  }

  @Test("A denied read fails its notification, and a throttled one is tried again")
  func deniedOrThrottled() async throws {
    try await World.with { world in
      let hooks = try await keep(world).filter { ["ssm", "whole", "env"].contains($0.name) }
      try await register(world, hooks)
      try await world.aws.deny(#"{"deny": ["ssm:GetParameter"]}"#)
      try await world.aws.fault(#"{"kind": "throttle", "service": "secretsmanager", "count": -1}"#)
      try await world.aws.deploy("checkout")
      let poll = try await world.cdnotify("poll", "--json", changes: changes(world))
      #expect(poll.status == 1)
      var outcomes: [String: JSON] = [:]
      for outcome in try poll.json()["notifications"].array {
        outcomes[outcome["channel"].string ?? ""] = outcome
      }
      #expect(outcomes["env"]?["outcome"].string == "sent")
      #expect(outcomes["ssm"]?["outcome"].string == "failed")
      #expect(
        outcomes["ssm"]?["reason"].string?.hasPrefix(
          "secret: ssm:/hooks/checkout can't be read: AWS denies ssm GetParameter in us-east-1: ")
          == true)
      #expect(outcomes["whole"]?["outcome"].string == "retrying")
      #expect(
        outcomes["whole"]?["reason"].string?.hasPrefix(
          "secret: secretsmanager:whole can't be read: AWS throttles secretsmanager") == true)

      try await world.aws.clearFaults()
      try await world.letTimePass()
      let later = try await world.cdnotify("poll", "--json", changes: changes(world))
      #expect(later.status == 0, "\(later.error)")
      #expect(try await world.sink.requests("/whole").count == 1)
    }
  }

  @Test("When reading a secret is throttled for a while, the same cycle still sends")
  func throttled() async throws {
    try await World.with { world in
      let hooks = try await keep(world).filter { $0.name == "ssm" }
      try await register(world, hooks)
      // As many attempts as one read makes.
      try await world.aws.fault(#"{"kind": "throttle", "service": "ssm", "count": 3}"#)
      try await world.aws.deploy("checkout")
      let poll = try await world.cdnotify("poll", "--json")
      #expect(poll.status == 0, "\(poll.error)")
      #expect(try poll.json()["notifications"][0]["attempts"].int == 2)
    }
  }

  @Test("A read that hangs delays neither other channels nor the deadline")
  func hangingRead() async throws {
    try await World.with { world in
      let hooks = try await keep(world).filter { ["ssm", "env"].contains($0.name) }
      try await register(world, hooks)
      try await world.aws.fault(#"{"kind": "hang", "service": "ssm", "count": -1}"#)
      try await world.aws.deploy("checkout")
      let poll = try await world.cdnotify(
        "poll", "--json", "--deadline", "2s", changes: changes(world))
      #expect(poll.status == 75)
      #expect(try await world.sink.requests("/env").count == 1)
      // One read, which ends with the cycle and isn't tried three times.
      #expect(try await world.aws.requests("service=ssm").count == 1)
    }
  }
}
