import Testing

@testable import CodeDeployNotifications

/// Mistakes that are accepted with a warning, and values without one.
@Suite struct ChannelAdviceTests {
  private static func warnings(
    _ settings: [String: [String]] = [:], title: String? = nil, shared: Bool = false
  ) -> [String] {
    let settings = ["url": ["https://h"]].merging(settings) { _, new in new }
    return ChannelAdvice.warnings(
      of: ChannelConfiguration(type: "webhook", title: title, settings: settings), catalog: .fake,
      isStoreShared: shared)
  }

  @Test(
    "A kind of reference that is misspelt is told",
    arguments: [
      ("evn:NAME", "env"), ("ENV:NAME", "env"), ("en:NAME", "env"), ("fiel:/x", "file"),
      ("File:/x", "file"), ("smm:/x", "ssm"), ("credentials:x", "credential"),
      ("secretmanager:x", "secretsmanager"), ("litteral:x", "literal"),
    ])
  func misspelt(value: String, meant: String) {
    let warnings = Self.warnings(["secret": [value]]).filter {
      $0.contains("is not a kind of reference")
    }
    #expect(warnings.count == 1)
    #expect(warnings[0].contains("did you mean \(meant):?"))
    #expect(!warnings[0].contains("NAME"))
  }

  @Test(
    "What doesn't look like a reference is not told as a misspelt one",
    arguments: [
      "hunter2hunter2", "dev:hunter2hunter2", "arn:aws:x:y:zzzzz", "user:passwordpassword",
      "literal:evn:NAMENAME", "env:NAME", "Bearer env:xxxxxxx", "prod:xxxxxxxxxxxx",
    ])
  func noSlip(value: String) { #expect(Self.warnings(["secret": [value]]) == []) }

  @Test(
    "A name that a template can't fill in is told",
    arguments: [
      ("{{aplication}} went out", "aplication; did you mean {{application}}?"),
      ("{{#failure}}{{scrpt}}{{/failure}}", "scrpt; did you mean {{script}}?"),
      ("{{{ deployment_groop }}}", "deployment_groop; did you mean {{deployment_group}}?"),
      ("{{revision.comit}}", "revision.comit; did you mean {{revision.commit}}?"),
      ("{{log_tail}}", "log_tail; did you mean {{failure.log_tail}}?"),
      ("{{#failure}}x{{/failure}}{{script}}", "script; did you mean {{failure.script}}?"),
      ("{{^failure}}{{script}}{{/failure}}", "script; did you mean {{failure.script}}?"),
      ("{{#labels}}{{team}}{{/labels}}{{team}}", "team"),
      ("{{late}}", "late"), ("{{nope}}", "nope"),
      ("{{^zzzzzzzzzzzzzzzzzzzz}}x{{/zzzzzzzzzzzzzzzzzzzz}}", "zzzzzzzzzzzzzzzzzzzz"),
    ])
  func templates(template: String, expected: String) {
    let warnings = Self.warnings(title: template)
    #expect(warnings.count == 1)
    let name = expected.split(separator: ";")[0].split(separator: " ")[0]
    #expect(warnings.first?.hasPrefix("title: there is no value named \(name)") == true)
    if expected.contains(";") {
      #expect(warnings.first?.hasSuffix(String(expected.split(separator: ";")[1])) == true)
    }
  }

  @Test(
    "A template whose names are known causes no advice",
    arguments: [
      "{{application}} {{{revision.label}}} {{&event}}", "{{#failure}}{{log_tail}}{{/failure}}",
      "{{! a comment }}{{labels.team}}{{#labels}}{{anything.else}}{{/labels}}"
        .replacing("{{anything.else}}", with: ""),
      "{{#labels}}{{team}} {{cost.center}}{{#team}}{{.}}{{/team}}{{/labels}}",
      "{{#revision}}{{#failure}}{{commit}} {{script}} {{application}}{{/failure}}{{/revision}}",
      "{{#application}}{{deployment_group}}{{previous_revision.label}}{{/application}}",
      "{{lowercased(completed_at)}} {{.}} {{%CONTENT_TYPE:HTML}}", "no tags", "{{", "{{}}", "}}{{",
    ])
  func knownNames(template: String) { #expect(Self.warnings(title: template) == []) }

  @Test("Every name of the notification's JSON is known") func allNames() throws {
    var notification = DeploymentNotification(
      event: .failed, of: Example.deployment(), region: "eu-west-1")
    notification.failure = .init(
      target: "i-0", lifecycleEvent: "AfterInstall", errorCode: "x", script: "s", message: "m",
      logTail: "l")
    let json = try JSONCoding.encoder().encode(notification)
    let value = try JSONCoding.decoder().decode([String: AnyName].self, from: json)
    let names = value.flatMap { key, value in [key] + value.names.map { "\(key).\($0)" } }
    #expect(names.count > 10)
    for name in names { #expect(TemplateNames.unknown(in: "{{\(name)}}") == [], "\(name)") }
  }

  /// The keys of a value that is an object.
  private struct AnyName: Decodable {
    var names: [String] = []
    init(from decoder: any Decoder) throws {
      names = (try? decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue)) ?? []
    }
    struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init?(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
  }

  @Test("A short secret, plain http, and a secret in a table are told") func others() {
    #expect(Self.warnings(["secret": ["hush"]]).count == 1)
    #expect(Self.warnings(["secret": ["hush-hush"]]) == [])
    #expect(Self.warnings(["url": ["http://example.com"]]).count == 1)
    #expect(Self.warnings(["url": ["http://127.0.0.1:1"]]) == [])
    #expect(Self.warnings(["url": ["http://127.0.0.1.example.com"]]).count == 1)
    #expect(Self.warnings(["secret": ["hush-hush"]], shared: true).count == 1)
    #expect(Self.warnings(["url": ["https://h/path"]], shared: true).count == 1)
    #expect(Self.warnings(["secret": ["env:HUSH"]], shared: true) == [])
  }

  @Test("Patterns that match no deployment group are told, with the nearest") func groups() {
    let registration = Planned.registration([
      ChannelConfiguration(type: "webhook", deploymentGroups: ["prod-*", "stagign"])
    ])
    #expect(
      ChannelAdvice.warnings(ofGroups: registration, among: ["prod-eu", "staging"]) == [
        "no deployment group of checkout matches \"stagign\"; did you mean staging? "
          + "There are: prod-eu, staging"
      ])
    #expect(
      ChannelAdvice.warnings(ofGroups: registration, among: ["prod-eu", "canary"]) == [
        "no deployment group of checkout matches \"stagign\"; there are: canary, prod-eu"
      ])
    #expect(ChannelAdvice.warnings(ofGroups: registration, among: []) == [])
  }

  @Test(
    "What can't be right is refused",
    arguments: [
      ("prod[", "has a [ without a closing ]"), ("prod[a-", "has a [ without a closing ]"),
      ("prod\\", "ends with \\"), ("", "must not be empty"), ("a\nb", "control characters"),
    ])
  func patterns(pattern: String, reason: String) {
    let problem = #expect(throws: DocumentProblem.self) {
      try RegistrationRules.checkGroups([pattern], at: "deployment_groups")
    }
    #expect(problem?.reason.contains(reason) == true)
  }

