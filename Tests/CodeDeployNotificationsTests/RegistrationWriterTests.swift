import CodeDeployNotifications
import Testing

@Suite struct RegistrationWriterTests {
  private static let full = Registration(
    application: "checkout",
    scope: AWSScope(
      region: "eu-west-1", profile: "ops", roleARN: "arn:aws:iam::123456789012:role/reader"),
    externalID: "x-1", deploymentGroups: ["prod-*"], events: [.started, .failed],
    creators: ["user"], deployers: ["b": "b@example.com", "a": "a@example.com"],
    deployerDomains: ["example.com"],
    channels: [
      ChannelConfiguration(
        type: "newrelic",
        settings: ["application_name": ["Checkout API"], "api_key": ["ssm:/prod/key"]]),
      ChannelConfiguration(
        type: "webhook", name: "team", events: [.ready], deploymentGroups: ["*-eu"],
        title: "{{event}}", body: "b",
        settings: [
          "url": ["https://example.com"], "header.X": ["1"], "to": ["a"], "port": ["8443"],
          "notify": ["true"], "timeout": ["5m"], "secret": ["hunter2"],
        ]),
    ])

  private func document(
    _ registration: Registration, revealingSecrets: Bool = false
  ) -> DocumentValue {
    RegistrationWriter(catalog: .fake, revealingSecrets: revealingSecrets).document(registration)
  }

  @Test("A registration is written under the document's keys") func full() {
    let expected: DocumentValue = [
      "codedeploy_application_name": "checkout", "region": "eu-west-1", "profile": "ops",
      "role_arn": "arn:aws:iam::123456789012:role/reader", "external_id": "x-1",
      "deployment_groups": ["prod-*"], "events": ["started", "failed"], "creators": ["user"],
      "deployers": ["a": "a@example.com", "b": "b@example.com"],
      "deployer_domains": ["example.com"],
      "notifications": [
        [
          "newrelic_notification": [
            "api_key": "ssm:/prod/key", "application_name": "Checkout API",
          ]
        ],
        [
          "webhook_notification": [
            "name": "team", "events": ["ready"], "deployment_groups": ["*-eu"],
            "title": "{{event}}", "body": "b", "header.X": "1", "notify": true, "port": 8443,
            "secret": "********", "timeout": "5m", "to": ["a"], "url": "https://example.com",
          ]
        ],
      ],
    ]
    #expect(document(Self.full) == expected)
  }

  @Test("What is unset is left out") func minimal() {
    let registration = Registration(
      application: "checkout", scope: AWSScope(region: ""),
      channels: [ChannelConfiguration(type: "newrelic")])
    let expected: DocumentValue = [
      "codedeploy_application_name": "checkout", "notifications": [["newrelic_notification": [:]]],
    ]
    #expect(document(registration) == expected)
  }

  @Test("What is written is read as it was, but for masked secrets") func roundTrip() throws {
    var masked = Self.full
    masked.channels[1].settings["secret"] = ["********"]
    #expect(try document(Self.full).registrations() == [masked])
    #expect(try document(Self.full, revealingSecrets: true).registrations() == [Self.full])
  }

  @Test(
    "Literals of secrets are masked, references and the rest are not",
    arguments: [
      ("secret", "hunter2", "********"), ("secret", "literal:env:A", "********"),
      ("secret", "env:A", "env:A"), ("secret", "secretsmanager:a#b", "secretsmanager:a#b"),
      ("secret", "environment:A", "********"), ("secret_url", "https://h/2", "https://h/********"),
      ("secret_url", "https://ada:pw@h:1/2?k=v", "https://h:1/********"),
      ("url", "https://h/2", "https://h/********"), ("url", "https://h", "https://h"),
      ("tags", "env:A", "env:A"), ("header.X", "1", "1"),
    ])
  func masking(key: String, value: String, shown: String) throws {
    let channel = ChannelConfiguration(
      type: "webhook", settings: ["url": ["https://h"]].merging([key: [value]]) { $1 })
    let written = document(Planned.registration([channel]))
    let read = try written.registrations().first?.channels.first
    #expect(read?.settings[key] == [shown])
  }

  @Test(
    "A number or flag is written as one only in its plain form",
    arguments: [
      ("port", "80", 80), ("port", "+80", "+80"), ("port", "080", "080"),
      ("port", "env:P", "env:P"),
      ("notify", "false", false), ("notify", "env:N", "env:N"),
    ] as [(String, String, DocumentValue)])
  func kinds(key: String, value: String, written: DocumentValue) {
    let channel = ChannelConfiguration(type: "webhook", settings: [key: [value]])
    let expected: DocumentValue = [
      "codedeploy_application_name": "checkout", "region": "eu-west-1",
      "notifications": [["webhook_notification": .object([.init(key, written)])]],
    ]
    #expect(document(Planned.registration([channel])) == expected)
  }

  @Test("Settings of a type that isn't known are all masked") func unknownType() {
    let channel = ChannelConfiguration(
      type: "pager", settings: ["key": ["hunter2"], "other": ["env:A"]])
    let expected: DocumentValue = [
      "codedeploy_application_name": "checkout", "region": "eu-west-1",
      "notifications": [["pager_notification": ["key": "********", "other": "env:A"]]],
    ]
    #expect(document(Planned.registration([channel])) == expected)
  }
}
