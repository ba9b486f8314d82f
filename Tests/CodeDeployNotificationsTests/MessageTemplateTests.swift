import Foundation
import Testing

@testable import CodeDeployNotifications

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

  @Test(
    "What can't be meant is refused when it is registered; of before, the standard words replace it",
    arguments: [
      ("Hi {{", "has {{ without }} behind it"), ("{{{", "has {{ without }} behind it"),
      ("{{> x}}", "uses {{>…}}"), ("{{>x}} {{application}}", "uses {{>…}}"),
      ("{{$x}}a{{/x}}", "uses {{$…}}"), ("{{% CONTENT_TYPE:HTML}}{{description}}", "uses {{%…}}"),
      ("a{{}}", "an empty tag"), ("{{.}}", "has {{.}}"),
      ("{{#failure}}{{.}}{{/failure}}{{#revision}}{{.}}{{/revision}}", "has {{.}}"),
      ("{{labels}}", "name one, as in {{labels.NAME}}"), ("{{{labels}}}", "has {{{labels}}}"),
      ("{{revision}}", "as in {{revision.type}}"), ("{{overview}}", "has {{overview}}"),
      ("{{sorted(labels)}}", "has {{sorted(labels)}}"),
      ("{{#rollback}}{{error}}{{/rollback}}", "has {{error}}"),
    ])
  func refused(template: String, reason: String) throws {
    let problem = try #require(TemplateRules.problem(of: template))
    #expect(problem.contains(reason), "\(problem)")
    let text = try render(template)
    #expect(text == Example.notification(.failed, of: Example.fullDeployment).headline)
  }

  @Test(
    "What is right stays right",
    arguments: [
      "{{application}} {{revision.label}}", "{{! a comment }}{{event}}", "}} {{event}}",
      "{{#description}}{{.}}{{/description}}",
      "{{count(labels)}}{{#labels.team}}{{.}}{{/labels.team}}",
      "{{#labels}}{{error}}{{/labels}}", "{{#sorted(labels)}}{{key}}={{value}}{{/sorted(labels)}}",
      "{{^failure}}no cause{{/failure}}{{#empty(labels)}}x{{/empty(labels)}}",
    ])
  func accepted(template: String) { #expect(TemplateRules.problem(of: template) == nil) }

  @Test("Whatever a template does with an object, no notation of Swift is in the message")
  func objects() throws {
    let notification = DeploymentNotification(
      event: .failed, of: Example.fullDeployment, region: "eu-west-1", labels: ["a": "b"])
    for template in [
      "{{#labels}}{{.}}{{/labels}}", "{{#sorted(labels)}}[{{.}}]{{/sorted(labels)}}",
      "{{first(sorted(labels))}}{{enumerated(labels)}}{{labels}}{{.}}",
      "{{.labels}}{{{.revision}}}",
    ] {
      let text = try MessageTemplate(template, setting: "title").render(notification) { $0 }
      #expect(["", "[]"].contains(text), "\(text)")
    }
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
    "Sections are counted whatever delimiters a template of before has",
    arguments: [
      "{{=<% %>=}}" + String(repeating: "<%#a%>", count: 3000),
      "{{=longdelimiter %>=}}" + String(repeating: "longdelimiter#a%>", count: 3000),
    ])
  func sections(template: String) throws {
    let problem = try #require(throws: TemplateProblem.self) {
      try MessageTemplate(template, setting: "body")
    }
    #expect(problem.reason == "has more than 200 sections")
  }

  @Test(
    "A broken template says which one, where and why",
    arguments: [
      ("title", "{{application", "line 1, column 14: the template ends in the middle of a tag"),
      ("body", "{{#rollback}}x", "line 1, column 15: a section that was opened"),
      ("title", "{{/rollback}}", "line 1, column"),
      ("body", "one\ntwo {{#a}}{{/b}}", "line 2, column"),
      ("title", "{{=<% %}}", "line 1, column 7: this kind of tag isn't supported here"),
      ("title", "{{% FORMAT:HTML}}", "line 1, column 18: this kind of tag isn't supported here"),
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
