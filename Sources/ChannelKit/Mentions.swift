import CodeDeployNotifications

/// Whom a message calls, as the setting `mention` says.
public struct Mentions: Sendable {
  /// The word that stands for whoever pushed the deployment.
  static let deployer = "deployer"

  private let ids: [String]
  private let form: MentionForm
  private let type: String

  fileprivate init(_ ids: [String], of type: String, _ form: MentionForm) {
    self.ids = ids
    self.type = type
    self.form = form
  }

  /// The ids that a message calls, each once: none unless something went wrong. Who pushed is told as
  /// far as it is known by then; nobody waits for it.
  public func called(
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

  /// Whom the parts of a digest would have called, each once.
  public func called(by digest: ChannelDigest) async throws -> [String] {
    var called: [String] = []
    for part in digest.parts {
      for id in try await self.called(by: part.notification, with: part.services)
      where !called.contains(id) { called.append(id) }
    }
    return called
  }
}

extension Setting where Value == Mentions {
  /// Whom the messages of a type of channel call: the setting `mention`.
  ///
  /// - Parameters:
  ///   - form: How the provider writes the ids of those whom a message can call.
  ///   - type: The type of channel, by which a registration's `deployers` name people.
  public static func mentions(_ form: MentionForm, of type: String) -> Self {
    let summary =
      "Whom a failure, a stop or an overdue deployment calls: \(form.examples), or deployer"
    return Setting<[String]>.list("mention", summary).readingEach {
      id throws(SettingProblem) -> String in
      guard id == Mentions.deployer || form.isID(id) else {
        throw SettingProblem("must be \(form.examples), or deployer")
      }
      return id
    }.reading { Mentions($0, of: type, form) }
  }
}
