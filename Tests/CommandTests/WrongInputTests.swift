import Foundation
import Testing

/// Invalid input gets a sentence and the documented exit status, and loses nothing.
@Suite struct WrongInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var status: Int32
    /// How the message begins, after the program's name.
    var message: String
    var testDescription: String { arguments.joined(separator: " ") }

    init(_ arguments: [String], _ status: Int32, _ message: String) {
      self.arguments = arguments
      self.status = status
      self.message = message
    }
  }

  static let events = "Known: started, ready, overdue, succeeded, failed, stopped"

  static let cases: [Case] = [
    Case(["regster", "x"], 64, "cdnotify: unknown command \"regster\"; did you mean register? "),
    Case(["register", "checkout", "--group", ""], 64, "cdnotify: --group must not be empty"),
    Case(["retry"], 64, "cdnotify: name notifications or deployments by their ids, or give"),
    Case(
      ["retry", "cdn_1", "--all"], 64,
      "cdnotify: name ids, or choose with --all, --application or --channel, not both\nUsage: "),
    Case(["--store"], 64, "cdnotify: --store needs a value"),
    Case(
      ["register", "checkout", "--since", "2999-01-01"], 64,
      "cdnotify: --since: that time is in the future"),
    Case(
      ["register", "checkout", "--since", "2025-11-31"], 64,
      "cdnotify: --since: \"2025-11-31\" is neither a time nor a duration; write a time such as 2026-11-01"
    ),
    Case(["register"], 64, "cdnotify: name an application, or a document with --file"),
    Case(["register", "new"], 64, "cdnotify: new has no channel yet: name one with --channel"),
    Case(["register", "checkout", "--on", ","], 64, "cdnotify: --on must not be empty"),
    Case(
      ["register", "checkout", "--on", "suceeded"], 64,
      "cdnotify: --on: unknown event \"suceeded\"; did you mean succeeded? \(events)"),
    Case(
      ["register", "checkout", "--region", "mars"], 64,
      "cdnotify: --region: \"mars\" is not a region; one looks like eu-west-1"),
    Case(
      ["register", "checkout", "--role-arn", "admin"], 64,
      "cdnotify: --role-arn: \"admin\" is not a role's ARN"),
    Case(
      ["register", "checkout", "--file", "x.json"], 64, "cdnotify: --file excludes an application"),
    Case(
      ["register", "checkout", "--since", "yesterday"], 64,
      "cdnotify: --since: \"yesterday\" is neither a time nor a duration; write a time such as 2026-11-01"
    ),
    Case(
      ["register", "checkout", "--channel", "webook,url=https://localhost/"], 65,
      "cdnotify: --channel webook: unknown channel type; did you mean webhook? Known: "),
    Case(
      ["register", "checkout", "--channel", "webhook,ulr=https://localhost/"], 65,
      "cdnotify: --channel webhook.ulr: unknown key; did you mean url? Known: name, on, group, "),
    Case(
      ["wait", "d-ABCDEF123", "--region", "bogus region"], 64,
      "cdnotify: --region: \"bogus region\" is not a region; one looks like eu-west-1"),
    Case(["wait", "d-ABCDEF123", "--region", ""], 64, "cdnotify: --region"),
    Case(["wait", "d-ABCDEF123", "--role-arn", "x"], 64, "cdnotify: --role-arn"),
    Case(
      ["list", "--store", "dynamodb:table?region=b!"], 64,
      "cdnotify: --store dynamodb:table?region=b!: \"b!\" is not a region; one looks like eu-west-1"
    ),
    Case(
      ["test-channel", "--channel", "webhook,url=http://a", "--channel", "webhook,url=http://b"],
      64, "cdnotify: --channel tries one channel; run the command once for each"),
    Case(["poll", "--metrics-file", ""], 64, "cdnotify: --metrics-file needs a file's name"),
    Case(
      ["register", "checkout", "--channel", "webhook"], 65,
      "cdnotify: --channel webhook: \"url\" is missing"),
    Case(
      ["register", "checkout", "--channel", "webhook,url"], 65,
      "cdnotify: --channel webhook: every field after the type is key=value"),
    Case(
      ["register", "checkout", "--channel", "webhook,url=\"x"], 65,
      "cdnotify: --channel: a quoted part has no closing quote"),
    Case(
      ["register", "checkout", "--channel", "webhook,url=ftp://localhost/"], 65,
      "cdnotify: --channel webhook.url: is not an http or https URL; one looks like"),
    Case(
      ["register", "checkout", "--channel", "webhook,url=https://localhost/,on=done"], 65,
      "cdnotify: --channel webhook.on: unknown event \"done\"; "),
    Case(
      ["register", "checkout", "--channel", "webhook,url=https://localhost/,title={{#a}}"], 65,
      "cdnotify: --channel webhook.title: is broken at line 1, column "),
    Case(
      ["register", "checkout", "--channel", "newrelic,api_key=env:"], 65,
      "cdnotify: --channel newrelic.api_key: \"env:\" doesn't say what to read"),
    Case(
      [
        "register", "checkout", "--channel", "webhook,url=https://localhost/", "--channel",
        "webhook,url=https://localhost/",
      ], 65, "cdnotify: --channel: two channels are named \"webhook\"; give each its own"),
    Case(
      ["register", "nope", "--channel", "webhook,url=https://localhost/"], 66,
      "cdnotify: CodeDeploy in us-east-1 has no application \"nope\": check the name"),
    Case(
      ["register", "--file", "missing.json"], 65,
      "cdnotify: --file missing.json can't be read: no such file or directory\n"),
    Case(
      ["register", "checkout", "--since", "20261101"], 64,
      "cdnotify: --since: \"20261101\" could be a date or a duration; write 2026-11-01 for that "
        + "day, or 20261101s for that many seconds ago\nUsage: cdnotify register "),
    Case(
      ["poll", "--window", "6"], 64,
      "cdnotify: --window: \"6\" has no unit; write 6s for seconds, 6m for minutes, 6h for hours"),
    Case(
      ["poll", "--deadline", "0"], 64,
      "cdnotify: --deadline must be from 1s to 12h, as in --deadline 50s\n"),
    Case(
      ["history", "--since", "1790000000"], 64,
      "cdnotify: --since: \"1790000000\" could be a time or a duration; write "
        + "2026-09-21T14:13:20Z for that time, or 1790000000s "),
    Case(
      ["poll", "checkout"], 64,
      "cdnotify: unexpected argument checkout; did you mean --application checkout?\nUsage: "),
    Case(
      ["poll", "d-ABCDEF123"], 64,
      "cdnotify: unexpected argument d-ABCDEF123; did you mean --deployment d-ABCDEF123?"),
    Case(
      ["register", "checkout", "--channel", "webhook,", "url=https://localhost/s3cret"], 64,
      "cdnotify: unexpected argument url=…; a channel's settings follow its type, after "
        + "commas without spaces, as in --channel webhook,url=…; "),
    Case(["list", "a", "b"], 64, "cdnotify: unexpected argument b; list takes one application"),
    Case(
      ["channels", "a", "b"], 64, "cdnotify: unexpected argument b; channels takes one type at a"),
    Case(["import", "a", "b"], 64, "cdnotify: unexpected argument b; import takes one file\n"),
    Case(
      ["test-channel", "a", "b", "c"], 64,
      "cdnotify: unexpected argument c; test-channel takes one application and one channel\n"),
    Case(["status", "a"], 64, "cdnotify: unexpected argument a; status takes only options\n"),
    Case(["wait"], 64, "cdnotify: DEPLOYMENT is missing: name at least one\nUsage: cdnotify wait "),
    Case(["report"], 64, "cdnotify: --html is missing\nUsage: cdnotify report "),
    Case(
      ["poll", "--dedline", "5s"], 64, "cdnotify: unknown option --dedline; did you mean --deadline"
    ),
    // The parser's suggestion isn't a name that anybody meant.
    Case(["poll", "--since", "2h"], 64, "cdnotify: unknown option --since\nUsage: cdnotify poll "),
    Case(
      ["register", "checkout", "--label", "team"], 64,
      "cdnotify: --label: \"team\" is not a label; write a name and a value, as in team=payments\n"),
    Case(
      ["register", "checkout", "--label", "a=1", "--label", "b=1", "--label", "a=2"], 64,
      "cdnotify: --label a is given twice; give one value\n"),
    Case(
      ["mute", "checkout", "--for", "2"], 64,
      "cdnotify: --for: \"2\" has no unit; write 2s for seconds, 2m for minutes, 2h for hours or 2d "
        + "for days\nUsage: cdnotify mute APPLICATION [--channel NAME] --for DURATION [OPTION...]\n"
    ),
    Case(["unmute"], 64, "cdnotify: APPLICATION is missing\nUsage: cdnotify unmute APPLICATION "),
    Case(
      ["help", "regster"], 64, "cdnotify: unknown command \"regster\"; did you mean register? "),
    Case(["unregister"], 64, "cdnotify: APPLICATION is missing\nUsage: cdnotify unregister "),
    Case(
      ["unregister", "checkout", "--region", "eu-west-1"], 66,
      "cdnotify: checkout is not registered there; it is registered in\n  us-east-1\n"),
    Case(["unregister", "nope"], 66, "cdnotify: no application \"nope\" is registered"),
    Case(
      ["unregister", "checkuot"], 66,
      "cdnotify: no application \"checkuot\" is registered; did you mean checkout?"),
    Case(
      ["unregister", "checkout", "--channel", "nope"], 66,
      "cdnotify: checkout has no channel \"nope\"; its channels: hook"),
    Case(["list", "nope"], 66, "cdnotify: no application \"nope\" is registered"),
    Case(["history", "nope"], 66, "cdnotify: no application \"nope\" is registered"),
    Case(["history", "--deployment", "d-NOPE"], 66, "cdnotify: no deployment \"d-NOPE\" was seen"),
    Case(["test-channel"], 64, "cdnotify: name a registered application, or give a channel"),
    Case(["test-channel", "nope"], 66, "cdnotify: no application \"nope\" is registered"),
    Case(["test-channel", "checkout", "nope"], 66, "cdnotify: checkout has no channel \"nope\""),
    Case(
      ["test-channel", "checkout", "--event", "done"], 64,
      "cdnotify: --event: unknown value \"done\"; "),
    Case(["poll", "--application", "nope"], 66, "cdnotify: no application \"nope\" is registered"),
    Case(
      ["poll", "--deployment", "d-UNKNOWN00"], 66,
      "cdnotify: no registered application has a deployment d-UNKNOWN00"),
    Case(
      ["poll", "--deployment", "d\u{7}1"], 64,
      "cdnotify: --deployment: \"d1\" is not a deployment's id"),
    Case(
      ["poll", "--window", "soon"], 64,
      "cdnotify: --window: \"soon\" is not a duration; write one such as 30s, 5m, 2h"),
    Case(
      ["poll", "--concurrency", "0"], 64,
      "cdnotify: --concurrency: \"0\" is not a whole number from 1 to 1000, such as 32"),
    Case(
      ["poll", "--store", "/nonexistent/x.db"], 74, "cdnotify: the store's folder /nonexistent"),
    Case(["list", "--store", "/"], 74, "cdnotify: the store / is a folder"),
  ]

  @Test(
    "A wrong command line gets its exit status and a sentence, and changes nothing",
    arguments: cases)
  func wrongCommandLine(_ wrong: Case) async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,name=hook,url=\(world.sink.url)/hook")
      let before = try await world.cdnotify("list", "--json").output

      let run = try await world.cdnotify(wrong.arguments)
      #expect(run.status == wrong.status)
      #expect(run.output == "")
      #expect(run.error.hasPrefix(wrong.message), "\(run.error)")
      #expect(!run.error.contains("Fatal error"))
      #expect(!run.error.contains("s3cret"))
      #expect(try await world.cdnotify("list", "--json").output == before)
      #expect(try await world.sink.requests("/").isEmpty)
    }
  }

  @Test("Without a command the help is printed as an error") func noCommand() async throws {
    try await World.with { world in
      let run = try await world.cdnotify([])
      #expect(run.status == 64)
      #expect(run.output == "")
      #expect(run.error.contains("USAGE: cdnotify <subcommand>"))
    }
  }

  @Test("Global options may stand before the command") func globalOptions() async throws {
    try await World.with { world in
      try await world.cdnotify("--store", world.path("other.db"), "check")
      let run = try await world.cdnotify("--store", world.path("other.db"), "--json", "list")
      #expect(run.status == 0)
      #expect(run.output == "[]\n")
      #expect(FileManager.default.fileExists(atPath: world.path("other.db")))
      #expect(!FileManager.default.fileExists(atPath: world.path("store.db")))
    }
  }
}
