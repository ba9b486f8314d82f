import CodeDeployNotifications
import Testing

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
    let deployment = Sample.deployment {
      $0.revision = Revision(type: "GitHub", repository: "a/b", commit: "0123456789abcdef")
    }
    #expect(Sample.notification(event, of: deployment).headline == line)
  }

  @Test(
    "A rollback is called one",
    arguments: [
      (Deployment.RollbackInformation(triggeredBy: "d-0"), "checkout: rollback to production"),
      (Deployment.RollbackInformation(rolledBackBy: "d-2"), "checkout: deployment to production"),
      (nil, "checkout: deployment to production"),
    ])
  func rollback(rollback: Deployment.RollbackInformation?, start: String) {
    let deployment = Sample.deployment { $0.rollback = rollback }
    let headline = Sample.notification(of: deployment).headline
    #expect(headline == "\(start) succeeded in 3m 12s")
  }

  @Test("The headline leaves out what is unknown") func shortHeadline() {
    let deployment = Deployment(
      id: "d-1", application: "checkout", status: .failed, createdAt: Sample.now)
    #expect(Sample.notification(.failed, of: deployment).headline == "checkout: deployment failed")
  }

  @Test("The story tells every fact, a line each") func fullStory() {
    #expect(
      Sample.notification(.failed, of: Sample.fullDeployment).story == """
        checkout 0123456: rollback to production failed after 3m 12s
        Why: HEALTH_CONSTRAINTS: too few healthy instances
        Rollback of: d-0
        Rolled back by: d-2
        Description: Fix "rounding" / deployed-by: ada@example.com
        Deployed by: ada@example.com
        Deployment: d-1
        Region: eu-west-1
        Created by: user
        Changes: https://github.com/acme/checkout/compare/fedcba9876543210...0123456789abcdef
        Console: https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-1?region=eu-west-1
        """)
  }

  @Test("The story leaves out what is unknown or empty") func shortStory() {
    var deployment = Deployment(
      id: "d-1", application: "checkout", status: .stopped, createdAt: Sample.now)
    deployment.description = ""
    deployment.error = Deployment.ErrorInformation(message: "Stopped by hand")
    #expect(
      Sample.notification(.stopped, of: deployment).story == """
        checkout: deployment was stopped
        Why: Stopped by hand
        Deployment: d-1
        Region: eu-west-1
        Console: https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-1?region=eu-west-1
        """)
  }
}

@Suite struct MessageTemplateTests {
  private func render(_ template: String) throws -> String {
    let channel = ChannelConfiguration(type: "webhook", title: template)
    let notification = Sample.notification(.failed, of: Sample.fullDeployment)
    return try ChannelMessage(notification, templates: channel).title
  }

  @Test(
    "A template sees the notification's JSON names",
    arguments: [
      ("{{application}} {{event}}", "checkout failed"), ("", ""),
      ("{{revision.label}} {{error.code}}", "0123456 HEALTH_CONSTRAINTS"),
      ("{{duration_seconds}} {{version}}", "192 1"), ("{{completed_at}}", "2027-01-15T07:59:00Z"),
      ("{{#rollback}}of {{triggered_by}}{{/rollback}}", "of d-0"),
      ("{{^failure}}no cause{{/failure}}", "no cause"),
      ("{{#failure}}{{message}}{{/failure}}", ""),
      ("{{nothing}}[{{revision.nothing}}{{failure.message}}]", "[]"),
      ("{{description}}", #"Fix "rounding" / deployed-by: ada@example.com"#),
      ("<b>&{{! a comment }}</b>", "<b>&</b>"), ("ünï {{application}}\n2", "ünï checkout\n2"),
    ])
  func fields(template: String, text: String) throws {
    #expect(try render(template) == text)
  }

  @Test("Templates don't escape for HTML", arguments: ["{{description}}", "{{{description}}}"])
  func noEscaping(template: String) throws {
    let deployment = Sample.deployment { $0.description = #"<a href="x">R&D's</a>"# }
    let channel = ChannelConfiguration(type: "webhook", title: "t", body: template)
    let message = try ChannelMessage(
      Sample.notification(of: deployment), templates: channel)
    #expect(message.body == #"<a href="x">R&D's</a>"#)
  }

  @Test("Values aren't templates themselves") func noInjection() throws {
    let deployment = Sample.deployment { $0.description = "{{application}}" }
    let channel = ChannelConfiguration(type: "webhook", title: "{{description}}")
    let message = try ChannelMessage(
      Sample.notification(of: deployment), templates: channel)
    #expect(message.title == "{{application}}")
  }

  @Test("Without templates there are the headline and the story") func defaults() throws {
    let notification = Sample.notification()
    let message = try ChannelMessage(
      notification, templates: ChannelConfiguration(type: "webhook"))
    #expect(message.title == notification.headline)
    #expect(message.body == notification.story)
    #expect(message.notification == notification)
  }

  @Test(
    "A broken template says which one and why",
    arguments: [
      ("title", "{{application"), ("body", "{{#rollback}}x"), ("title", "{{/rollback}}"),
      ("body", "{{#a}}{{/b}}"),
    ])
  func broken(setting: String, template: String) throws {
    let problem = try #require(throws: TemplateProblem.self) {
      try MessageTemplate(template, setting: setting)
    }
    #expect(problem.setting == setting)
    #expect(problem.description.hasPrefix("the template of \(setting) is broken: "))
    #expect(problem.description.count > "the template of \(setting) is broken: ".count)
  }
}
