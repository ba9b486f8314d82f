import Foundation
import Testing

/// A document's mistakes are reported all at once, each with its place, and nothing is registered.
@Suite struct DocumentMistakesTests {
  @Test("Each mistake in YAML is reported with its line and application") func yaml() async throws {
    try await World.with { world in
      let file = try world.write(
        """
        - codedeploy_application_name: checkout
          regoin: eu-west-1
          notifications:
            - webhook_notification:
                ur: https://localhost:1/
                timout: 4
        - codedeploy_application_name: search
          events: [faild]
          notifications: [{sns_notification: {}}]

        """, to: "registrations.yaml")
      let run = try await world.cdnotify("register", "--no-verify", "--file", file)
      #expect(run.status == 65)
      let lines = run.error.split(separator: "\n")
      let begins = [
        ":2: checkout: [0].regoin: unknown key; did you mean region? ",
        ":5: checkout: [0].notifications[0].webhook_notification.ur: unknown key; did you mean url? ",
        ":6: checkout: [0].notifications[0].webhook_notification.timout: unknown key; ",
        ":8: search: [1].events: unknown event \"faild\"; did you mean failed? ",
        ":9: search: [1].notifications[0].sns_notification: \"topic_arn\" is missing ",
      ]
      #expect(lines.count == begins.count, "\(run.error)")
      for (line, begin) in zip(lines, begins) {
        #expect(line.hasPrefix("cdnotify: \(file)\(begin)"), "\(line)")
      }
    }
  }

  @Test("What doesn't go with what is registered names the file and the application, all at once")
  func mistakesOfMerging() async throws {
    try await World.with { world in
      let file = try world.write(
        """
        - codedeploy_application_name: checkout
          events: [overdue]
          notifications: [{webhook_notification: {url: "https://localhost:1/"}}]
        - codedeploy_application_name: search
          notifications: [{webhook_notification: {url: "https://localhost:1/", secret: "********"}}]
        """, to: "registrations.yaml")
      let run = try await world.cdnotify("register", "--no-verify", "--file", file)
      #expect(run.status == 65)
      let lines = run.error.split(separator: "\n")
      try #require(lines.count == 2, "\(run.error)")
      #expect(lines[0].hasPrefix("cdnotify: \(file): checkout: events: \"overdue\" needs "))
      #expect(lines[1].hasPrefix("cdnotify: \(file): search: webhook.secret: ******** stands for "))
      #expect(FileStatus(world.path("store.db")) == nil, "no store was begun")
    }
  }

  /// Escapes that YAML doesn't accept must not cost the line numbers.
  @Test("Each mistake in JSON is reported with its line and application") func json() async throws {
    try await World.with { world in
      let document = #"""
        [
          {"codedeploy_application_name": "checkout",
           "notifications": [{"webhook_notification": {"url": "https://localhost:1/",
             "title": "\ud83d\ude00 {{#a}}"}}]},
          {"codedeploy_application_name": "search", "creator": ["user"],
           "notifications": [{"webhook_notification": {"url": 4}}]}
        ]
        """#
      let run = try await world.cdnotify("register", "--no-verify", "--file", "-", input: document)
      #expect(run.status == 65)
      let lines = run.error.split(separator: "\n")
      #expect(lines.count == 3, "\(run.error)")
      for (line, begin) in zip(
        lines,
        [
          "4: checkout: [0].notifications[0].webhook_notification.title: is broken",
          "5: search: [1].creator: unknown key; did you mean creators? ",
          "6: search: [1].notifications[0].webhook_notification.url: is not an http",
        ])
      {
        #expect(line.hasPrefix("cdnotify: standard input:\(begin)"), "\(line)")
      }
    }
  }

  @Test(
    "What can't be read as a document is told with the place where it can't",
    arguments: [
      ("a: 1\nb: 2\na: 3\n", ":1: a: is given twice"),
      ("- x: 1\n  b: 2\n  \"\": 3\n  \"\": 4\n", ":3: \"\": is given twice"),
      ("{\"a\": 1,\n \"ü\": \"x\" 4}\n", ":2:11: not JSON or YAML: expected , or } in an object"),
      ("a: 1\n  b: \"\n", ":2:4: not JSON or YAML: mapping values are not allowed"),
      ("a: ü\u{1}\n", ":1:5: not JSON or YAML: control characters are not allowed"),
      ("some text", ": must be a registration or a list of them, but is a string"),
      ("null", ": must be a registration or a list of them, but is null"),
      (
        "codedeploy_application_name: a\nlabels:\n  \"\": x\nnotifications: []\n",
        ":3: a: labels.\"\": the name must be one line of 1 to 200 characters"
      ),
      (
        "{\"codedeploy_application_name\": \"a\",\n \"labels\": {\n \"\": \"x\"},\n"
          + "\"notifications\": []}",
        ":3: a: labels.\"\": the name must be one line of 1 to 200 characters"
      ),
    ])
  func noDocument(document: String, says: String) async throws {
    try await World.with { world in
      let run = try await world.cdnotify("register", "--no-verify", "--file", "-", input: document)
      #expect(run.status == 65)
      #expect(run.error.hasPrefix("cdnotify: standard input\(says)"), "\(run.error)")
    }
  }

  /// A file whose second registration uses a target of that name.
  private func document(usingTarget name: String, _ more: String = "") -> String {
    """
    targets:
      team: {webhook_notification: {name: team, url: "https://localhost:1/team"\(more)}}
      all:
        - webhook_notification: {name: one, url: "https://localhost:1/one"}
        - webhook_notification: {name: two, url: "https://localhost:1/two"}
    registrations:
      - codedeploy_application_name: checkout
        notifications: [team, all]
      - codedeploy_application_name: search
        notifications: [\(name)]
    """
  }

  @Test("A target's mistake is reported once, and an unknown target where it is used")
  func mistakesOfTargets() async throws {
    try await World.with { world in
      let wrong = try await world.cdnotify(
        "register", "--no-verify", "--file", "-",
        input: document(usingTarget: "teem", ", on: [failed]"))
      #expect(wrong.status == 65)
      #expect(
        wrong.error.contains("standard input:2: targets.team.webhook_notification.on: unknown key"))
      // Mistakes in what uses a target are reported too, and the target's own only once.
      #expect(wrong.error.contains("no target \"teem\"; did you mean team? "), "\(wrong.error)")
      #expect(wrong.error.split(separator: "\n").count == 2, "\(wrong.error)")
      let misnamed = try await world.cdnotify(
        "register", "--no-verify", "--file", "-", input: document(usingTarget: "teem"))
      #expect(
        misnamed.error.hasPrefix(
          "cdnotify: standard input:10: search: registrations[1].notifications[0]: no target "
            + "\"teem\"; did you mean team? "), "\(misnamed.error)")
      // A failed registration doesn't create the store.
      #expect(FileStatus(world.path("store.db")) == nil, "no store was begun")
    }
  }

  @Test("A target stands for its channels in each registration") func targets() async throws {
    try await World.with { world in
      let run = try await world.cdnotify(
        "register", "--no-verify", "--file", "-", input: document(usingTarget: "team"))
      #expect(run.status == 0, "\(run.error)")
      let listed = try await world.cdnotify("list", "--json").json()
      func names(_ index: Int) -> [String?] {
        listed[index]["notifications"].array.map { $0["webhook_notification"]["name"].string }
      }
      #expect(names(0) == ["team", "one", "two"])
      #expect(names(1) == ["team"])
    }
  }
}
