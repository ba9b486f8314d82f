import CodeDeployNotifications

/// Whom a mail channel writes to, as its settings say.
struct MailRecipients: Sendable {
  /// The word that stands for whoever pushed the deployment.
  static let deployer = "deployer"

  /// The settings that are about it, alike for every channel that sends mail.
  static let settings: [ChannelSetting] = [
    ChannelSetting(
      "from", required: true, "The sender: ci@example.com, or \"CI <ci@example.com>\""),
    ChannelSetting(
      "to", list: true, required: true,
      "A recipient; deployer stands for whoever pushed the deployment"),
    ChannelSetting("cc", list: true, "A recipient of a copy"),
    ChannelSetting("reply_to", .text, "Where answers go"),
    ChannelSetting(
      "deployer_fallback", .text, "The address for to=deployer when nobody knows who pushed"),
    DigestForm.setting,
  ]

  /// CloudTrail and the commit's host may be asked who pushed.
  static func exchanges(_ settings: SettingValues) -> Int {
    settings.list("to").contains(deployer) ? 2 : 0
  }

  let from: MailAddress
  let replyTo: MailAddress?
  private let to: [MailAddress]
  private let cc: [MailAddress]
  private let includesDeployer: Bool
  private let fallback: MailAddress?

  /// Checks what is known before references are resolved.
  static func check(_ settings: SettingValues, limit: Int) throws(SettingProblem) {
    for name in ["from", "reply_to", "deployer_fallback"] {
      if let text = settings.literal(name) { _ = try MailAddress(text, setting: name) }
    }
    for name in ["to", "cc"] {
      for value in settings.list(name) {
        guard let text = SettingValues.literal(value), !(name == "to" && text == deployer) else {
          continue
        }
        _ = try MailAddress(text, setting: name)
      }
    }
    guard settings.list("to").count + settings.list("cc").count <= limit else {
      throw SettingProblem("to", "with cc has more than \(limit) recipients")
    }
    try checkDigests(settings)
    if settings.isSet("deployer_fallback"), !settings.list("to").contains(deployer) {
      let hasReference = settings.list("to").contains { SettingValues.literal($0) == nil }
      if !hasReference {
        throw SettingProblem("deployer_fallback", "is for to=deployer, which isn't there")
      }
    }
  }

  /// A mail to whoever pushed is about that person's deployment and nobody else's.
  private static func checkDigests(_ settings: SettingValues) throws(SettingProblem) {
    guard settings.isSet(DigestForm.setting.name), settings.list("to").contains(deployer) else {
      return
    }
    throw SettingProblem(
      DigestForm.setting.name,
      "excludes to=deployer, where each mail has a reader of its own; make two channels of it")
  }

  init(_ settings: SettingValues) throws(SettingProblem) {
    try Self.checkDigests(settings)
    func address(_ name: String) throws(SettingProblem) -> MailAddress? {
      guard let text = settings.text(name) else { return nil }
      return try MailAddress(text, setting: name)
    }
    func list(_ name: String) throws(SettingProblem) -> [MailAddress] {
      var addresses: [MailAddress] = []
      for text in settings.list(name) where !(name == "to" && text == Self.deployer) {
        addresses.append(try MailAddress(text, setting: name))
      }
      return addresses
    }
    from = try MailAddress(settings.required("from"), setting: "from")
    replyTo = try address("reply_to")
    fallback = try address("deployer_fallback")
    to = try list("to")
    cc = try list("cc")
    includesDeployer = settings.list("to").contains(Self.deployer)
    guard !to.isEmpty || includesDeployer else { throw SettingProblem("to", "is missing or empty") }
  }

  /// The recipients of one mail, each once.
  struct Resolved: Sendable {
    var to: [MailAddress]
    var cc: [MailAddress]
    /// What there is to say of it beside.
    var remark: String?

    var addresses: [String] { (to + cc).map(\.address) }
  }

  /// Finds out who the deployer is, where the mail goes there. Throws `DeliveryFailure` where that
  /// may be known later, or where it isn't and there is nobody else to write to.
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
