import ChannelTesting
import CodeDeployNotifications
import Testing

@testable import NotificationChannels

/// What of a webhook's settings is refused, and what is warned of.
@Suite struct WebhookRuleTests {
  private static let url = "https://hooks.example.com/in"

  private func problem(_ settings: [String: [String]]) -> SettingProblem? {
    do {
      _ = try channel("webhook", ["url": [Self.url]].merging(settings) { $1 })
      return nil
    } catch {
      return error as? SettingProblem
    }
  }

  @Test(
    "What can't be sent right is refused when it is registered, with its place",
    arguments: [
      (
        ["request_body": [#"{"a": "{{title}}""#]],
        "is not valid JSON when filled in for a success: line 1, column"
      ),
      (
        ["request_body": ["{\n \"a\": {{title}}}"]],
        "line 2, column 7, after “\"a\":”: expected a value"
      ),
      (
        ["request_body": [#"{"at": {{epoch(completed_at)}}}"#]],
        "is not valid JSON when filled in for a start: line 1, column 8"
      ),
      (["request_body": [#"{"a": "{{#failure}}{{message}}"}"#]], "isn't closed"),
      (
        ["request_body": [#"{"a": {{secret.key}}}"#], "secret.key": ["1"]],
        "is not valid JSON when filled in"
      ),
      (
        ["request_body": ["{{secret.key}}"], "secret.key": ["1"]],
        "is not valid JSON when filled in"
      ),
      (
        ["request_body": ["a={{title}}"], "content_type": ["text/html"], "secret.a.b": ["x"]],
        "secret.NAME has letters, digits, _ and - only"
      ),
      (["url": ["https://a.example/b#{{application}}"]], "what follows # isn't sent"),
      (
        ["request_body": ["{{>other}}"]],
        "request_body: uses {{>…}}, which isn't supported here"
      ),
      (["request_body": ["{{$block}}{{/block}}"]], "uses {{$…}}"),
      (["request_body": ["{{=<% %>=}}"]], "uses {{=…=}}"),
      (
        ["request_body": [#"{"a": "{{secret.tokn}}"}"#], "secret.token": ["x"]],
        "uses {{secret.tokn}}, which isn't set; did you mean {{secret.token}}? Otherwise add "
          + "secret.tokn=env:NAME"
      ),
      (
        ["request_body": [#"{"a": "{{secret.tokn}}"}"#]],
        "uses {{secret.tokn}}, which isn't set; set it with secret.tokn=env:NAME"
      ),
      (["request_body": [#"{"a": "b"#]], "is not valid JSON: line 1, column 9, after “"),
      (["request_body": ["{}"], "content_type": ["application/xml"]], "must be JSON"),
      (["request_body": ["{}"], "content_type": ["text/plain\u{0}"]], "must be JSON"),
      (["request_body": ["{}"], "format": ["cdnotify"]], "excludes request_body"),
      (["content_type": ["text/plain"]], "needs request_body"),
      (["log_limit": ["5"]], "has nothing to cut"),
      (["url": ["https://{{application}}.example.com/"]], "a deployment must not choose the host"),
      (["url": ["https://a.example/{{application"]], "broken at line 1"),
      (["header.X": ["{{application"]], "broken at line 1"),
      (["header.X": ["{{secret.tokn}}"], "secret.token": ["x"]], "{{secret.token}}?"),
      (["ok_when": ["ok=true"]], "JSON pointer"), (["ok_when": ["/ok"]], "JSON pointer"),
      (["timeout": ["31s"]], "from 1s to 30s"), (["timeout": ["0s"]], "from 1s to 30s"),
    ])
  func refused(settings: [String: [String]], says: String) {
    let problem = problem(settings)
    #expect(problem?.description.contains(says) == true, "\(problem?.description ?? "accepted")")
  }

  @Test(
    "A body is tried with what most messages don't have when it is registered",
    arguments: [
      (
        #"{"l":[{{#sorted(labels)}}{"k":"{{key}}"}{{/sorted(labels)}}]}"#,
        "a start with two labels and an account"
      ),
      (#"{"t":"{{title}}"{{#account_id}} "a":"{{account_id}}"{{/account_id}}}"#, "an account"),
      (#"{"t":"{{title}}"{{#account_name}} "a":1{{/account_name}}}"#, "an account"),
      (#"{"t":"{{title}}"{{#compare_url}} "a":"{{compare_url}}"{{/compare_url}}}"#, "an account"),
      (#"{"t":"{{title}}"{{#deployer}} "a":"{{name}}"{{/deployer}}}"#, "an account"),
      (#"{"t":"{{title}}"{{#previous_revision}} "a":1{{/previous_revision}}}"#, "an account"),
      (#"{"t":"{{title}}"{{#is.stopped}} "a":1{{/is.stopped}}}"#, "for a stop:"),
      (#"{"t":"{{title}}"{{#is.ready}} "a":1{{/is.ready}}}"#, "for a deployment that is ready:"),
      (#"{"t":"{{title}}"{{#is.overdue}} "a":1{{/is.overdue}}}"#, "for one that is overdue:"),
      (#"{"t":"{{title}}"{{#revision.bucket}} "a":1{{/revision.bucket}}}"#, "a revision in S3"),
      (#"{"a":"{{labels}}"}"#, "{{labels}}, which stands for several values"),
      (#"{"a":"{{sorted(labels)}}"}"#, "{{sorted(labels)}}, which stands for several values"),
    ])
  func rarer(body: String, says: String) throws {
    let values = SettingValues(
      ["url": [Self.url], "request_body": [body]], settings: WebhookChannel.settings)
    // One that was registered before is still used for the usual messages.
    try WebhookChannel.checkAll(values)
    try WebhookChannel.check(values)
    let problem = #expect(throws: SettingProblem.self) { try WebhookChannel.checkNew(values) }
    #expect(problem?.setting == "request_body")
    #expect(problem?.reason.contains(says) == true, "\(problem?.reason ?? "")")
  }

  @Test("A text may be one secret, and sections make JSON of what may be missing")
  func accepted() {
    #expect(
      problem(
        [
          "request_body": ["{{secret.all}}"], "content_type": ["text/plain"], "secret.all": ["x"],
        ]) == nil)
    let body = #"{"a": 1{{#completed_at}}, "at": {{epoch(completed_at)}}{{/completed_at}}}"#
    #expect(problem(["request_body": [body]]) == nil)
    #expect(problem(["request_body": ["{}"], "content_type": ["application/vnd.api+json"]]) == nil)
  }

  @Test("A name that nothing is filled in for is said, with the nearest") func unknownNames() {
    let settings = [
      "url": ["\(Self.url)?of={{aplication}}"], "header.X-Id": ["{{id}}"],
      "request_body": [
        #"{"a": "{{plain(titel)}}", "b": "{{#is.faild}}x{{/is.faild}}{{labels.team}}{{title}}"}"#
      ],
    ]
    let values = SettingValues(settings, settings: WebhookChannel.settings)
    #expect(
      WebhookChannel.warnings(values) == [
        "url: there is no value named aplication; did you mean {{application}}?",
        "request_body: there is no value named titel; did you mean {{title}}?",
        "request_body: there is no value named is.faild; did you mean {{is.failed}}?",
      ])
  }

  @Test("A secret that nothing asks for is said") func unused() {
    let settings = ["url": [Self.url], "secret.key": ["x"], "request_body": ["{}"]]
    let values = SettingValues(settings, settings: WebhookChannel.settings)
    #expect(
      WebhookChannel.warnings(values) == ["secret.key isn't used: there is no {{secret.key}}"])
  }

  @Test("A third secret and words without a place are said") func surplus() {
    func warnings(_ settings: [String: [String]]) -> [String] {
      let settings = ["url": [Self.url]].merging(settings) { $1 }
      return ChannelAdvice.warnings(
        of: ChannelConfiguration(type: "webhook", title: "x", body: "y", settings: settings),
        catalog: .all)
    }
    let changesNothing = "has no effect: the channel's messages have no place for it"
    #expect(warnings([:]) == ["title \(changesNothing)", "body \(changesNothing)"])
    #expect(warnings(["header.X": ["{{title}}"]]) == ["body \(changesNothing)"])
    #expect(warnings(["request_body": ["env:BODY"]]) == [])
    #expect(warnings(["request_body": [#"["{{title}}", "{{plain(body)}}"]"#]]) == [])
    let three = warnings(["secret": ["new-secret", "old-secret", "oldest-secret"]])
    #expect(three.contains { $0.hasPrefix("secret is given 3 times") }, "\(three)")
    #expect(!warnings(["secret": ["a-secret", "b-secret"]]).contains { $0.contains("secret is") })
  }
}
