import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct SNSChannelTests {
  private static let arn = "arn:aws:sns:us-west-2:123456789012:deployments"

  /// The call's parameters; the call itself is checked as well.
  private func parameters(
    _ settings: [String: [String]] = [:], _ message: ChannelMessage = Sample.message(),
    arn: String = arn
  ) async throws -> [(String, String)] {
    let provider = Provider(aws: [.success(Array(ChannelSample.published.utf8))])
    let channel = try channel("sns", settings.merging(["topic_arn": [arn]]) { $1 })
    let answer = try await channel.deliver(message, with: provider.services())
    #expect(answer == "published as m-1")
    let call = try #require(await provider.calls.first)
    #expect(call.service == "sns" && call.signingName == "sns" && call.region == "us-west-2")
    guard case .query("Publish", "2010-03-31", let parameters) = call.form else {
      Issue.record("\(call.form)")
      return []
    }
    return parameters
  }

  private func value(_ name: String, in parameters: [(String, String)]) -> String? {
    parameters.first { $0.0 == name }?.1
  }

  private let attributes = [
    "MessageAttributes.entry.1.Name=application",
    "MessageAttributes.entry.1.Value.DataType=String",
    "MessageAttributes.entry.1.Value.StringValue=checkout",
    "MessageAttributes.entry.2.Name=deployment_group",
    "MessageAttributes.entry.2.Value.DataType=String",
    "MessageAttributes.entry.2.Value.StringValue=production",
    "MessageAttributes.entry.3.Name=event",
    "MessageAttributes.entry.3.Value.DataType=String",
    "MessageAttributes.entry.3.Value.StringValue=succeeded",
    "MessageAttributes.entry.4.Name=status",
    "MessageAttributes.entry.4.Value.DataType=String",
    "MessageAttributes.entry.4.Value.StringValue=Succeeded",
  ]

  @Test("Publishes the story by default") func text() async throws {
    let parameters = try await parameters()
    #expect(
      parameters.map { "\($0)=\($1)" } == [
        "TopicArn=\(Self.arn)", "Message=checkout is live.\nIt took 4m.",
        "Subject=checkout succeeded",
      ] + attributes)
  }

  @Test("Publishes the notification as JSON") func json() async throws {
    let parameters = try await parameters(["format": ["json"], "subject": ["Releases"]])
    let json = String(
      decoding: try JSONCoding.encoder().encode(Sample.notification()), as: UTF8.self)
    #expect(
      parameters.map { "\($0)=\($1)" } == [
        "TopicArn=\(Self.arn)", "Message=\(json)", "Subject=Releases",
      ] + attributes)
  }

  @Test("An unknown deployment group is left out") func noGroup() async throws {
    let parameters = try await parameters([:], Sample.message { $0.deploymentGroup = nil })
    let names = parameters.filter { $0.0.hasSuffix(".Name") }.map(\.1)
    #expect(names == ["application", "event", "status"])
  }

  @Test("A FIFO topic gets a group and the idempotency key") func fifo() async throws {
    let long = String(repeating: "g", count: 200)
    let message = Sample.message {
      $0.application = "my app ä"
      $0.deploymentGroup = long
    }
    let parameters = try await parameters([:], message, arn: Self.arn + ".fifo")
    let group = try #require(value("MessageGroupId", in: parameters))
    #expect(group == "my_app__/" + String(repeating: "g", count: 119))
    #expect(value("MessageDeduplicationId", in: parameters) == "key-1")
    let standard = try await self.parameters([:], message)
    #expect(value("MessageGroupId", in: standard) == nil)
    #expect(value("MessageDeduplicationId", in: standard) == nil)
  }

  @Test("A key that SNS doesn't take is sent as its digest") func digest() {
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(SNSChannel.deduplicationID("abc") == "abc")
    #expect(SNSChannel.deduplicationID("a b") != "a b")
    #expect(SNSChannel.deduplicationID("a b").count == digest.count)
    #expect(SNSChannel.deduplicationID(String(repeating: "a", count: 129)).count == 64)
  }

  @Test(
    "Subjects are what SNS accepts",
    arguments: [
      ("checkout succeeded", "checkout succeeded"),
      ("✅ checkout → production\n\u{7}done", "✅ checkout → production done"),
      ("Café — “größer”", "Café — “größer”"), ("部署 ok", "部署 ok"), ("🚀🚀", "🚀🚀"),
      ("", nil), ("\n\t\u{200B}", nil),
    ] as [(String, String?)])
  func subject(text: String, expected: String?) {
    #expect(SNSChannel.subject(text) == expected)
  }

  @Test("A subject is warned of where Amazon Q shows none") func unusedSubject() throws {
    let type = try #require(ChannelCatalog.all.type(named: "sns"))
    func warnings(_ format: String) -> [String] {
      let settings = [
        "topic_arn": ["arn:aws:sns:eu-west-1:123456789012:t"], "format": [format],
        "subject": ["Deployments"],
      ]
      return type.warnings(SettingValues(settings, settings: type.settings))
    }
    #expect(
      warnings("chatbot")
        == ["subject has no effect with format=chatbot: Amazon Q shows the title"])
    #expect(warnings("text") == [])
  }

  @Test("A subject is shorter than 100 characters") func longSubject() {
    let subject = SNSChannel.subject(String(repeating: "word ", count: 40))
    #expect(subject?.count == 99)
  }

  @Test("A long story is cut between characters") func longText() async throws {
    let message = Sample.message(body: "\u{1b}" + String(repeating: "👩‍👩‍👧", count: 20_000))
    let parameters = try await parameters([:], message)
    let text = try #require(value("Message", in: parameters))
    #expect(text.utf8.count <= SNSChannel.messageLimit)
    #expect(text.utf8.count > SNSChannel.messageLimit - 50)
    #expect(text.dropLast().allSatisfy { $0 == "👩‍👩‍👧" } && text.hasSuffix("…"))
  }

  @Test("An empty story gives way to the title") func emptyText() async throws {
    let parameters = try await parameters([:], Sample.message(body: " \n"))
    #expect(value("Message", in: parameters) == "checkout succeeded")
  }

  @Test("A long notification loses the beginning of its log first") func longJSON() throws {
    let notification = Sample.notification {
      $0.description = String(repeating: "d", count: 1000)
      $0.failure = DeploymentNotification.Failure(
        logTail: String(repeating: "\u{1b}line \"x\"\n", count: 30_000) + "the cause")
    }
    let json = try SNSChannel.json(notification)
    #expect(json.utf8.count <= SNSChannel.messageLimit)
    let sent = try JSONCoding.decoder().decode(DeploymentNotification.self, from: Data(json.utf8))
    let log = try #require(sent.failure?.logTail)
    #expect(log.hasPrefix("…") && log.hasSuffix("the cause"))
    var expected = notification
    expected.failure?.logTail = log
    #expect(sent == expected)
  }

  @Test("A longer one loses its description and its revisions' content too")
  func veryLongJSON() throws {
    let long = String(repeating: "é", count: 150_000)
    let notification = Sample.notification {
      $0.failure = DeploymentNotification.Failure(target: "i-1", logTail: long)
      $0.description = long
      $0.revision = Revision(type: "AppSpecContent", content: long, sha256: "abc")
      $0.previousRevision = Revision(type: "AppSpecContent", content: long, sha256: "def")
    }
    let json = try SNSChannel.json(notification)
    #expect(json.utf8.count <= SNSChannel.messageLimit)
    let sent = try JSONCoding.decoder().decode(DeploymentNotification.self, from: Data(json.utf8))
    #expect(sent.failure == DeploymentNotification.Failure(target: "i-1"))
    #expect(sent.description == nil)
    #expect(sent.revision == Revision(type: "AppSpecContent", sha256: "abc"))
    #expect(sent.previousRevision?.content?.hasSuffix("é…") == true)
  }

  @Test(
    "A topic's name is checked",
    arguments: [
      "deployments", "arn:aws:sqs:eu-west-1:123456789012:deployments",
      "arn:aws:sns:eu-west-1:1234:deployments", "arn:aws:sns:eu-west-1:123456789012:",
      "arn:aws:sns:eu-west-1:123456789012:a b", "arn:aws:sns::123456789012:a",
      "arn:aws:sns:eu-west-1:123456789012:a:0123-subscription",
    ])
  func badTopic(arn: String) {
    #expect(throws: SettingProblem.self) { try channel("sns", ["topic_arn": [arn]]) }
  }

  @Test(
    "Every partition's topics will do",
    arguments: [
      "arn:aws-cn:sns:cn-north-1:123456789012:t", "arn:aws-us-gov:sns:us-gov-west-1:123456789012:t",
      "arn:aws:sns:eu-west-1:123456789012:a_b-C.fifo",
    ])
  func goodTopic(arn: String) throws {
    _ = try channel("sns", ["topic_arn": [arn]])
  }

  @Test("Amazon Q gets its own form, a thread for each deployment", arguments: [false, true])
  func chatbot(isRollback: Bool) async throws {
    let message = try ChannelMessage(
      Sample.notification {
        $0.event = .failed
        $0.description = "<!channel> *now* [here](http://e.example) :fire:"
        $0.failure = DeploymentNotification.Failure(
          lifecycleEvent: "AfterInstall", logTail: "no\nluck")
        if isRollback { $0.rollback = Deployment.RollbackInformation(triggeredBy: "d-0") }
      }, templates: ChannelConfiguration(type: "sns"))
    let parameters = try await parameters(["format": ["chatbot"]], message)
    let text = try #require(value("Message", in: parameters))
    let sent = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(sent["version"] as? String == "1.0" && sent["source"] as? String == "custom")
    #expect(sent["id"] as? String == "key-1")
    let content = try #require(sent["content"] as? [String: Any])
    let metadata = try #require(sent["metadata"] as? [String: Any])
    #expect(content["textType"] as? String == "client-markdown")
    #expect((content["title"] as? String)?.hasPrefix("❌ checkout 0123456: ") == true)
    let description = try #require(content["description"] as? String)
    #expect(description.hasPrefix("*Why:* AfterInstall failed"))
    #expect(
      description.contains("&lt;!channel&gt; ∗now∗ [here]\u{2060}(http://e.example) :\u{2060}fire:")
    )
    #expect(description.hasSuffix("```\nno\nluck\n```"))
    #expect(
      (content["nextSteps"] as? [String])?.last?.contains("https://eu-west-1.console") == true)
    #expect(metadata["threadId"] as? String == (isRollback ? "d-0" : "d-A1B2C3D4E"))
    #expect(metadata["eventType"] as? String == "codedeploy-deployment-failed")
  }

  @Test("A template for Amazon Q is plain text that fits") func chatbotTemplate() async throws {
    let log = String(repeating: "line\n", count: 2000) + "the error <@U1>"
    let message = try ChannelMessage(
      Sample.notification { $0.failure = DeploymentNotification.Failure(logTail: log) },
      templates: ChannelConfiguration(type: "sns", title: "*t*", body: "Log: {{failure.log_tail}}.")
    )
    let text = try #require(
      value("Message", in: try await parameters(["format": ["chatbot"]], message)))
    #expect(text.contains("∗t∗"))
    #expect(text.contains("the error &lt;@U1&gt;."))
    #expect(text.utf8.count < 8_000)
  }
}

extension ChannelSample {
  static let sns = [
    ChannelSample(
      label: "sns", type: "sns",
      settings: ["topic_arn": ["arn:aws:sns:eu-west-1:123456789012:deployments"]],
      transport: .aws(published), readsBody: true)
  ]

  static let published = """
    <PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>
    """
}
