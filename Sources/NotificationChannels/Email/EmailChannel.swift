import ChannelKit
import CodeDeployNotifications
import Foundation

/// Sends a mail by SMTP, to your own relay or to a mail provider's submission service.
struct EmailChannel: BundledChannel {
  static let type = "email"
  static let summary = "Sends a mail through any SMTP server."
  static let guide = ChannelGuide(
    example: "email,host=smtp.example.com,username=ci@example.com,password=env:SMTP_PASSWORD,"
      + "from=ci@example.com,to=team@example.com",
    preparation:
      "An account at a mail provider, or a relay that accepts mail from this host. `security` is "
      + "`starttls` (port 587) unless you set `tls` (465) or `none` (25). With `starttls` "
      + "nothing is sent to a server that doesn't offer it; with `none` a login is sent in the "
      + "clear. `CURL_CA_BUNDLE` names a private CA.",
    arrival:
      "A mail as text and as HTML, for wide and narrow, light and dark screens, with the headline "
      + "as subject. The mails on one deployment are a thread, which a rollback's mails join, "
      + "and `Message-ID` is the same on every attempt. A `body` template is plain text: the "
      + "HTML part shows it with its line breaks.",
    limits: [
      "Recipients are treated separately: one who is refused for good is named in the answer, and "
        + "the others get the mail; one who is refused for now is tried again alone.",
      "A server has 20 seconds for a mail, so that one that delays its clients works too.",
      "`to` and `cc` have at most 100 addresses together, in ASCII; write other domains in "
        + "Punycode.",
      "The text is cut at 64 KB, a log at its beginning.",
      "The greeting has this host's full name; set `hello` if a server wants another.",
      "Proxies for HTTP aren't used; `smtp_proxy` and `ALL_PROXY` are, as `curl` does.",
      "With `to=deployer` a mail waits until it is known who pushed; use another channel for other "
        + "recipients.",
    ],
    picture: "email-failure-light.png")
  static let settings =
    [host.any, port.any, security.any, username.any, password.any, hello.any]
    + MailRecipients.settings

  private static let host = Setting.host("host", required: true, "The SMTP server")
  private static let port = Setting.integer(
    "port", in: 1...65535, "Its port; by default 587, 465 or 25, depending on security")
  private static let security = Setting.choice(
    "security", default: MailRequest.Security.starttls,
    "starttls (required), tls (from the first byte) or none")
  private static let username = Setting.text(
    "username", "The user to log in as; without it there is no login")
  private static let password = Setting.secret("password", "The password of username")
  private static let hello = Setting.host(
    "hello", "The name given to the server (EHLO); this host's full name by default"
  ).reading(name)

  /// Every server accepts that many (RFC 5321, 4.5.3.1.8).
  static let recipientLimit = 100

