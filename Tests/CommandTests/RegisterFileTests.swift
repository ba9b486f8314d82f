import Foundation
import Testing

/// A team's file: what it would change, what it no longer names, and what it may contain.
@Suite struct RegisterFileTests {
  private static func document(_ names: [String], url: String = "https://localhost:1/") -> String {
    names.map {
      "- codedeploy_application_name: \($0)\n  notifications: [{webhook_notification: {url: \"\(url)\"}}]"
    }.joined(separator: "\n")
  }

  @Test("A dry run shows the changes, and pruning removes what the file doesn't name")
  func pruning() async throws {
    try await World.with { world in
      func register(_ document: String, _ options: String...) async throws -> Run {
        try await world.cdnotify(
          ["register", "--no-verify", "--file", "-"] + options, input: document)
      }
      let empty = try await register(Self.document(["a"]), "--dry-run")
      #expect(empty.status == 0)
      #expect(empty.output == "+ a: added channel webhook\n")
      _ = try await register(Self.document(["a", "b", "c"]))
      try await world.cdnotify(
        "register", "elsewhere", "--no-verify", "--region", "eu-west-1", "--channel",
        "webhook,url=https://localhost:1/")
      let before = try await world.cdnotify("list", "--json").output

      let changed =
        Self.document(["a"]) + "\n" + Self.document(["b"], url: "https://localhost:2/") + "\n"
        + Self.document(["d"])
      let dry = try await register(changed, "--prune", "--dry-run")
      #expect(dry.status == 0)
      #expect(
        dry.output == """
          ~ b: changed channel webhook
          + d: added channel webhook
          - c
          1 registration stays as it is.

          """)
      #expect(try await world.cdnotify("list", "--json").output == before)

      let run = try await register(changed, "--prune")
      #expect(run.status == 0, "\(run.error)")
      let names = try await world.cdnotify("list", "--json").json().array
        .map { $0["codedeploy_application_name"].string }
      #expect(names == ["a", "b", "d", "elsewhere"])
      #expect(
        try await register(changed, "--prune").output == "3 registrations stay as they are.\n")
      let nothing = try await register("[]", "--prune")
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
      let slack = try await world.cdnotify("channels", "slack")
      #expect(slack.output.contains("webhook_url"))
      #expect(try await world.cdnotify("channels", "slak").status == 66)
      let version = try await world.cdnotify("--version", "--verbose")
      for word in ["commit: ", "libcurl: ", "TLS: ", "SQLite: 3."] {
        #expect(version.output.contains(word), "\(version.output)")
      }
    }
  }
}
