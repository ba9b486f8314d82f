import CodeDeployNotifications
import Testing

/// An invalid document, the place of its mistake, and the beginning of the reason.
struct ProblemRow: Sendable, CustomTestStringConvertible {
  var document: DocumentValue
  var path: String
  var reason: String

  init(_ path: String, _ reason: String, _ document: DocumentValue) {
    self.document = document
    self.path = path
    self.reason = reason
  }

  /// A mistake in one of a webhook's settings.
  init(setting key: String, _ value: DocumentValue, at place: String? = nil, _ reason: String) {
    let settings: DocumentValue = key == "url" ? ["url": value] : ["url": "http://x", key: value]
    self.init(
      "notifications[0].webhook_notification.\(place ?? key)", reason, .webhook(settings))
  }

  var testDescription: String { "\(path): \(reason)" }
}

@Suite struct RegistrationProblemTests {
  private static let webhook = "notifications[0].webhook_notification"

  private func check(_ row: ProblemRow) throws {
    // A document with this mistake may have another: all of them are reported.
    let error = try #require(throws: (any Error).self) { try row.document.registrations() }
    let problems =
      (error as? DocumentProblems)?.problems ?? [error as? DocumentProblem].compactMap { $0 }
    let problem = try #require(problems.first { $0.path == row.path }, "\(error)")
    #expect(problem.reason.hasPrefix(row.reason), "\(problem.reason)")
    #expect(problem.description == (row.path.isEmpty ? "" : "\(row.path): ") + problem.reason)
  }

  @Test(
    "A registration's problem names its place",
    arguments: [
      ProblemRow("", "must be a registration or a list of them, but is a string", "checkout"),
      ProblemRow("", "must be a registration or a list of them, but is null", nil),
      ProblemRow("[1]", "must be an object, but is a number", [.with("profile", "p"), 7]),
      ProblemRow("codedeploy_application_name", "is missing", ["notifications": []]),
      ProblemRow("codedeploy_application_name", "is missing", [:]),
      ProblemRow(
        "codedeploy_application_name", "must not be empty",
        ["codedeploy_application_name": "", "notifications": []]),
      ProblemRow(
        "codedeploy_application_name", "must be a string, but is a number",
        ["codedeploy_application_name": 7]),
      ProblemRow(
        "codedeploy_application_name", "must have 1 to 100 characters",
        ["codedeploy_application_name": .text(String(repeating: "a", count: 101))]),
      ProblemRow(
        "codedeploy_application_name",
        "must not contain control characters, or others that change how text is shown",
        ["codedeploy_application_name": "a\u{1b}[31m"]),
      ProblemRow(
        "codedeploy_application_name", "is given twice",
        ["codedeploy_application_name": "a", "codedeploy_application_name": "b"]),
      ProblemRow("regoin", "unknown key; did you mean region? Known: c", .with("regoin", "x")),
      ProblemRow(
        "application", "unknown key; did you mean codedeploy_application_name? Known: codedeploy_a",
        ["application": "a"]),
      ProblemRow(
        "name", "unknown key; did you mean codedeploy_application_name? Known: codedeploy_a",
        ["name": "a"]),
      ProblemRow("channels", "unknown key; did you mean notifications? Kn", .with("channels", "x")),
      ProblemRow("xyzzy_plugh", "unknown key; known: codedeploy_app", .with("xyzzy_plugh", "x")),
      ProblemRow(
        "notifications[0]",
        "\"https://hooks.example.com/********\" is the name of a target, but the file has no",
        [
          "codedeploy_application_name": "a",
          "notifications": ["https://hooks.example.com/services/T1/B1/secret"],
        ]),
      ProblemRow("[0].event", "unknown key; did you mean events? ", [.with("event", "failed")]),
      ProblemRow("region", "\"Ireland\" is not a region; one looks ", .with("region", "Ireland")),
      ProblemRow("region", "must be a string, but is null", .with("region", nil)),
      ProblemRow("profile", "must not be empty", .with("profile", "")),
      ProblemRow("role_arn", "\"admin\" is not a role's ARN; one ", .with("role_arn", "admin")),
      ProblemRow("external_id", "must be a string, but is a boolean", .with("external_id", true)),
      ProblemRow("events", "must name at least one", .with("events", [])),
      ProblemRow(
        "deployment_groups[1]", "must be a string, but is a list",
        .with("deployment_groups", ["a", []])),
      ProblemRow("creators[0]", "must not be empty", .with("creators", [""])),
      ProblemRow("creators", "must be a string, but is an object", .with("creators", [:])),
      ProblemRow(
        "events",
        "unknown event \"fialed\"; did you mean failed? Known: started, ready, overdue, "
          + "succeeded, failed, stopped", .with("events", ["started", "fialed"])),
      ProblemRow("events", "unknown event \"Failed\"; did", .with("events", "Failed")),
      ProblemRow("events[0]", "must be a string, but is a number", .with("events", [1])),
      ProblemRow("deployers", "must be an object, but is a list", .with("deployers", [])),
      ProblemRow(
        "deployers.ada", "must be a string, but is null", .with("deployers", ["ada": nil])),
      ProblemRow(
        "deployers.ada", "is given twice", .with("deployers", ["ada": "a@x", "ada": "b@x"])),
      ProblemRow(
        "deployer_domains", "\"@example.com\" is not the domain of an address",
        .with("deployer_domains", ["example.com", "@example.com"])),
      ProblemRow("deployer_domains", "must name at least one", .with("deployer_domains", [])),
      ProblemRow(
        "[1]", "registers checkout in eu-west-1, profile p again; put its channels into one",
        [.with("profile", "p"), .with("profile", "p")]),
    ])
  func registrations(row: ProblemRow) throws { try check(row) }