  private let host: String
  private let port: Int
  private let security: MailRequest.Security
  private let login: MailRequest.Login?
  private let recipients: MailRecipients
  private let hello: String?

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    guard settings.isSet(username) == settings.isSet(password) else {
      throw SettingProblem(
        settings.isSet(username) ? password.name : username.name,
        "is missing: a login takes username and password")
    }
    try MailRecipients.check(settings, limit: recipientLimit)
  }

  /// A host name, or an address literal in brackets (RFC 5321, 4.1.4).
  private static func name(_ name: String) throws(SettingProblem) -> String {
    let form =
      /[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[(?:IPv6:)?[0-9A-Fa-f.:]+\]/
    guard name.wholeMatch(of: form) != nil, name.utf8.count <= 255 else {
      throw SettingProblem(
        "must be a host name such as host.example.com, or an address in brackets")
    }
    return name
  }

  /// A mail may take twice an exchange's time: some servers delay their greeting to unknown
  /// clients.
  static func exchanges(_ settings: SettingValues) -> Int {
    2 + MailRecipients.exchanges(settings)
  }

  static func limit(_ settings: SettingValues) -> SendingLimit {
    SendingLimit(of: settings, hangsOn: host.any, port.any, username.any)
  }

  static func warnings(_ settings: SettingValues) -> [String] {
    guard settings.known(security) == MailRequest.Security.none,
      let host = settings.literal(host),
      !["localhost", "127.0.0.1", "::1"].contains(host.lowercased())
    else { return [] }
    let what = settings.isSet(password) ? "the mail and the password" : "the mail"
    return ["security=none: \(what) can be read on the way to \(host)"]
  }

  init(settings: SettingValues) throws(SettingProblem) {
    host = try settings[Self.host]
    security = try settings[Self.security]
    port = try settings[Self.port] ?? Self.usualPort(security)
    let username = try settings[Self.username]
    let password = try settings[Self.password]
    login =
      if let username, let password {
        MailRequest.Login(username: username, password: password)
      } else { nil }
    recipients = try MailRecipients(settings)
    hello = try settings[Self.hello]
  }

  private static func usualPort(_ security: MailRequest.Security) -> Int {
    switch security {
    case .starttls: 587
    case .tls: 465
    case .none: 25
    }
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let to = try await recipients.resolved(with: services)
    let verdict = MailVerdict(host: host, redaction: redaction)
    var progress = try await MailProgress.recall(message.notification, from: services.memory)
    let open = to.addresses.filter(progress.isOpen)
    // The mail reached everybody, and only the ledger doesn't know yet.
    guard !open.isEmpty else { return verdict.answer(nil, progress, remark: to.remark) }
    let thread = MailThread(message.notification, domain: recipients.from.domain)
    let answer = try await sent(
      request(MailContent(message), thread, to, open, services), with: services)
    if verdict.add(answer, to: &progress) {
      try await progress.keep(for: message.notification, in: services.memory)
    }
    return try verdict.conclude(answer, progress, remark: to.remark)
  }

  static let digest: DigestForm? = DigestForm(size: 100)

  /// One mail for all parts that the same recipients lack, which is usually all of them. A
  /// recipient who already got a part in an earlier attempt doesn't get it again.
  func deliver(_ digest: ChannelDigest, with services: ChannelServices) async throws -> String {
    let to = try await recipients.resolved(with: services)
    let verdict = MailVerdict(host: host, redaction: redaction)
    var groups: [(progress: MailProgress, parts: [ChannelDigest.Part])] = []
    for part in digest.parts {
      let known = try await MailProgress.recall(part.notification, from: part.services.memory)
      if let index = groups.firstIndex(where: { $0.progress.isAlike(known) }) {
        groups[index].parts.append(part)
      } else {
        groups.append((known, [part]))
      }
    }
    var answers: [String] = []
    for (known, parts) in groups {
      var progress = known
      let open = to.addresses.filter(progress.isOpen)
      guard !open.isEmpty else {
        answers.append(verdict.answer(nil, progress, remark: to.remark))
        continue
      }
      let digest = ChannelDigest(parts)
      let request = request(
        MailContent(digest), MailThread(digest, domain: recipients.from.domain), to, open, services)
      let answer = try await sent(request, with: services)
      if verdict.add(answer, to: &progress) || groups.count > 1 {
        for part in parts {
          progress.id = part.notification.id
          try await progress.keep(for: part.notification, in: part.services.memory)
        }
      }
      answers.append(try verdict.conclude(answer, progress, remark: to.remark))
    }
    return answers.joined(separator: "; ")
  }

  private func sent(
    _ request: MailRequest, with services: ChannelServices
  ) async throws -> MailAnswer {
    do {
      return try await services.mail.send(request)
    } catch let failure as HTTPFailure {
      throw DeliveryFailure(failure, redacting: redaction.secrets)
    }
  }

  private func request(
    _ content: MailContent, _ thread: MailThread, _ to: MailRecipients.Resolved, _ open: [String],
    _ services: ChannelServices
  ) -> MailRequest {
    func list(_ addresses: [MailAddress]) -> String {
      addresses.map(\.encoded).joined(separator: ", ")
    }
    let fields = [
      ("Date", MailEncoding.date(services.now)),
      ("From", recipients.from.encoded),
      ("To", list(to.to)),
      ("Cc", list(to.cc)),
      ("Reply-To", recipients.replyTo?.encoded ?? ""),
      ("Subject", MailEncoding.header(content.subject)),
      ("Message-ID", thread.messageID),
    ]
    return MailRequest(
      host: host, port: port, security: security, login: login, hello: hello,
      sender: recipients.from.address,
      recipients: open,
      headers: (fields + thread.fields).filter { !$0.1.isEmpty }.map { HTTPField($0.0, $0.1) },
      text: content.text, html: content.html,
      // Some servers delay their greeting to unknown clients, and scan the mail before they reply.
      timeout: services.timeout * 2)
  }

  /// The login is sent in base64, and a server may repeat it in that form.
  private var redaction: Redaction { Redaction(login.map { [$0.password] } ?? []) }
}
