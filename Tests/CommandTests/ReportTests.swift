import Foundation
import Testing

/// `cdnotify report`.
@Suite struct ReportTests {
  private static func released(_ world: World) async throws {
    let document = """
      - codedeploy_application_name: checkout
        labels: {team: payments}
        notifications: [{webhook_notification: {url: "\(world.sink.url)/hook"}}]
      - codedeploy_application_name: search
        notifications: [{webhook_notification: {url: "\(world.sink.url)/hook"}}]
      """
    try await world.aws.applications(["checkout", "search"])
    let file = try world.write(document, to: "registrations.yaml")
    #expect(try await world.cdnotify("register", "--file", file, "--since", "7d").status == 0)
    let hour = 3600
    for (id, status, end, more) in [
      ("d-GOOD00001", "Succeeded", -72 * hour, ""),
      ("d-BAD000001", "Failed", -48 * hour, #", "description": "<script>alert(1)</script>""#),
      ("d-GOOD00002", "Succeeded", -45 * hour, ""),
      ("d-FLIGHT001", "InProgress", 0, ""),
    ] {
      let ended = status == "InProgress" ? "" : #", "complete_time": \#(end)"#
      try await world.aws.deploy(
        "checkout",
        #""id": "\#(id)", "status": "\#(status)", "create_time": \#(end - 60)\#(ended)\#(more)"#)
    }
    #expect(try await world.cdnotify("poll").status == 0)
  }

  @Test("The page lists what was released and its figures") func contents() async throws {
    try await World.with { world in
      try await Self.released(world)
      let file = world.path("releases.html")
      let run = try await world.cdnotify("report", "--html", file)
      #expect(run.status == 0, "\(run.error)")
      #expect(run.output == "" && run.error == "", "a pipe is told nothing when all is well")
      let page = try String(contentsOfFile: file, encoding: .utf8)
      #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
      #expect(page.contains(#"<h2 id="in-flight">In flight</h2>"#))
      for id in ["d-GOOD00001", "d-BAD000001", "d-GOOD00002", "d-FLIGHT001"] {
        #expect(page.contains(id))
      }
      // Two succeeded and one failed, in the three days since the first of them.
      let figures = "<td>4.7</td><td>33 %</td><td>3h</td><td>2</td><td>1</td></tr>"
      #expect(page.contains(#"<tr><th scope="row">checkout</th>"# + figures), "\(page)")
      #expect(page.contains(#"<tr><th scope="row">payments</th>"# + figures))
      #expect(!page.contains("<script"))
      #expect(!page.contains("search"), "nothing was released of it")
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
      #expect((mode as? NSNumber)?.intValue == 0o600)
      #expect(try await world.cdnotify("report", "--html", "-").output.hasPrefix("<!DOCTYPE html>"))
      let latest = try await world.cdnotify("report", "--html", "-", "--since", "47h").output
      #expect(latest.contains("d-GOOD00002") && !latest.contains("d-BAD000001"))
    }
  }

  @Test("The page keeps the mode that its owner gave the file") func fileMode() async throws {
    try await World.with { world in
      try await Self.released(world)
      let file = try world.write("old", to: "releases.html")
      let mode = { (FileStatus(file)?.mode ?? 0) & 0o777 }
      try #require(chmod(file, 0o644) == 0)
      #expect(try await world.cdnotify("report", "--html", file).status == 0)
      #expect(mode() == 0o644)
    }
  }

  @Test(
    "A page replaces another user's file by one that only the writer can read",
    .enabled(if: OtherUser.isAvailable, "needs root"))
  func foreignFile() async throws {
    try await World.with { world in
      try await Self.released(world)
      let file = try world.write("old", to: "releases.html")
      try #require(chmod(file, 0o666) == 0 && chown(file, OtherUser.id, OtherUser.id) == 0)
      #expect(try await world.cdnotify("report", "--html", file).status == 0)
      #expect(FileStatus(file).map { $0.mode & 0o777 } == 0o600)
      #expect(FileStatus(file)?.owner == 0)
    }
  }

  @Test("A page that can't be written is an error, and makes no file")
  func unwritable() async throws {
    try await World.with { world in
      try await Self.released(world)
      let nowhere = try await world.cdnotify("report", "--html", "/nowhere/releases.html")
      #expect(nowhere.status == 74)
      #expect(
        nowhere.error
          == "cdnotify: --html /nowhere/releases.html can't be written: "
          + "no such file or directory\n")
      #expect(try await world.cdnotify("report").status == 64)
      #expect(try await world.cdnotify("report", "--html", "x", "--since", "soon").status == 64)
      #expect(
        try await world.cdnotify("report", "--html", "x", "--store", "missing.db").status == 74)
      let nothing = try await world.cdnotify(
        ["report", "--html", "x"], changes: ["CDNOTIFY_STORE": ""])
      #expect(nothing.status == 74, "only what shows a store takes a missing one for an empty one")
      #expect(!FileManager.default.fileExists(atPath: world.path("x")))
    }
  }

  @Test("A device or a pipe is written to, and a link to a file isn't followed")
  func places() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      let shown = try await world.cdnotify("report", "--html", "/dev/stdout")
      #expect(shown.status == 0, "\(shown.error)")
      #expect(shown.output.hasPrefix("<!DOCTYPE html>"), "\(shown.output.prefix(80))")

      try "old".write(toFile: world.path("target"), atomically: true, encoding: .utf8)
      let link = world.path("link")
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "target")
      let linked = try await world.cdnotify("report", "--html", link)
      #expect(linked.status == 74)
      #expect(linked.error.contains("it is a symbolic link: name the file"), "\(linked.error)")
      let pipe = world.path("pipe")
      #expect(mkfifo(pipe, 0o600) == 0)
      for place in [link, pipe] {
        let poll = try await world.cdnotify("poll", "--metrics-file", place)
        #expect(poll.status == 0)
        #expect(poll.error.contains("the metrics can't be written to \(place): "), "\(poll.error)")
      }
      #expect(try String(contentsOfFile: world.path("target"), encoding: .utf8) == "old")
      let device = try await world.cdnotify("poll", "--metrics-file", "/proc/self/fd/1")
      #expect(device.output.contains("cdnotify_last_run_exit_code 0\n"), "\(device.output)")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "target")
      var status = stat()
      #expect(lstat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    }
  }
}
