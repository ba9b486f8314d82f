import CodeDeployNotifications
import Testing

@Suite struct RegistrationReaderTests {
  @Test("The document of the original service is valid to the letter") func original() throws {
    let document: DocumentValue = [
      "codedeploy_application_name": "checkout",
      "notifications": [["newrelic_notification": ["application_name": "Checkout API"]]],
    ]
    #expect(
      try document.registrations() == [
        Registration(
          application: "checkout", scope: Example.scope,
          channels: [
            ChannelConfiguration(
              type: "newrelic", settings: ["application_name": ["Checkout API"]])
          ])
      ])
  }

  @Test("Every key is read") func full() throws {
    let document: DocumentValue = [
      "codedeploy_application_name": "checkout", "region": "us-gov-west-1", "profile": "ops",
      "role_arn": "arn:aws-us-gov:iam::123456789012:role/path/reader", "external_id": "x-1",
      "deployment_groups": ["prod-*", "staging"], "events": ["started", "failed", "started"],
      "creators": ["user"], "deployers": ["ada": "ada@example.com"],
      "notifications": [
        [
          "webhook_notification": [
            "name": "team", "events": ["ready"], "deployment_groups": ["*-eu"],
            "title": "{{application}}", "body": "<{{event}}>", "url": "https://example.com/hook",
            "secret": "env:SECRET", "header.X-One": "1", "header.X-Two": "literal:env:2",
            "to": ["a", "b"], "port": 8443, "notify": true, "timeout": "5m", "format": "text",
            "tags": "env:as-it-is",
          ]
        ]
      ],
    ]
    let channel = ChannelConfiguration(
      type: "webhook", name: "team", events: [.ready], deploymentGroups: ["*-eu"],
      title: "{{application}}", body: "<{{event}}>",
      settings: [
        "url": ["https://example.com/hook"], "secret": ["env:SECRET"], "header.X-One": ["1"],
        "header.X-Two": ["literal:env:2"], "to": ["a", "b"], "port": ["8443"], "notify": ["true"],
        "timeout": ["5m"], "format": ["text"], "tags": ["env:as-it-is"],
      ])
    #expect(
      try document.registrations() == [
        Registration(
          application: "checkout",
          scope: AWSScope(
            region: "us-gov-west-1", profile: "ops",
            roleARN: "arn:aws-us-gov:iam::123456789012:role/path/reader"),
          externalID: "x-1", deploymentGroups: ["prod-*", "staging"], events: [.started, .failed],
          creators: ["user"], deployers: ["ada": "ada@example.com"], channels: [channel])
      ])
  }

  @Test("One value stands for a list of one")
  func single() throws {
    let document: DocumentValue = [
      "codedeploy_application_name": "checkout", "deployment_groups": "prod", "events": "failed",
      "creators": "user",
      "notifications": [["webhook_notification": ["url": "https://example.com", "to": "a"]]],
    ]
    let registration = try #require(try document.registrations().first)
    #expect(registration.deploymentGroups == ["prod"])
    #expect(registration.events == [.failed])
    #expect(registration.creators == ["user"])
    #expect(registration.channels.first?.settings["to"] == ["a"])
  }

  @Test(
    "A region that isn't named is the profile's",
    arguments: [
      (["region": "us-east-1", "profile": "lost"], "us-east-1"), (["profile": "ops"], "eu-west-1"),
      ([:], "eu-west-1"), (["profile": "lost"], ""),
    ])
  func region(keys: [String: String], region: String) throws {
    guard case .object(var members) = DocumentValue.with("creators", "user") else {
      Issue.record("the document is no object")
      return
    }
    members += keys.map { DocumentValue.Member($0.key, .text($0.value)) }
    #expect(try DocumentValue.object(members).registrations().map(\.scope.region) == [region])
  }

  @Test("A list holds a registration each, also of one application in two scopes")
  func list() throws {
    let document: DocumentValue = [
      .with("region", "us-east-1"), .with("region", "eu-west-1"), .with("profile", "ops"),
    ]
    #expect(
      try document.registrations().map(\.scope.label) == [
        "us-east-1", "eu-west-1", "eu-west-1, profile ops",
      ])
    #expect(try DocumentValue.list([]).registrations() == [])
  }

  @Test(
    "A setting takes every form of its kind",
    arguments: [
      ("url", "http://localhost:8080/x?y=z"), ("url", "HTTPS://example.com"), ("url", "file:/x"),
      ("url", "ssm:/prod/url"), ("url", "secretsmanager:arn:aws:x#url"), ("url", "credential:c"),
      ("url", "literal:https://example.com"), ("secret", "env:A"), ("secret", "********"),
      ("secret_url", "********"), ("port", "1"), ("port", "65535"), ("port", "env:PORT"),
      ("timeout", "90"), ("timeout", "1h30m"), ("format", "json"), ("header.A", "größe ü"),
    ])
  func values(key: String, value: String) throws {
    let url = DocumentValue.Member("url", "https://example.com")
    let settings = (key == "url" ? [] : [url]) + [DocumentValue.Member(key, .text(value))]
    let registration = try DocumentValue.webhook(.object(settings)).registrations().first
    let channel = registration?.channels.first
    #expect(channel?.settings[key] == [value])
  }
}