  @Test(
    "Patterns that are meant are taken", arguments: ["prod", "prod-*", "[a-c]?", "a\\[", "[]]"])
  func patternsTaken(pattern: String) throws {
    try RegistrationRules.checkGroups([pattern], at: "x")
  }

  @Test(
    "Values are held to the same rules, written out or referenced",
    arguments: [
      ("url", "https://h:65536/x", "names the port 65536"),
      ("url", "https://h /x", "contains a space"), ("url", " https://h", "begins with a space"),
      ("url", "https://h\u{a0}", "ends with a space"), ("url", "https://h\t", "control characters"),
      ("url", "ftp://ada:hunter2@h", "is not an http or https URL"),
      ("secret", "abc ", "ends with a space"), ("secret", "abc\nd", "control characters"),
      ("program", "/bin/x ", "ends with a space"), ("port", "65536", "whole number"),
      ("server", "h:80", "without scheme and port"), ("timeout", "5 parsecs", "is not a duration"),
      ("format", "hunter2", "must be one of json, text"),
    ])
  func values(key: String, value: String, reason: String) async throws {
    let setting = try #require(ChannelCatalog.fake.setting(key, of: "webhook"))
    let problem = SettingRules.problem(value, setting)
    #expect(problem?.contains(reason) == true, "\(problem ?? "nothing")")
    #expect(problem?.contains("hunter2") == false)
  }
}
