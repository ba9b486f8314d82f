import CodeDeployNotifications
import Foundation

/// Publishes to a topic of Amazon SNS.
///
/// Limits and names are those of SNS's `Publish` (API version 2010-03-31).
struct SNSChannel: BundledChannel {
  static let type = "sns"
  static let summary = "Publishes to an Amazon SNS topic, standard or FIFO."
  static let guide = ChannelGuide(
    example: "sns,topic_arn=arn:aws:sns:us-east-1:123456789012:deployments",
    preparation: "The credentials need `sns:Publish` on the topic, standard or FIFO.",
    arrival:
      "The story as text, the notification as JSON with `format=json`, or with `format=chatbot` a "
      + "message that Amazon Q Developer shows in Slack or Teams, a thread for each deployment. The "
      + "headline is the subject; the attributes `application`, `deployment_group`, `event` and "
      + "`status` are for filter policies.",
    limits: [
      "`body` replaces the text; with `format=json` it has no effect. `title` is the subject if "
        + "`subject` is not set. With `format=chatbot` both are plain text.",
      "Amazon Q keeps a deployment's messages in a thread if the channel's preferences say so "
        + "(`@Amazon Q preferences`).",
      "A message has at most 256 KB; a longer one loses the beginning of its log first.",
      "A subject is one line of fewer than 100 characters.",
      "A FIFO topic gets the notification's id as `MessageDeduplicationId`, and application and "
        + "group as `MessageGroupId`.",
    ],
    picture: "amazon-q.png")
  static let settings = [topicARN.any, subject.any, format.any]

  private static let topicARN = Setting.text(
    "topic_arn", required: true, "The topic; its ARN also gives the region"
  ).reading(Topic.init)
  private static let subject = Setting.text(
    "subject", "The subject of e-mails that the topic sends; the title by default")
  private static let format = Setting.choice(
    "format", default: Format.text,
    "text sends the story, json the notification, chatbot what Amazon Q shows in a chat")

  /// In bytes. 256 KB for the message and its attributes, minus room for everything but the
  /// message.
  static let messageLimit = 262_144 - 4_096

  private let topic: Topic
  private let subject: String?
  private let format: Format

  /// The format of a message.
  enum Format: String, CaseIterable {
    case text, json, chatbot
  }

  static func limit(_ settings: SettingValues) -> SendingLimit {
    SendingLimit(of: settings, hangsOn: topicARN.any)
  }

  static func warnings(_ settings: SettingValues) -> [String] {
    settings.known(format) == .chatbot && settings.isSet(subject)
      ? ["subject has no effect with format=chatbot: Amazon Q shows the title"] : []
  }

  static func unusedTemplates(_ settings: SettingValues) -> [String] {
    let known = settings.known(format)
    return (known == .json ? ["body"] : [])
      + (known != nil && known != .chatbot && settings.isSet(subject) ? ["title"] : [])
  }

  init(settings: SettingValues) throws(SettingProblem) {
    topic = try settings[Self.topicARN]
    subject = try settings[Self.subject]
    format = try settings[Self.format]
  }

  /// In bytes. SNS answers with less than a thousand.
  private static let longestAnswer = 64 << 10

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let call = AWSCall(
      service: "sns", region: topic.region,
      form: .query(
        action: "Publish", version: "2010-03-31", parameters: try parameters(for: message)),
      maximumAttempts: 1, timeout: services.timeout)
    let body: [UInt8]
    do {
      body = try await services.aws.call(call)
    } catch let failure as AWSFailure {
      throw DeliveryFailure(failure)
    }
    let answer = String(decoding: body.prefix(Self.longestAnswer), as: UTF8.self)
    guard let id = answer.firstMatch(of: /<(?:\w+:)?MessageId>\s*([^<\s]+)\s*<\//)?.1 else {
      // Such an answer means that the message was published; publishing again would repeat it.
      if answer.contains("PublishResponse") { return "published" }
      throw DeliveryFailure(.oddAnswer, "SNS's answer has no message id")
    }
    return "published as \(String(id).cut(to: 100, .utf16))"
  }

  private func parameters(for message: ChannelMessage) throws -> [(String, String)] {
    let notification = message.notification
    var parameters = [
      ("TopicArn", topic.arn),
      ("Message", try text(of: message)),
    ]
    if let subject = Self.subject(subject ?? message.title.text) {
      parameters.append(("Subject", subject))
    }
    let attributes = [
      ("application", notification.application),
      ("deployment_group", notification.deploymentGroup ?? ""),
      ("event", notification.event.rawValue),
      ("status", notification.status.rawValue),
    ].filter { !$0.1.isEmpty }
    for (number, (name, value)) in attributes.enumerated() {
      let entry = "MessageAttributes.entry.\(number + 1)"
      parameters.append(("\(entry).Name", name))
      parameters.append(("\(entry).Value.DataType", "String"))
      parameters.append(("\(entry).Value.StringValue", value.oneLine.cut(to: 600, .utf8)))
    }
    if topic.isFIFO {
      let group = "\(notification.application)/\(notification.deploymentGroup ?? "")"
      parameters.append(("MessageGroupId", Self.groupID(group)))
      parameters.append(("MessageDeduplicationId", Self.deduplicationID(notification.id)))
    }
    return parameters
  }

  private func text(of message: ChannelMessage) throws -> String {
    switch format {
    case .text: Self.text(message)
    case .json: try Self.json(message.notification)
    case .chatbot:
      String(decoding: try JSONCoding.encoder().encode(SNSChatbot(message)), as: UTF8.self)
    }
  }

  /// A topic's ARN: `arn:PARTITION:sns:REGION:ACCOUNT:NAME`.
  struct Topic: Sendable {
    let arn: String
    let region: String
    var isFIFO: Bool { arn.hasSuffix(".fifo") }

    init(_ arn: String) throws(SettingProblem) {
      let form = /arn:aws[a-z-]*:sns:([a-z0-9-]+):[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?/
      guard let match = arn.wholeMatch(of: form) else {
        throw SettingProblem(
          "must look like arn:aws:sns:REGION:ACCOUNT:NAME, with a 12-digit account")
      }
      self.arn = arn
      region = String(match.1)
    }
  }
}
