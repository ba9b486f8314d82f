import Foundation
import Testing

/// The rules for an import's lines.
@Suite struct ImportRuleTests {
  /// An export of one deployment, one watermark and one registration.
  private func export(_ world: World) async throws -> [String] {
    try await world.aws.applications(["checkout"])
    try await world.cdnotify(
      "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
    try await world.aws.deploy("checkout", #""create_time": 0"#)
    #expect(try await world.cdnotify("poll").status == 0)
    let run = try await world.cdnotify("export", "--include-secrets")
    return run.output.split(separator: "\n").map(String.init)
  }

  private static let big = "9223372036854775807"

  @Test("Numbers out of range are refused with their line") func numbers() async throws {
    try await World.with { world in
      let lines = try await export(world)
      try #require(lines.count == 5)
      let rows: [(line: Int, pattern: String, value: String, number: String)] = [
        (1, #""seen_at":\d+"#, #""seen_at":\#(Self.big)"#, Self.big),
        (1, #""seen_at":\d+"#, #""seen_at":-\#(Self.big)"#, "-\(Self.big)"),
        (1, #""created_at":\d+"#, #""created_at":-1"#, "-1"),
        (1, #""sent_at":\d+"#, #""sent_at":1e300"#, "1e300"),
        (1, #""attempts":\d+"#, #""attempts":\#(Self.big)"#, Self.big),
        (1, #""failed_cycles":\d+"#, #""failed_cycles":\#(Self.big)"#, Self.big),
        (1, #""duration_seconds":\d+"#, #""duration_seconds":\#(Self.big)"#, Self.big),
        (
          1, #""overview":\{[^}]*\}"#,
          #""overview":{"failed":\#(Self.big),"succeeded":\#(Self.big)}"#,
          Self.big
        ),
        (2, #""mark":\d+"#, #""mark":\#(Self.big)"#, Self.big),
        (3, #""since":\d+"#, #""since":\#(Self.big)"#, Self.big),
      ]
      for row in rows {
        var changed = lines
        let pattern = try Regex(row.pattern)
        try #require(changed[row.line].contains(pattern), "\(row.pattern)")
        changed[row.line] = changed[row.line].replacing(pattern, with: row.value)
        let run = try await world.cdnotify(
          "import", "--store", "new.db", input: changed.joined(separator: "\n"))
        #expect(run.status == 65, "\(row.pattern)")
        #expect(
          run.error
            == "cdnotify: standard input: line \(row.line + 1): the number \(row.number) is out "
            + "of range; nothing was imported\n")
      }
      #expect(FileStatus(world.path("new.db")) == nil, "none was made")
    }
  }

  @Test("Registrations in an import have to keep the rules of register")
  func registrations() async throws {
    try await World.with { world in
      let lines = try await export(world)
      let url = "\(world.sink.url)/hook"
      try #require(lines[3].contains(#"["\#(url)"]"#))
      let rows: [(from: String, to: String, says: String)] = [
        (#"["\#(url)"]"#, "[]", "url"),
        (#"["\#(url)"]"#, #"["ftp://x"]"#, "url"),
        (#"["\#(url)"]"#, #"["a\u0007b"]"#, "control characters"),
        (#"["\#(url)"]"#, #"["file:"]"#, "doesn't say what to read"),
        (#""type":"webhook""#, #""type":"telegraph""#, "unknown channel type"),
        (
          #""application":"checkout""#,
          #""application":"\#(String(repeating: "x", count: 1_000_000))""#,
          "must have 1 to 100 characters"
        ),
        (#""application":"checkout""#, #""application":"a\u001bb""#, "control characters"),
        (#""region":"us-east-1""#, #""region":"nowhere""#, "not a region"),
        (#""roleARN":"""#, #""roleARN":"x""#, "not a role's ARN"),
        (
          #""roleARN":"""#, #""roleARN":"arn:aws:iam::123456789012:role/a\u001b""#,
          "not a role's ARN"
        ),
        (#""application":"checkout""#, #""application":"a\u202eb""#, "control characters"),
        (#""profile":"""#, #""profile":"a\u0007""#, "control characters"),
        (
          #""profile":"""#, #""profile":"\#(String(repeating: "x", count: 1_000_000))""#,
          "at most 200 characters"
        ),
        (#""channels":"#, #""externalID":"a\nb","channels":"#, "as in AWS"),
        (#""channels":"#, #""creators":["x\u0000"],"channels":"#, "control characters"),
        (
          #""deploymentGroups":[],"labels""#,
          #""deploymentGroups":["\#(String(repeating: "x", count: 9999))"],"labels""#,
          "at most 500 characters"
        ),
        (
          #""deployers":{}"#, #""deployers":{"ada":"ada@example.com\r\nBcc: eve@example.com"}"#,
          "must be an address"
        ),
        (#"["\#(url)"]"#, #"["file:///"]"#, "is a file URL"),
        (#""since":"#, #""since":999999999999999,"until":"#, "is in the future"),
        (#""settings":"#, #""body":"{{#a}}","settings":"#, "body: is broken at line 1"),
        (#""url":["#, #""uri":["x"],"url":["#, "unknown key"),
        (
          #""baselines":{"webhook""#, #""baselines":{"other""#,
          "belongs to no channel of the registration"
        ),
      ]
      for row in rows {
        var changed = lines
        changed[3] = changed[3].replacing(row.from, with: row.to)
        try #require(changed[3] != lines[3], "\(row.from)")
        let run = try await world.cdnotify(
          "import", "--store", "new.db", input: changed.joined(separator: "\n"))
        #expect(run.status == 65, "\(row.to.prefix(99))")
        #expect(
          run.error.hasPrefix("cdnotify: standard input: line 4: "), "\(run.error.prefix(300))")
        #expect(run.error.contains(row.says), "\(run.error.prefix(300))")
        #expect(run.error.utf8.count < 1000)
        #expect(FileStatus(world.path("new.db")) == nil, "none was made")
      }
      let channel = try #require(lines[3].firstMatch(of: #/"channels":\[(.*?\})\]/#)).1
      var twice = lines
      twice[3] = lines[3].replacing(channel, with: "\(channel),\(channel)")
      let run = try await world.cdnotify(
        "import", "--store", "new.db", input: twice.joined(separator: "\n"))
      #expect(run.error.contains("there is already a channel named \"webhook\""), "\(run.error)")
    }
  }

  /// Found by fuzzing: an id with a NUL was imported, and its export couldn't be read.
  @Test("Ids and names of the ledger in an import have to keep their form")
  func ledgerNames() async throws {
    try await World.with { world in
      let lines = try await export(world)
      let long = String(repeating: "x", count: 1_000_000)
      let id = try #require(lines[1].firstMatch(of: #/"key":\{"id":"([^"]+)"/#)).1
      let rows: [(line: Int, from: String, to: String, says: String)] = [
        (1, "\"\(id)\"", #""d-\u0000""#, "one line of at most 100 characters"),
        (1, "\"\(id)\"", #""\u001b[31m""#, "one line of at most 100 characters"),
        (1, "\"\(id)\"", #""""#, "one line of at most 100 characters"),
        (1, "\"\(id)\"", "\"\(long)\"", "one line of at most 100 characters"),
        (
          1, #""channel":"webhook""#, #""channel":"a\u001bb""#, "one line of at most 200 characters"
        ),
        (1, #""application":"checkout""#, #""application":"a\u001bb""#, "control characters"),
        (1, #""region":"us-east-1""#, #""region":"nowhere""#, "not a region"),
        (2, #""region":"us-east-1""#, #""region":"\u001b""#, "not a region"),
        (2, #""profile":"""#, #""profile":"\#(long)""#, "at most 200 characters"),
        (2, #""roleARN":"""#, #""roleARN":"x""#, "not a role's ARN"),
      ]
      for row in rows {
        var changed = lines
        changed[row.line] = changed[row.line].replacing(row.from, with: row.to)
        try #require(changed[row.line] != lines[row.line], "\(row.from)")
        let run = try await world.cdnotify(
          "import", "--store", "new.db", input: changed.joined(separator: "\n"))
        #expect(run.status == 65, "\(row.to.prefix(99))")
        #expect(
          run.error.hasPrefix("cdnotify: standard input: line \(row.line + 1): "),
          "\(run.error.prefix(300))")
        #expect(run.error.contains(row.says), "\(run.error.prefix(300))")
        #expect(run.error.utf8.count < 1000)
      }
    }
  }

  @Test("All mistakes are reported at once, and nothing is imported")
  func allMistakes() async throws {
    try await World.with { world in
      var lines = try await export(world)
      lines[1] = lines[1].replacing(/"seen_at":\d+/, with: #""seen_at":-5"#)
      lines[3] = lines[3].replacing("us-east-1", with: "nowhere")
      let run = try await world.cdnotify(
        "import", "--store", "new.db", input: lines.joined(separator: "\n"))
      #expect(run.status == 65)
      let said = run.error.split(separator: "\n")
      try #require(said.count == 3, "\(run.error)")
      #expect(said[0] == "cdnotify: standard input: line 2: the number -5 is out of range")
      #expect(said[1].hasPrefix("cdnotify: standard input: line 4: checkout: "))
      #expect(said[2] == "cdnotify: standard input: nothing was imported: 2 lines are wrong")
      #expect(FileStatus(world.path("new.db")) == nil)

      // An existing store keeps its contents, and gets nothing else.
      try await world.cdnotify("check", "--store", "held.db")
      let again = try await world.cdnotify(
        "import", "--store", "held.db", input: lines.joined(separator: "\n"))
      #expect(again.status == 65)
      #expect(try await world.cdnotify("history", "--json", "--store", "held.db").output == "[]\n")
    }
  }

  @Test("An import names the commands that it brings in") func commands() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "exec,name=shout,command=/usr/bin/wall")
      let export = try await world.cdnotify("export", "--include-secrets")
      let run = try await world.cdnotify(
        "import", "--quiet", "--store", "new.db", input: export.output)
      #expect(run.status == 0, "\(run.error)")
      #expect(
        run.error == "cdnotify: the import contains a command that polls will run: checkout's "
          + "channel shout runs /usr/bin/wall\n")
    }
  }
}
