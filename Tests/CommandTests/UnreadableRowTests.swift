import Foundation
import Testing

/// Unreadable rows of a store, edited by hand or written by another version. None affects the
/// others.
@Suite struct UnreadableRowTests {
  private static let rows = [
    "{", "", "null", "[]", #"{"registration":{}}"#, "\u{0}", "{\"registration\": 9e999}",
  ]

  /// Two registrations, the first of which is unreadable.
  private func spoilt(_ world: World, _ text: String) async throws {
    try await world.aws.applications(["basket", "checkout"])
    for application in ["basket", "checkout"] {
      let run = try await world.cdnotify(
        "register", application, "--channel", "webhook,url=\(world.sink.url)/\(application)")
      try #require(run.status == 0, "\(run.error)")
    }
    let json = String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    try await world.python(
      """
      import json, sqlite3
      store = sqlite3.connect("store.db")
      store.execute("UPDATE registration SET record = ? WHERE application = 'basket'",
                    [json.loads(r'''\(json)''')])
      store.commit()
      """)
  }

  private static let sentence =
    "registration of basket in us-east-1 can't be read, so nothing is announced for it: remove it "
    + "with \"cdnotify unregister basket --region us-east-1\" and register it again"

  @Test("A registration that can't be read costs itself, and is named", arguments: rows)
  func registration(text: String) async throws {
    try await World.with { world in
      try await spoilt(world, text)
      try await world.aws.deploy("checkout", #""create_time": 0"#)
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 74)
      #expect(poll.error.contains(Self.sentence), "\(poll.error)")
      #expect(try await world.sink.requests("/checkout").count == 1)

      let list = try await world.cdnotify("list", "--json")
      #expect(list.status == 74)
      #expect(list.output.contains("checkout"), "\(list.output)")
      #expect(list.error.contains(Self.sentence), "\(list.error)")
      let check = try await world.cdnotify("check")
      #expect(check.status == 1)
      #expect((check.output + check.error).contains(Self.sentence), "\(check.output)")
      let export = try await world.cdnotify("export")
      #expect(export.status == 74)
      #expect(export.error.contains(Self.sentence), "\(export.error)")
      #expect(try await world.cdnotify("history", "checkout").status == 0)

      let removed = try await world.cdnotify(
        "unregister", "basket", "--region", "us-east-1")
      #expect(removed.status == 0, "\(removed.error)")
      #expect(removed.output == "basket: removed; it could not be read\n")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.cdnotify("export").status == 0)
    }
  }

  @Test("Registering anew replaces a registration that can't be read")
  func replaced() async throws {
    try await World.with { world in
      try await spoilt(world, "{")
      let run = try await world.cdnotify(
        "register", "basket", "--channel", "webhook,url=\(world.sink.url)/basket")
      #expect(run.status == 0, "\(run.error)")
      try await world.aws.deploy("basket", #""create_time": 0"#)
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/basket").count == 1)
    }
  }

  @Test("A notification that can't be read delays no other")
  func unreadableNotification() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout", #""id": "d-SPOILT000", "create_time": 0"#)
      try await world.aws.deploy("checkout", #""id": "d-SOUND0000", "create_time": 0"#)
      try await world.sink.script("/hook", #""status": 503"#)
      #expect(try await world.cdnotify("poll", "--deadline", "2s").status == 75)
      try await world.python(
        """
        import sqlite3
        store = sqlite3.connect("store.db")
        store.execute(\"\"\"UPDATE event SET content = '{' WHERE deployment IN
          (SELECT id FROM deployment WHERE deployment_id = 'd-SPOILT000')\"\"\")
        store.commit()
        """)
      try await world.sink.clearScripts()
      try await world.sink.forget()
      try await world.letTimePass()
      let run = try await world.cdnotify("poll")
      #expect(run.status == 74)
      #expect(
        run.error.contains(
          "a notification of deployment d-SPOILT000 in us-east-1 to webhook can't be"),
        "\(run.error)")
      let told = try await world.sink.bodies("/hook").map { $0["deployment_id"].string }
      #expect(told == ["d-SOUND0000"])

      let page = try await world.cdnotify("report", "--html", "-")
      #expect(page.status == 74)
      #expect(page.output.contains("d-SOUND0000") && !page.output.contains("d-SPOILT000"))
      #expect(
        page.error.contains("deployment d-SPOILT000 in us-east-1 can't be read"), "\(page.error)")
      // It couldn't be imported.
      let export = try await world.cdnotify("export")
      #expect(export.status == 74)
      #expect(export.error.contains("d-SPOILT000"), "\(export.error)")

      let history = try await world.cdnotify("history", "--state", "failed")
      #expect(history.output.contains("the store's record of it can't be read"), "\(history)")
    }
  }
}
