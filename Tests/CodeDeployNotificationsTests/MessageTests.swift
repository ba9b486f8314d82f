import Foundation
import Testing

@testable import CodeDeployNotifications

@Suite struct MessageTextTests {
  @Test(
    "The headline says what, which version, where and how",
    arguments: [
      (.started, "checkout 0123456: deployment to production started"),
      (.ready, "checkout 0123456: deployment to production is ready for its traffic"),
      (.succeeded, "checkout 0123456: deployment to production succeeded in 3m 12s"),
      (.failed, "checkout 0123456: deployment to production failed after 3m 12s"),
      (.stopped, "checkout 0123456: deployment to production was stopped after 3m 12s"),
    ] as [(DeploymentEvent, String)])
  func headline(event: DeploymentEvent, line: String) {
    let deployment = Example.deployment {
      $0.revision = Revision(type: "GitHub", repository: "a/b", commit: "0123456789abcdef")
    }
    #expect(Example.notification(event, of: deployment).headline == line)
  }

  @Test(
    "A rollback is called one",
    arguments: [
      (Deployment.RollbackInformation(triggeredBy: "d-0"), "checkout: rollback to production"),
      (Deployment.RollbackInformation(rolledBackBy: "d-2"), "checkout: deployment to production"),
      (nil, "checkout: deployment to production"),
    ])
  func rollback(rollback: Deployment.RollbackInformation?, start: String) {
    let deployment = Example.deployment { $0.rollback = rollback }
    let headline = Example.notification(of: deployment).headline
    #expect(headline == "\(start) succeeded in 3m 12s")
  }

  @Test("The headline leaves out what is unknown") func shortHeadline() {
    let deployment = Deployment(
      id: "d-1", application: "checkout", status: .failed, createdAt: Example.now)
    #expect(Example.notification(.failed, of: deployment).headline == "checkout: deployment failed")
  }

  @Test(
    "A message that is late says how late",
    arguments: [
      (-60, ""), (59 * 60, ""), (3600, ", 1 hour late"), (7199, ", 1 hour late"),
      (5 * 3600, ", 5 hours late"), (47 * 3600, ", 47 hours late"), (48 * 3600, ", 2 days late"),
      (9 * 86400, ", 9 days late"), (400 * 86400, ""),
    ] as [(Double, String)])
  func late(seconds: Double, words: String) throws {
    var notification = Example.notification()
    notification.completedAt = Example.now
    func message(_ channel: ChannelConfiguration) throws -> ChannelMessage {
      try ChannelMessage(
        notification, templates: channel, now: Example.now.addingTimeInterval(seconds))
    }
    let plain = try message(ChannelConfiguration(type: "slack"))
    #expect(plain.title.text == notification.headline + words)
    #expect(plain.body.text.hasPrefix(plain.title.text + "\n"))
    #expect(!plain.notification.facts.contains { $0.label == "Announced" })
    // A user's own title isn't changed.
    let own = try message(ChannelConfiguration(type: "slack", title: "{{application}}"))
    #expect(own.title.text == "checkout")
    let fact = own.notification.facts.first { $0.label == "Announced" }
    #expect(fact?.value == (words.isEmpty ? nil : String(words.dropFirst(2))))
    let json = try JSONCoding.encoder().encode(plain.notification)
    #expect(json == (try JSONCoding.encoder().encode(notification)))
  }

