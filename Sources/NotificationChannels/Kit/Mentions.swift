import CodeDeployNotifications

/// Whom a message calls, as the setting `mention` says.
struct Mentions: Sendable {
  /// The word that stands for whoever pushed the deployment.
  static let deployer = "deployer"

  private let ids: [String]
  private let form: MentionForm
  private let type: String

  static func setting(_ form: MentionForm) -> ChannelSetting {
    ChannelSetting(
      "mention", list: true,
      "Whom a failure, a stop or an overdue deployment calls: \(form.examples), or deployer")
  }

  /// Checks what is known before references are resolved.
  static func check(_ settings: SettingValues, _ form: MentionForm) throws(SettingProblem) {
    for value in settings.list("mention") {
      if let id = SettingValues.literal(value) { try check(id, form) }
    }
  }

  private static func check(_ id: String, _ form: MentionForm) throws(SettingProblem) {
    guard id == deployer || form.isID(id) else {
      throw SettingProblem("mention", "must be \(form.examples), or deployer")
    }
  }

  init(_ settings: SettingValues, of type: String, _ form: MentionForm) throws(SettingProblem) {
    ids = settings.list("mention")
    self.type = type
    self.form = form
    for id in ids { try Self.check(id, form) }
  }

  /// The ids that a message calls, each once: none unless something went wrong. Who pushed is told as
  /// far as it is known by then; nobody waits for it.
  func called(
    by notification: DeploymentNotification, with services: ChannelServices
  ) async throws -> [String] {
    guard notification.event.callsPeople else { return [] }
    var called: [String] = []
    for id in ids {
      let person: String? =
        if id == Self.deployer { try await services.deployerID(type) } else { id }
      guard let person, form.isID(person), !called.contains(person) else { continue }
      called.append(person)
    }
    return called
  }
}
