import Foundation
import Testing

/// Exports and imports of a store.
@Suite struct ExportImportTests {
  @Test(
    "A store exported to a table and back in the middle of retries sends each once",
    arguments: [StorePlace.moto, .ministack])
  func thereAndBack(_ place: StorePlace) async throws {
    try await World.with { world in
      let scene = try await FaultScene(world)
      let names = ["all", "ends", "sns", "newrelic"]
      let register = scene.registering("all", "ends", "sns", "newrelic")
      #expect(try await world.cdnotify(register).status == 0)
      var ends: [String: String] = [:]
      for status in ["Succeeded", "Failed"] {
        let ids = try await world.aws.deploy(
          "checkout", #""count": 3, "status": "\#(status)", "create_time": 0"#)
        for id in ids { ends[id] = status }
      }
      let running = try await world.aws.deploy(
        "checkout", #""status": "InProgress", "create_time": 0"#)[0]
      ends[running] = "Succeeded"
      // One of the channels is down during both.
      try await world.sink.script("/hook/ends", #""status": 503"#)
      #expect(try await world.cdnotify("poll").status == 75)

      let table = try await world.withTable(on: place)
      try await transfer(from: world, to: table)
      #expect(
        try await table.cdnotify("history", "--json").output
          == world.cdnotify("history", "--json").output)
      try await table.letTimePass()
      let later = try await table.aws.deploy("checkout", #""create_time": 0"#)[0]
      ends[later] = "Succeeded"
      #expect(try await table.cdnotify("poll").status == 75)

      var back = world
      back.home = world.path("second")
      try FileManager.default.createDirectory(
        atPath: back.home, withIntermediateDirectories: true)
      try await transfer(from: table, to: back)
      try await world.aws.change(running, #""status": "Succeeded""#)
      try await world.sink.clearScripts()
      try await back.letTimePass()
      #expect(try await back.cdnotify("poll").status == 0)
      #expect(try await back.cdnotify("poll").status == 0)

      let expected = Set(
        ends.flatMap { FaultScene.slots(of: $0.key, ending: $0.value, on: names) })
      let arrivals = try await scene.arrivals()
      #expect(Set(arrivals.map(\.slot)) == expected)
      #expect(arrivals.count == expected.count, "each once")
      let attempts = try await back.cdnotify("history", "--json").json().array
        .flatMap { $0["notifications"].array }.filter { $0["channel"].string == "ends" }
        .compactMap { $0["attempts"].int }
      #expect(attempts.contains(7), "the attempts of all three stores are counted: \(attempts)")
    }
  }

  private func transfer(from old: World, to new: World) async throws {
    let file = old.path("export-\(UUID().uuidString).jsonl")
    let export = try await old.cdnotify("export", "--include-secrets", "--output", file)
    #expect(export.status == 0)
    #expect(export.error == "")
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
    #expect((mode as? NSNumber)?.intValue == 0o600)
    let imported = try await new.cdnotify("import", file)
    #expect(imported.status == 0, "\(imported.error)")
    #expect(imported.output.hasPrefix("Imported "))
  }

  @Test("Everything in a registration is exported and imported")
  func wholeRegistration() async throws {
    try await World.with { world in
      let document = """
        codedeploy_application_name: checkout
        region: eu-west-1
        profile: prod
        role_arn: "arn:aws:iam::123456789012:role/releases"
        external_id: team-7
        deployment_groups: ["prod*"]
        events: [failed, overdue]
        creators: [user]
        deployers: {ada: ada@example.com, bob: {slack: U012345}}
        deployer_domains: [example.com]
        labels: {team: payments}
        overdue_after: 90m
        accounts: {"123456789012": production}
        notifications:
          - webhook_notification:
              name: hook
              url: "https://localhost:1/hook"
              secret: [a-secret-of-old, a-secret-of-new]
              events: [failed]
              deployment_groups: [prod]
              title: "{{application}}"
              body: "{{event}}"
        """
      let file = try world.write(document, to: "whole.yaml")
      let run = try await world.cdnotify("register", "--no-verify", "--file", file)
      #expect(run.status == 0, "\(run.error)")
      let export = try await world.cdnotify("export", "--include-secrets")
      let imported = try await world.cdnotify("import", "--store", "new.db", input: export.output)
      #expect(imported.status == 0, "\(imported.error)")
      let listed = try await world.cdnotify("list", "--json").output
      #expect(listed.contains(#""overdue_after": "1h30m""#), "\(listed)")
      #expect(try await world.cdnotify("list", "--json", "--store", "new.db").output == listed)
      let again = try await world.cdnotify(
        "register", "--no-verify", "--store", "new.db", "--file", file)
      #expect(again.output == "checkout: nothing changed\n")
    }
  }

  /// An export of one deployment, one watermark and one registration, with a literal secret.
  private func export(_ world: World, _ options: String...) async throws -> [String] {
    try await world.aws.applications(["checkout"])
    try await world.cdnotify(
      "register", "checkout", "--channel",
      "webhook,url=\(world.sink.url)/hook,secret=whsec_c2VjcmV0")
    try await world.aws.deploy("checkout", #""create_time": 0"#)
    #expect(try await world.cdnotify("poll").status == 0)
    let run = try await world.cdnotify(["export"] + options)
    #expect(run.status == 0)
    #expect(run.error.contains("--include-secrets") == options.isEmpty)
    #expect(run.output.contains("whsec_c2VjcmV0") != options.isEmpty)
    return run.output.split(separator: "\n").map(String.init)
  }

  @Test("What isn't a whole export is refused with its line") func brokenExports() async throws {
    try await World.with { world in
      let lines = try await export(world, "--include-secrets")
      #expect(lines.count == 5)
      func broken(_ edit: (inout [String]) -> Void) -> String {
        var lines = lines
        edit(&lines)
        return lines.joined(separator: "\n")
      }
      let rows: [(String, String)] = [
        ("", "line 1: this is not an export of cdnotify"),
        ("hello", "line 1: this is not an export of cdnotify"),
        (broken { $0.removeFirst() }, "line 1: this is not an export of cdnotify"),
        (
          broken { $0[0] = #"{"cdnotify_export":2,"program":"cdnotify 9"}"# },
          "line 1: it was written by a newer version"
        ),
        (broken { $0.removeLast() }, "line 4: the export's last line is missing"),
        (broken { $0.remove(at: 2) }, "line 4: the export had 3 records, but 2 are here"),
        (broken { $0[1] = String($0[1].dropLast(9)) }, "line 2: it is not JSON"),
        (
          broken { $0[2] = #"{"customer":"Ada"}"# },
          "line 3: it is not a deployment, mark, registration or mute"
        ),
        (broken { $0[2] = "[]" }, "line 3: it is not a JSON object"),
        (
          broken { $0[2] = #"{"mark":"x","scope":{"region":"","profile":"","roleARN":""}}"# },
          "line 3: mark is of the wrong type"
        ),
        (
          broken { $0[1] = $0[1].replacing(#""events":["#, with: #""events":[],"more":["#) },
          "line 2: it has a notification of \"succeeded\", but no such event"
        ),
        (
          broken { $0[3] = $0[3].replacing("whsec_c2VjcmV0", with: "********") },
          "line 4: a secret of checkout's channel webhook was left out"
        ),
      ]
      for (text, problem) in rows {
        let run = try await world.cdnotify("import", "--store", "new.db", input: text)
        #expect(run.status == 65, "\(problem)")
        #expect(run.error.hasPrefix("cdnotify: standard input: \(problem)"), "\(run.error)")
        #expect(run.error.hasSuffix("; nothing was imported\n"))
        #expect(run.output == "")
        #expect(!run.error.contains("whsec"))
      }
      let missing = try await world.cdnotify("import", "missing.jsonl")
      #expect(missing.status == 65)
      #expect(!FileManager.default.fileExists(atPath: world.path("new.db")), "none was made")
    }
  }

  @Test("What the store says otherwise is not overwritten", arguments: [StorePlace.file, .moto])
  func conflict(_ place: StorePlace) async throws {
    try await World.with(place) { world in
      let lines = try await export(world, "--include-secrets")
      let text = lines.joined(separator: "\n")
      let again = try await world.cdnotify("import", input: text)
      #expect(again.output == "Imported 0 records; 3 already existed.\n")
      try await world.aws.applications(["basket"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,name=two,url=\(world.sink.url)/two")
      let run = try await world.cdnotify("import", input: text)
      #expect(run.status == 65)
      #expect(
        run.error == "cdnotify: standard input: line 4: the store holds another registration of "
          + "checkout in us-east-1: import into a new store; nothing was imported\n")
      #expect(try await world.cdnotify("poll").status == 0)
    }
  }

  @Test("An export without secrets masks them, and says so") func maskedSecrets() async throws {
    try await World.with { world in
      let lines = try await export(world)
      #expect(lines[3].contains(#""secret":["********"]"#))
      #expect(lines[3].contains(#""url":["\#(world.sink.url)/********"]"#), "the host stays")
    }
  }

  @Test("An interrupted import into a table keeps polls away until it is repeated")
  func interruptedImport() async throws {
    try await World.with { world in
      let text = try await export(world, "--include-secrets").joined(separator: "\n")
      let table = try await world.withTable()
      var statuses: [Int32] = []
      // Two reads precede the first write, which is the marker.
      for number in 3...12 {
        try await world.aws.fault(
          #"{"kind": "http", "service": "dynamodb", "nth": \#(number), "count": -1}"#)
        let run = try await table.cdnotify("import", input: text)
        let hits = try await world.aws.faultHits()
        try await world.aws.clearFaults()
        statuses.append(run.status)
        #expect(run.status == (hits == 0 ? 0 : 69), "\(run.error)")
        if hits == 0 { break }
        let poll = try await table.cdnotify("poll")
        #expect(poll.status == (number == 3 ? 0 : 74))
        #expect(number == 3 || poll.error.contains("an import into the store was interrupted"))
      }
      #expect(statuses.last == 0)
      #expect(statuses.count > 3, "\(statuses)")
      #expect(try await table.cdnotify("import", input: text).status == 0)
      #expect(try await table.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/hook").count == 1)
    }
  }

  @Test("Exports and imports end at once while a poll is at work") func duringPoll() async throws {
    try await World.with { world in
      let poll = try await world.hangingPoll()
      for command in ["export", "import"] {
        let input = #"{"cdnotify_export":1,"program":""}"# + "\n" + #"{"end_of_records":0}"#
        let run = try await world.cdnotify(command, input: input)
        #expect(run.status == 75)
        #expect(run.error.contains("a poll, an export or an import is running on this store"))
      }
      poll.signal(SIGKILL)
      _ = await poll.end()
    }
  }

  /// It may have arrived, and nobody knows.
  @Test("What a killed poll was sending is exported with its claim, which a poll waits for")
  func exportedClaim() async throws {
    try await World.with { world in
      let poll = try await world.hangingPoll()
      poll.signal(SIGKILL)
      _ = await poll.end()
      let export = try await world.cdnotify("export", "--include-secrets")
      #expect(export.status == 0)
      #expect(
        export.error == "cdnotify: 1 notification in the export may be being sent now: if a poll "
          + "is running on this store, wait for its end and export again\n")
      let new = try await world.cdnotify("import", "--store", "new.db", input: export.output)
      #expect(new.output == "Imported 3 records.\n")
      #expect(try await world.cdnotify("poll", "--store", "new.db").status == 75)
      #expect(try await world.sink.requests("/hook").count == 1)
    }
  }

  @Test("A store that doesn't exist can't be exported") func missingStore() async throws {
    try await World.with { world in
      let run = try await world.cdnotify("export", "--include-secrets")
      #expect(run.status == 74)
      #expect(run.error.contains("there is no store \(world.path("store.db"))"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: world.home) == [])
    }
  }
}