  @Test("A success that isn't whole doesn't read like one") func partialSuccess() {
    let deployment = Example.deployment {
      $0.overview = Deployment.Overview(succeeded: 11, failed: 1)
    }
    let notification = Example.notification(of: deployment)
    #expect(
      notification.headline
        == "checkout: deployment to production succeeded in 3m 12s, but failed on 1 of 12")
    #expect(notification.tone == .doubtful)
  }

  @Test("The story tells every fact, a line each") func fullStory() {
    var notification = Example.notification(.failed, of: Example.fullDeployment)
    notification.failure = Example.failure
    #expect(
      notification.story == """
        checkout 0123456: rollback to production failed after 3m 12s
        Why: BeforeInstall failed on i-0abc, in scripts/stop.sh: ScriptFailed: exit code 1
        Why: HEALTH_CONSTRAINTS: too few healthy instances
        Rollback: Rolls back d-0 to 0123456; Rolled back by d-2 (rolled back)
        Version: 0123456
        Deployment group: production
        Instances: 1/21, 2 failed, 3 skipped
        Rollout: one at a time
        Deployed by: ada@example.com
        Description: Fix "rounding" / deployed-by: ada@example.com
        Deployment: d-1
        Region: eu-west-1
        Changes: https://github.com/acme/checkout/compare/fedcba9876543210...0123456789abcdef
        Console: https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-1?region=eu-west-1

        The last lines of the log:
          [stderr] stopping
          [stderr] no such service
        """)
  }

  @Test("The story leaves out what is unknown or empty") func shortStory() {
    var deployment = Deployment(
      id: "d-1", application: "checkout", status: .stopped, createdAt: Example.now)
    deployment.description = ""
    deployment.error = Deployment.ErrorInformation(message: "Stopped by hand")
    #expect(
      Example.notification(.stopped, of: deployment).story == """
        checkout: deployment was stopped
        Why: Stopped by hand
        Deployment: d-1
        Region: eu-west-1
        Console: https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-1?region=eu-west-1
        """)
  }
}

@Suite struct MessageFactTests {
  @Test(
    "CodeDeploy's own configurations are put into words",
    arguments: [
      ("CodeDeployDefault.AllAtOnce", "all at once"),
      ("CodeDeployDefault.HalfAtATime", "half at a time"),
      ("CodeDeployDefault.OneAtATime", "one at a time"),
      ("CodeDeployDefault.ECSAllAtOnce", "all at once"),
      ("CodeDeployDefault.LambdaCanary10Percent5Minutes", "canary: 10 % for 5 min, then all"),
      ("CodeDeployDefault.ECSLinear10PercentEvery1Minutes", "linear: 10 % every 1 min"),
      ("CodeDeployDefault.LambdaLinear10PercentEvery10Minutes", "linear: 10 % every 10 min"),
      ("CodeDeployDefault.SomethingNew", "CodeDeployDefault.SomethingNew"),
      ("three-quarters", "three-quarters"),
    ])
  func rollout(configuration: String, words: String) {
    let deployment = Example.deployment { $0.deploymentConfig = configuration }
    let facts = Example.notification(of: deployment).facts
    #expect(facts.first { $0.label == "Rollout" }?.value == words)
  }

  @Test("Targets are called what they are on their platform") func targets() {
    for (platform, label) in [
      (.server, "Instances"), (.lambda, "Functions"), (.ecs, "Task sets"), ("New", "Instances"),
    ] as [(ComputePlatform, String)] {
      let deployment = Example.deployment {
        $0.computePlatform = platform
        $0.overview = Deployment.Overview(succeeded: 12, failed: 0)
      }
      let facts = Example.notification(of: deployment).facts
      #expect(facts.contains(MessageFact(.targets, label, "12/12")))
    }
  }

  @Test("A fact is a line of plain text, and leads to where more is") func form() {
    let deployment = Example.deployment {
      $0.description = "one\ntwo"
      $0.creator = "codeDeployRollback"
      $0.revision = Revision(type: "GitHub", repository: "acme/a)[b](c", commit: "0123456789")
    }
    let notification = Example.notification(of: deployment)
    #expect(notification.facts.contains(MessageFact(.description, "Description", "one two")))
    #expect(
      notification.facts.contains(MessageFact(.creator, "Started by", "CodeDeploy, to roll back")))
    let version = notification.facts.first { $0.label == "Version" }
    #expect(version?.url == "https://github.com/acme/a%29%5Bb%5D%28c/commit/0123456789")
    #expect(notification.facts.contains { $0.url == notification.consoleURL })
  }
}

