import Foundation
import Testing

/// A team's file: what it would change, what it no longer names, and what it may contain.
@Suite struct RegisterFileTests {
  private static func document(_ names: [String], url: String = "https://localhost:1/") -> String {
    names.map {
      "- codedeploy_application_name: \($0)\n  notifications: [{webhook_notification: {url: \"\(url)\"}}]"
    }.joined(separator: "\n")
  }

  private func register(
    _ world: World, _ document: String, _ options: String...
  ) async throws -> Run {
    try await world.cdnotify(["register", "--no-verify", "--file", "-"] + options, input: document)
  }

  /// Three registrations, and one of another region.
  private static let registered = document(["a", "b", "c", "elsewhere"]) + "\n  region: eu-west-1"

  /// Leaves the first of these three as it is, changes the second, and has another for the third.
  private static let changed =
    document(["a"]) + "\n" + document(["b"], url: "https://localhost:2/") + "\n" + document(["d"])

  @Test("A dry run shows the changes and makes none") func dryRun() async throws {
    try await World.with { world in
      let empty = try await register(world, Self.document(["a"]), "--dry-run")
      #expect(empty.status == 0)
      #expect(empty.output == "+ a: added channel webhook\n")
      #expect(FileStatus(world.path("store.db")) == nil)
      #expect(try await register(world, Self.registered).status == 0)
      let before = try await world.cdnotify("list", "--json").output
      let dry = try await register(world, Self.changed, "--prune", "--dry-run")
      #expect(dry.status == 0)
      #expect(
        dry.output == """
          ~ b: changed channel webhook
          + d: added channel webhook
          - c
          1 registration stays as it is.

          """)
      #expect(try await world.cdnotify("list", "--json").output == before)
    }
  }

  @Test("Pruning removes what the file doesn't name of its regions") func pruning() async throws {
    try await World.with { world in
      #expect(try await register(world, Self.registered).status == 0)
      let run = try await register(world, Self.changed, "--prune")
      #expect(run.status == 0, "\(run.error)")
      let names = try await world.cdnotify("list", "--json").json().array
        .map { $0["codedeploy_application_name"].string }
      #expect(names == ["a", "b", "d", "elsewhere"])
      #expect(
        try await register(world, Self.changed, "--prune").output
          == "3 registrations stay as they are.\n")
      let nothing = try await register(world, "[]", "--prune")
      #expect(nothing.status == 65)
      #expect(nothing.error.contains("the file names no registration"))
    }
  }

  /// Checked by an independent implementation of the standard.
  @Test("The schema accepts what the program accepts, and refuses what it refuses")
  func schemaAgrees() async throws {
    try await World.with { world in
      let schema = try world.write(
        try await world.cdnotify("schema").output, to: "cdnotify.schema.json")
      let valid = [
        #"{"codedeploy_application_name": "checkout", "notifications": [{"newrelic_notification": {"application_name": "Checkout API"}}]}"#,
        #"[{"codedeploy_application_name": "a", "events": ["failed"], "deployment_groups": "prod*", "notifications": [{"webhook_notification": {"url": "env:URL", "header.X-A": "b", "name": "x"}}]}]"#,
        #"{"targets": {"t": {"email_notification": {"host": "h", "port": 25, "from": "a@b.c", "to": ["d@e.f"]}}}, "registrations": [{"codedeploy_application_name": "a", "notifications": ["t"]}]}"#,
      ]
      let invalid = [
        #"{"codedeploy_application_name": "checkout"}"#,
        #"{"codedeploy_application_name": "c", "regoin": "x", "notifications": [{"newrelic_notification": {}}]}"#,
        #"{"codedeploy_application_name": "c", "notifications": [{"webhook_notification": {"ur": "https://x/"}}]}"#,
        #"{"codedeploy_application_name": "c", "notifications": [{"hipster_notification": {}}]}"#,
        #"{"codedeploy_application_name": "c", "events": ["done"], "notifications": ["t"]}"#,
      ]
      for (documents, status) in [(valid, 0), (invalid, 65)] as [([String], Int32)] {
        for document in documents {
          let run = try await world.cdnotify(
            "register", "--no-verify", "--dry-run", "--file", "-", input: document)
          #expect(run.status == status, "\(document): \(run.error)")
        }
      }
      let script = """
        import json, sys, jsonschema
        schema = json.load(open(sys.argv[1]))
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        for text in sys.argv[2:]: print(validator.is_valid(json.loads(text)))
        """
      let run = try await Run.of(
        PeerProcess.python, ["-c", script, schema] + valid + invalid, environment: [:],
        folder: world.home)
      #expect(run.status == 0, "\(run.error)")
      #expect(
        run.output.split(separator: "\n").map(String.init)
          == valid.map { _ in "True" } + invalid.map { _ in "False" })
    }
  }

  @Test("The program lists its channel types and the settings of each")
  func channelTypes() async throws {
    try await World.with { world in
      let all = try await world.cdnotify("channels", "--json").json()
      #expect(all.array.contains { $0["type"].string == "newrelic" })
      let newRelic = try await world.cdnotify("channels", "newrelic").output
      #expect(newRelic.contains("1 or more"), "\(newRelic)")
      let slack = try await world.cdnotify("channels", "slack")
      #expect(slack.output.contains("webhook_url"))
      #expect(try await world.cdnotify("channels", "slak").status == 66)
    }
  }

  @Test("A byte order mark before a document is no part of it", arguments: ["\n", "\r\n"])
  func byteOrderMark(lineEnd: String) async throws {
    try await World.with { world in
      let yaml = [
        "- codedeploy_application_name: checkout", "  region: us-east-1", "  notifications:",
        "  - webhook_notification:", "      url: https://localhost:1/hook", "",
      ].joined(separator: lineEnd)
      let json = """
        [{"codedeploy_application_name": "checkout", "region": "us-east-1", "notifications": [
          {"webhook_notification": {"url": "https://localhost:1/hook"}}]}]
        """
      for document in [yaml, json] {
        let run = try await world.cdnotify(
          "register", "--no-verify", "--file", "-", input: "\u{FEFF}" + document)
        #expect(run.status == 0, "\(run.error)")
      }
      #expect(try await world.cdnotify("list", "--json").json().array.count == 1)
    }
  }
}