  private static func channels(_ value: DocumentValue) -> DocumentValue {
    ["codedeploy_application_name": "checkout", "notifications": value]
  }

  @Test(
    "A channel's problem names its place",
    arguments: [
      ProblemRow(
        "notifications", "is missing: a registration needs at least one channel",
        ["codedeploy_application_name": "checkout"]),
      ProblemRow("notifications", "must be a list, but is an object", channels([:])),
      ProblemRow("notifications", "must be a list, but is null", channels(nil)),
      ProblemRow("notifications", "needs at least one channel", channels([])),
      ProblemRow(
        "notifications[0]", "\"webhook\" is the name of a target, but the file has no \"targets\"",
        channels(["webhook"])),
      ProblemRow("notifications[0]", "must be an object with one key, such as", channels([[:]])),
      ProblemRow(
        "notifications[0]", "must be an object with one key, such as",
        channels([["webhook_notification": [:], "newrelic_notification": [:]]])),
      ProblemRow(
        "notifications[0].webhok_notification",
        "unknown channel type; did you mean webhook_notification? Known: newrelic_notification, "
          + "webhook_notification", channels([["webhok_notification": [:]]])),
      ProblemRow(
        "notifications[0].webhook_notifications",
        "unknown channel type; did you mean webhook_notification? Known: newrelic_notification, ",
        channels([["webhook_notifications": [:]]])),
      ProblemRow(
        "notifications[0].webhok_notificatio",
        "unknown channel type; did you mean webhook_notification? Known: newrelic_notification, ",
        channels([["webhok_notificatio": [:]]])),
      ProblemRow(
        "notifications[0].pigeon_notification",
        "unknown channel type; known: newrelic_notification, webhook_notification",
        channels([["pigeon_notification": [:]]])),
      ProblemRow(
        "notifications[0].webhook",
        "unknown channel type; did you mean webhook_notification? Known: newrelic_notification, ",
        channels([["webhook": [:]]])),
      ProblemRow(webhook, "must be an object, but is a string", .webhook("https://example.com")),
      ProblemRow(webhook, "\"url\" is missing", .webhook([:])),
      ProblemRow(
        webhook, "has too many readers", .webhook(["url": "http://x", "to": [1, 2, 3, 4]])),
      ProblemRow("\(webhook).url", "is given twice", .webhook(["url": "http://x", "url": "b"])),
      ProblemRow(
        setting: "urls", "x", "unknown key; did you mean url? Known: name, events, deployment_gr"),
      ProblemRow(setting: "header", "x", "unknown key; did you mean header.NAME? "),
      ProblemRow(setting: "header.", "x", "needs a name behind the dot, as in header.NAME"),
      ProblemRow(setting: "on", "failed", "unknown key; "),
      ProblemRow(setting: "events", ["fialed"], "unknown event \"fialed\"; did you mean failed? "),
      ProblemRow(setting: "events", [], "must name at least one"),
      ProblemRow(
        setting: "deployment_groups", [7], at: "deployment_groups[0]",
        "must be a string, but is a n"),
      ProblemRow(setting: "name", "", "must not be empty"),
      ProblemRow(
        setting: "name", " a", "must have up to 64 characters, without control characters"),
      ProblemRow(setting: "name", "a\tb", "must have up to 64 characters"),
      ProblemRow(setting: "name", .text(String(repeating: "a", count: 65)), "must have up to 64"),
      ProblemRow(setting: "name", ["a"], "must be a string, but is a list"),
      ProblemRow(setting: "title", "{{#a}}", "is broken at line 1, column "),
      ProblemRow(setting: "title", "{{=<% %}}", "uses {{=…=}}, which isn't supported here"),
      ProblemRow(setting: "title", "{{% FORMAT:HTML}}", "uses {{%…}}, which isn't supported here"),
      ProblemRow(setting: "body", "{{x", "is broken at line 1, column "),
      ProblemRow(setting: "body", 7, "must be a string, but is a number"),
      ProblemRow(setting: "notify", true, "needs port"),
    ])
  func channelProblems(row: ProblemRow) throws { try check(row) }