@Suite struct CleaningTests {
  @Test("No control character reaches a channel") func controls() throws {
    let nasty = "a\u{0}b\u{1B}[31mc\u{7}\r\nd\te"
    let deployment = Example.deployment {
      $0.description = nasty
      $0.deploymentConfig = nasty
      $0.revision = Revision(type: "S3", bucket: nasty, key: nasty, version: nasty, etag: nasty)
      $0.error = Deployment.ErrorInformation(code: nasty, message: nasty)
      $0.rollback = Deployment.RollbackInformation(triggeredBy: "d-0", message: nasty)
    }
    var notification = Example.notification(of: deployment)
    notification.failure = DeploymentNotification.Failure(
      target: nasty, lifecycleEvent: nasty, errorCode: nasty, script: nasty, message: nasty,
      logTail: nasty)
    notification.deployer = DeploymentNotification.Deployer(name: nasty, email: nasty)
    let message = try ChannelMessage(
      notification,
      templates: ChannelConfiguration(
        type: "hook", title: "{{description}}", body: "{{description}}"))
    #expect(message.notification.description == "abc\nd\te")
    #expect(message.title.text == "abc\nd\te")
    let json = try JSONCoding.encoder().encode(message.notification)
    let text = String(decoding: json, as: UTF8.self)
    for escaped in ["\\u00", "\\r", "\\b", "\\f", "[31m"] { #expect(!text.contains(escaped)) }
  }
}

@Suite struct MessageTemplateTests {
  private func render(_ template: String) throws -> String {
    let channel = ChannelConfiguration(type: "webhook", title: template)
    let notification = Example.notification(.failed, of: Example.fullDeployment)
    return try ChannelMessage(notification, templates: channel).title.text
  }

