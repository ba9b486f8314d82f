import CodeDeployNotifications

/// The recipients in a mail channel's settings.
struct MailRecipients: Sendable {
  /// The word for whoever pushed the deployment.
  static let deployer = "deployer"

  /// The settings about recipients, the same for every channel that sends mail.
  static let settings = [
    from.any, to.any, cc.any, replyTo.any, fallback.any, DigestForm.setting,
  ]

  private static let from = Setting.text(
    "from", required: true, "The sender: ci@example.com, or \"CI <ci@example.com>\""
  ).reading(MailAddress.read)
  private static let to = Setting.list(
    "to", required: true, "A recipient; deployer stands for whoever pushed the deployment"
  ).readingEach { text throws(SettingProblem) -> MailAddress? in
    text == deployer ? nil : try MailAddress.read(text)
  }
  private static let cc = Setting.list("cc", "A recipient of a copy").readingEach(MailAddress.read)
  private static let replyTo = Setting.text("reply_to", "The address for replies")
    .reading(MailAddress.read)
  private static let fallback = Setting.text(
    "deployer_fallback", "The address for to=deployer when nobody knows who pushed"
  ).reading(MailAddress.read)

  /// CloudTrail and GitHub may be asked who pushed.
  static func exchanges(_ settings: SettingValues) -> Int {
    settings.texts(to).contains(deployer) ? 2 : 0
  }

  let from: MailAddress
  let replyTo: MailAddress?
  private let to: [MailAddress]
  private let cc: [MailAddress]
  private let includesDeployer: Bool
  private let fallback: MailAddress?

  /// Checks the settings together; `to` and `cc` have at most `limit` recipients.
  static func check(_ settings: SettingValues, limit: Int) throws(SettingProblem) {
    let recipients = settings.texts(to)
    guard recipients.count + settings.texts(cc).count <= limit else {
      throw SettingProblem(to, "has more than \(limit) recipients together with cc")
    }
    try checkDigests(settings)
    if settings.isSet(fallback), !recipients.contains(deployer) {
      let hasReference = recipients.contains { SettingValues.literal($0) == nil }
      if !hasReference {
        throw SettingProblem(fallback, "needs to=deployer")
      }
    }
  }

  /// A mail to whoever pushed is about that person's deployment only, so it can't be a digest.
  private static func checkDigests(_ settings: SettingValues) throws(SettingProblem) {
    guard settings.isSet(DigestForm.setting.name), settings.texts(to).contains(deployer) else {
      return
    }
    throw SettingProblem(
      DigestForm.setting.name,
      "excludes to=deployer, where each mail has a reader of its own; register two channels")
  }

  init(_ settings: SettingValues) throws(SettingProblem) {
    from = try settings[Self.from]
    replyTo = try settings[Self.replyTo]
    fallback = try settings[Self.fallback]
    let recipients = try settings[Self.to]
    to = recipients.compactMap(\.self)
    includesDeployer = recipients.contains(nil)
    cc = try settings[Self.cc]
  }

  /// The recipients of one mail, each once.
  struct Resolved: Sendable {
    var to: [MailAddress]
    var cc: [MailAddress]
    /// A remark for the delivery's answer.
    var remark: String?

    var addresses: [String] { (to + cc).map(\.address) }
  }

  /// Finds the deployer's address, if the settings need it. Throws `DeliveryFailure` where it may
  /// be known later, or where it is unknown and there is no other recipient.
  func resolved(with services: ChannelServices) async throws -> Resolved {
    var resolved = Resolved(to: to, cc: cc)
    if includesDeployer {
      let found = try await services.deployerAddress().flatMap { MailAddress($0) }
      if let address = found ?? fallback {
        resolved.to.insert(address, at: 0)
      } else if to.isEmpty && cc.isEmpty {
        throw DeliveryFailure(
          .refused, isAnswer: true,
          "nobody knows who pushed the deployment, and no deployer_fallback is set")
      } else {
        resolved.remark = "nobody knows who pushed the deployment"
      }
    }
    var seen: Set<String> = []
    resolved.to = resolved.to.filter { seen.insert($0.address.lowercased()).inserted }
    resolved.cc = resolved.cc.filter { seen.insert($0.address.lowercased()).inserted }
    return resolved
  }
}