  @Test(
    "A setting's problem names its place",
    arguments: [
      ProblemRow(setting: "url", "", "must not be empty"),
      ProblemRow(setting: "url", ["http://x"], "takes one value, but is a list"),
      ProblemRow(setting: "url", [:], "must be a string or a number, but is an object"),
      ProblemRow(setting: "url", nil, "must be a string or a number, but is null"),
      ProblemRow(setting: "url", "ftp://x", "is not an http or https URL"),
      ProblemRow(setting: "url", "example.com", "is not an http or https URL"),
      ProblemRow(setting: "url", "http://a%20b/", "has no valid host name"),
      ProblemRow(setting: "url", "http://a%2fb/", "has no valid host name"),
      ProblemRow(setting: "url", "http://[::zz]/", "has no valid host name"),
      ProblemRow(setting: "url", "http://[1:2]/", "has no valid host name"),
      ProblemRow(
        setting: "url", "https://", "is not a valid URL; one looks like https://host/path"),
      ProblemRow(setting: "url", "HTTP://[::1/", "is not a valid URL"),
      ProblemRow(setting: "url", "http://a\nb", "must not contain control characters"),
      ProblemRow(setting: "header.X-A", "a\r\nX-B: b", "must not contain control characters"),
      ProblemRow(setting: "url", "env:", "\"env:\" doesn't say what to read"),
      ProblemRow(setting: "secret", "credential:a/b", "must be the name of a credential, without"),
      ProblemRow(setting: "to", [], "must name at least one"),
      ProblemRow(setting: "to", ["a", ""], "must not be empty"),
      ProblemRow(
        setting: "to", ["a", nil], at: "to[1]", "must be a string or a number, but is null"),
      ProblemRow(setting: "server", "f:f:f", "must be a server's name or address, without"),
      ProblemRow(setting: "server", "::zz", "must be a server's name or address, without"),
      ProblemRow(setting: "port", 0, "must be a whole number from 1 to 65535"),
      ProblemRow(setting: "port", 65_536, "must be a whole number from 1 to 65535"),
      ProblemRow(setting: "port", "eighty", "must be a whole number from 1 to 65535"),
      ProblemRow(setting: "port", .number("8.5"), "must be a whole number from 1 to 65535"),
      ProblemRow(setting: "notify", "yes", "must be true or false"),
      ProblemRow(setting: "notify", 1, "must be true or false"),
      ProblemRow(
        setting: "timeout", "soon", "is not a duration; one looks like 30s, 5m or 2h"),
      ProblemRow(
        setting: "program", "bin/announce", "must be an absolute path, one that begins with /"),
      ProblemRow(setting: "format", "xml", "must be one of json, text"),
    ])
  func settings(row: ProblemRow) throws { try check(row) }

  @Test("Two channels of one name are told apart") func duplicateNames() throws {
    let hook: DocumentValue = ["webhook_notification": ["url": "http://x"]]
    let reason = "there is already a channel named \"webhook\"; give each its own \"name\""
    try check(ProblemRow("notifications[1]", reason, Self.channels([hook, hook])))
    let named: DocumentValue = ["webhook_notification": ["url": "http://x", "name": "other"]]
    #expect(try Self.channels([hook, named]).registrations().first?.channels.count == 2)
  }

  @Test(
    "A secret stays out of the message",
    arguments: [
      ("secret", "hunter2\n"), ("secret_url", "hunter2"), ("secret_url", "ftp://hunter2"),
      ("secret_url", "https:hunter2"), ("secret_url", "literal:hunter2"),
    ])
  func secrets(key: String, value: String) throws {
    let document = DocumentValue.webhook(["url": "http://x", key: .text(value)])
    let problem = try #require(throws: DocumentProblem.self) { try document.registrations() }
    #expect(problem.path == "\(Self.webhook).\(key)")
    #expect(!problem.description.contains("hunter2"))
  }
}