  @Test(
    "A template sees the notification's JSON names",
    arguments: [
      ("{{application}} {{event}}", "checkout failed"),
      ("{{revision.label}} {{error.code}}", "0123456 HEALTH_CONSTRAINTS"),
      ("{{duration_seconds}} {{version}}", "192 1"), ("{{completed_at}}", "2027-01-15T07:59:00Z"),
      ("{{#rollback}}of {{triggered_by}}{{/rollback}}", "of d-0"),
      ("{{^failure}}no cause{{/failure}}", "no cause"),
      ("[{{#failure}}{{message}}{{/failure}}]", "[]"),
      ("{{nothing}}[{{revision.nothing}}{{failure.message}}]", "[]"),
      ("{{description}}", #"Fix "rounding" / deployed-by: ada@example.com"#),
      ("<b>&{{! a comment }}</b>", "<b>&</b>"), ("ünï {{application}}\n2", "ünï checkout\n2"),
    ])
  func fields(template: String, text: String) throws {
    #expect(try render(template) == text)
  }

  @Test("Templates don't escape for HTML", arguments: ["{{description}}", "{{{description}}}"])
  func noEscaping(template: String) throws {
    let deployment = Example.deployment { $0.description = #"<a href="x">R&D's</a>"# }
    let channel = ChannelConfiguration(type: "webhook", title: "t", body: template)
    let message = try ChannelMessage(
      Example.notification(of: deployment), templates: channel)
    #expect(message.body.text == #"<a href="x">R&D's</a>"#)
  }

  @Test("Values are escaped for the channel's markup, addresses and the template are not")
  func escaping() throws {
    let channel = ChannelConfiguration(type: "slack", body: "*{{application}}* {{compare_url}}")
    let message = try ChannelMessage(
      Example.notification(.failed, of: Example.fullDeployment), templates: channel,
      escaping: { "<\($0)>" })
    let compare = "https://github.com/acme/checkout/compare/fedcba9876543210...0123456789abcdef"
    #expect(message.body == .init("*<checkout>* \(compare)", isTemplate: true))
    #expect(message.title.markup { "<\($0)>" } == "<\(message.title.text)>")
    #expect(message.body.markup { "<\($0)>" } == message.body.text)
  }

  @Test("Values aren't templates themselves") func noInjection() throws {
    let deployment = Example.deployment { $0.description = "{{application}}" }
    let channel = ChannelConfiguration(type: "webhook", title: "{{description}}")
    let message = try ChannelMessage(
      Example.notification(of: deployment), templates: channel)
    #expect(message.title.text == "{{application}}")
  }

  @Test(
    "A template that comes to nothing gives way to the standard words, with their lateness",
    arguments: ["{{failure.message}}", " \n", "{{#failure}}{{message}}{{/failure}}", ""])
  func nothing(template: String) throws {
    let notification = Example.notification(.failed, of: Example.fullDeployment)
    let templates = ChannelConfiguration(type: "webhook", title: template, body: template)
    let late = try #require(notification.completedAt).addingTimeInterval(3 * 3600)
    let message = try ChannelMessage(notification, templates: templates, now: late)
    let standard = try ChannelMessage(
      notification, templates: ChannelConfiguration(type: "webhook"), now: late)
    #expect(message.title == standard.title && message.body == standard.body)
    #expect(message.title.text.hasSuffix("3 hours late"))
    #expect(message.notification == standard.notification)
  }

  @Test("Labels with any name are reached by going through them, sorted") func anyLabel() throws {
    let notification = DeploymentNotification(
      event: .failed, of: Example.fullDeployment, region: "eu-west-1",
      labels: ["team.x": "a", "b c": "d"])
    let template = "{{#sorted(labels)}}{{key}}={{value}};{{/sorted(labels)}}"
    let message = try ChannelMessage(
      notification, templates: ChannelConfiguration(type: "webhook", title: template))
    #expect(message.title.text == "b c=d;team.x=a;")
    #expect(TemplateNames.warnings("title", template).isEmpty)
    #expect(
      TemplateNames.warnings("title", "{{labels.team.x}} {{labels.team}}") == [
        "title: there is no value named labels.team.x"
      ])
  }

  @Test("A function that makes nothing of its value is told") func functions() {
    #expect(
      TemplateNames.warnings("title", "{{upper(application)}} {{plain(event)}}") == [
        "title: there is no function named upper; did you mean uppercased?",
        "title: there is no function named plain",
      ])
    #expect(
      TemplateNames.warnings(
        "url", "{{epoch(title)}}{{epoch(title)}}{{#created_at}}{{epoch(.)}}{{/created_at}}",
        ofRequest: true)
        == ["url: epoch is for times, such as {{epoch(completed_at)}}; title is none"])
    #expect(
      TemplateNames.warnings(
        "url",
        "{{plain(uppercased(title))}}{{epoch(created_at)}}{{^empty(labels)}}{{/empty(labels)}}",
        ofRequest: true) == [])
  }

  @Test("Without templates there are the headline and the story") func defaults() throws {
    let notification = Example.notification()
    let message = try ChannelMessage(
      notification, templates: ChannelConfiguration(type: "webhook"))
    #expect(message.title.text == notification.headline)
    #expect(message.body.text == notification.story)
    #expect(message.notification == notification)
  }

  @Test(
    "A broken template says which one, where and why",
    arguments: [
      ("title", "{{application", "line 1, column 14: the template ends in the middle of a tag"),
      ("body", "{{#rollback}}x", "line 1, column 15: a section that was opened"),
      ("title", "{{/rollback}}", "line 1, column"),
      ("body", "one\ntwo {{#a}}{{/b}}", "line 2, column"),
    ])
  func broken(setting: String, template: String, place: String) throws {
    let problem = try #require(throws: TemplateProblem.self) {
      try MessageTemplate(template, setting: setting)
    }
    #expect(problem.setting == setting)
    #expect(
      problem.description.hasPrefix("the template of \(setting) is broken at \(place)"),
      "\(problem.description)")
  }
}
