import CodeDeployNotifications
import Foundation

/// Sends a mail through Amazon SES.
///
/// Names and limits are those of `SendEmail` of the SES API v2 (2019-09-27). SES assembles the
/// message from its parts, adds its own `Message-ID` and `Date`, and accepts any other header field
/// once (https://docs.aws.amazon.com/ses/latest/dg/header-fields.html).
struct SESChannel: BundledChannel {
  static let type = "ses"
  static let summary = "Sends a mail through Amazon SES."
  static let guide = ChannelGuide(
    example: "ses,from=ci@example.com,to=team@example.com,region=eu-west-1",
    preparation:
      "Verify the sender's address or domain in SES; an account in the sandbox has to verify the "
      + "recipients too. The credentials need `ses:SendRawEmail`.",
    arrival:
      "The same mail as `email` sends, with `References` and `In-Reply-To` that make the mails on "
      + "one deployment a thread. SES gives each its own `Message-ID`; `X-Cdnotify-ID` is the same "
      + "on every attempt.",
    limits: [
      "`to` and `cc` have at most 50 addresses together, in ASCII; write other domains in Punycode.",
      "SES accepts a mail for all recipients or for none, and reports refusals later as bounces: "
        + "watch those.",
      "When a quota is reached or the account is paused, the mail is tried again; with an address "
        + "that isn't verified or a suspended account it is not.",
      "With `to=deployer` a mail waits until it is known who pushed; use another channel for other "
        + "recipients.",
    ],
    picture: "email-failure-light.png")
  static let settings = MailRecipients.settings + [awsRegion.any, configuration.any]

  private static let awsRegion = Setting.text(
    "region", "SES's region; the registration's by default"
  ).reading { (region: String) throws(SettingProblem) -> String in
    guard (try? RegistrationRules.checkRegion(region, at: "")) != nil else {
      throw SettingProblem("must be a region's name, such as eu-west-1")
    }
    return region
  }
  private static let configuration = Setting.text(
    "configuration_set", "The SES configuration set to send with"
  ).reading { (name: String) throws(SettingProblem) -> String in
    guard name.wholeMatch(of: /[A-Za-z0-9_-]{1,64}/) != nil else {
      throw SettingProblem("must be a name of at most 64 letters, digits, - and _")
    }
    return name
  }

  /// https://docs.aws.amazon.com/ses/latest/dg/quotas.html
  static let recipientLimit = 50

  private let recipients: MailRecipients
  private let region: String?
  private let configurationSet: String?

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    try MailRecipients.check(settings, limit: recipientLimit)
  }

  /// AWS counts by account and region.
  static func limit(_ settings: SettingValues) -> SendingLimit {
    SendingLimit(of: settings, hangsOn: awsRegion.any)
  }

  static func exchanges(_ settings: SettingValues) -> Int {
    1 + MailRecipients.exchanges(settings)
  }

  init(settings: SettingValues) throws(SettingProblem) {
    recipients = try MailRecipients(settings)
    region = try settings[Self.awsRegion]
    configurationSet = try settings[Self.configuration]
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let to = try await recipients.resolved(with: services)
    let thread = MailThread(message.notification, domain: recipients.from.domain)
    let body = try body(MailContent(message), thread, message.notification.id, to)
    return try await send(body, to, with: services)
  }

  static let digest: DigestForm? = DigestForm(size: 100, usesAWS: true)

  func deliver(_ digest: ChannelDigest, with services: ChannelServices) async throws -> String {
    let to = try await recipients.resolved(with: services)
    let thread = MailThread(digest, domain: recipients.from.domain)
    let body = try body(MailContent(digest), thread, digest.id, to)
    return try await send(body, to, with: services)
  }

  private func send(
    _ body: [UInt8], _ to: MailRecipients.Resolved, with services: ChannelServices
  ) async throws -> String {
    let call = AWSCall(
      service: "email", signingName: "ses", region: region ?? services.region,
      form: .rest(path: "/v2/email/outbound-emails", body: body),
      maximumAttempts: 1, timeout: services.timeout)
    let answer: [UInt8]
    do {
      answer = try await services.aws.call(call)
    } catch let failure as AWSFailure {
      throw Self.verdict(failure)
    }
    guard let sent = try? ReceivedJSON.decode(SendEmailAnswer.self, from: answer),
      let id = sent.messageID, !id.isEmpty
    else { throw DeliveryFailure(.oddAnswer, "SES's answer has no message id") }
    let said = "sent as \(id.oneLine.cut(to: 100, .utf16))"
    return to.remark.map { "\(said); \($0)" } ?? said
  }

  /// The account's owner or AWS may lift a pause; other refusals are final.
  private static func verdict(_ failure: AWSFailure) -> DeliveryFailure {
    var delivery = DeliveryFailure(failure)
    if failure.code == "SendingPausedException" { delivery.verdict = .tryAgain(after: nil) }
    return delivery
  }

  private func body(
    _ content: MailContent, _ thread: MailThread, _ id: String, _ to: MailRecipients.Resolved
  ) throws -> [UInt8] {
    var fields = thread.fields
    fields.append(("X-Cdnotify-ID", MailEncoding.header(id)))
    let request = SendEmail(
      from: recipients.from.encoded, to: to.to.map(\.encoded), cc: to.cc.map(\.encoded),
      replyTo: recipients.replyTo?.encoded, subject: content.subject, text: content.text,
      html: content.html, headers: fields, configurationSet: configurationSet)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(request))
  }
}

/// The answer of SES to an accepted mail.
private struct SendEmailAnswer: Decodable {
  var messageID: String?

  enum CodingKeys: String, CodingKey { case messageID = "MessageId" }
}
