import Foundation
import Testing

/// External input is bounded before it is processed.
@Suite struct BoundsTests {
  private func register(_ world: World, _ document: String) async throws -> Run {
    try await world.cdnotify("register", "--no-verify", "--file", "-", input: document)
  }

  /// Each list has nine of the list before: 9^12 values in thirteen lines.
  private static var bomb: String {
    var lines = ["a0: &a0 x"]
    for level in 1...12 {
      let nine = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      lines.append("a\(level): &a\(level) [\(nine)]")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test(
    "Documents that unfold or nest without measure are refused by counting",
    arguments: [
      (bomb, ":8: the document is too large: with its aliases expanded"),
      (
        bomb.replacing("a12: &a12 [", with: "? ["),
        ":8: the document is too large: with its aliases expanded"
      ),
      ("? [a, b]\n: c\n", ":1: the document has a key that is not a string"),
      ("a: &a [b]\n? *a\n: c\n", ":2: the document has a key that is not a string"),
      (
        String(repeating: "[", count: 200) + String(repeating: "]", count: 200),
        ":1: the document nests deeper than 64 levels"
      ),
      (
        String(repeating: "- ", count: 90) + "x", ":1: the document nests deeper than 64 levels"
      ),
      (String(repeating: " ", count: (32 << 20) + 1), "is larger than 32 MiB"),
    ])
  func documents(_ document: String, says: String) async throws {
    try await World.with { world in
      let run = try await register(world, document)
      #expect(run.status == 65)
      #expect(run.error.contains(says), "\(run.error.prefix(300))")
      #expect(run.error.split(separator: "\n").count == 1)
    }
  }

  /// For each mistake, the name that may be meant is searched for.
  @Test("Of many mistakes in a document only about a thousand are reported")
  func manyMistakes() async throws {
    try await World.with { world in
      let keys = (0..<20_000).map { "\"key\($0)\":1" }.joined(separator: ",")
      let run = try await register(world, "{\(keys)}")
      #expect(run.status == 65)
      let lines = run.error.split(separator: "\n")
      #expect(lines.count < 1010)
      #expect(lines.last?.contains("there are more mistakes; fix these first") == true)
    }
  }

  @Test("Ordinary anchors and aliases in YAML are accepted") func aliases() async throws {
    try await World.with { world in
      let run = try await register(
        world,
        """
        - codedeploy_application_name: checkout
          region: us-east-1
          notifications: &usual
            - webhook_notification: {url: "\(world.sink.url)/hook"}
        - codedeploy_application_name: basket
          region: us-east-1
          notifications: *usual
        """)
      #expect(run.status == 0, "\(run.error)")
      let documents = try await world.cdnotify("list", "--json").json().array
      #expect(documents.count == 2)
      #expect(documents[0]["notifications"] == documents[1]["notifications"])
    }
  }

  @Test(
    "Templates that nest or grow without measure are refused",
    arguments: [
      (String(repeating: "{{#a}}", count: 3000) + String(repeating: "{{/a}}", count: 3000)),
      (String(repeating: "{{^a}}", count: 3000) + String(repeating: "{{/a}}", count: 3000)),
      (String(repeating: "x", count: 70_000)),
    ])
  func templates(_ template: String) async throws {
    try await World.with { world in
      let document = """
        codedeploy_application_name: checkout
        region: us-east-1
        notifications:
          - webhook_notification:
              url: \(world.sink.url)/hook
              body: '\(template)'
        """
      let run = try await register(world, document)
      #expect(run.status == 65)
      #expect(
        run.error.contains("has more than 200 sections")
          || run.error.contains("is larger than 64 KiB"), "\(run.error.suffix(300))")
    }
  }

  @Test(
    "What a reference names is read to its bound",
    arguments: [
      ("/dev/zero", "is larger than 64 KiB"), ("pipe", "is empty"), (".", "it is a folder"),
      ("nothing", "no such file or directory"), ("link", "it leads to /proc"),
    ])
  func references(_ file: String, says: String) async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try #require(mkfifo(world.path("pipe"), 0o600) == 0)
      try #require(symlink("/proc/self/environ", world.path("link")) == 0)
      let path = file.hasPrefix("/") ? file : world.path(file)
      try await world.cdnotify(
        "register", "checkout", "--channel",
        "webhook,url=\(world.sink.url)/hook,secret=file:\(path)")
      let run = try await world.cdnotify("check")
      #expect(run.status == 1)
      #expect(run.output.contains(says), "\(run.output)")
    }
  }

  @Test("A document can be read from a named pipe") func namedPipe() async throws {
    try await World.with { world in
      let document = try world.write(
        #"""
        {"codedeploy_application_name": "checkout", "region": "us-east-1",
         "notifications": [{"webhook_notification": {"url": "http://127.0.0.1:1/x"}}]}
        """#, to: "document")
      try #require(mkfifo(world.path("pipe"), 0o600) == 0)
      let writer = try RunningCommand(
        "/bin/sh", ["-c", "cat \(document) > pipe"], environment: ["PATH": "/usr/bin:/bin"],
        folder: world.home)
      let run = try await world.cdnotify("register", "--no-verify", "--file", world.path("pipe"))
      #expect(run.status == 0, "\(run.error)")
      #expect(await writer.end().status == 0)
      #expect(try await world.cdnotify("list").output.contains("checkout"))
      let missing = try await world.cdnotify("register", "--file", "nothing.json")
      #expect(missing.status == 65)
      #expect(missing.error.contains("no such file or directory"))
    }
  }
}
