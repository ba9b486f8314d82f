import CodeDeployNotifications

/// Whom a message mentions, according to the setting `mention`.
public struct Mentions: Sendable {
  /// The word for whoever pushed the deployment.
  static let deployer = "deployer"

  private let ids: [String]
  private let form: MentionForm
  private let type: String

  fileprivate init(_ ids: [String], of type: String, _ form: MentionForm) {
    self.ids = ids
    self.type = type
    self.form = form
  }

  /// The ids that a message mentions, each once; none unless something went wrong. Whoever pushed
  /// is mentioned if that is known within the little time that `ChannelServices.deployerID` takes.
  /// Throws what that throws.
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

  /// Everybody whom the parts of a digest would have mentioned, each once. Throws as for one
  /// message.
  public func called(by digest: ChannelDigest) async throws -> [String] {
    // All at once, so that together they take no longer than one.
    let found = try await concurrentMap(digest.parts, atOnce: digest.parts.count) { part in
      try await self.called(by: part.notification, with: part.services)
    }
    var called: [String] = []
    for id in found.joined() where !called.contains(id) { called.append(id) }
    return called
  }
}

extension Setting where Value == Mentions {
  /// The setting `mention`: whom the messages of a type of channel mention.
  ///
  /// - Parameters:
  ///   - form: The form of the provider's ids.
  ///   - type: The type of channel, by which a registration's `deployers` have ids.
  public static func mentions(_ form: MentionForm, of type: String) -> Self {
    let summary =
      "Whom to mention when a deployment fails, is stopped or is overdue: \(form.examples), or "
      + "deployer"
    return Setting<[String]>.list("mention", summary).readingEach {
      id throws(SettingProblem) -> String in
      guard id == Mentions.deployer || form.isID(id) else {
        throw SettingProblem("must look like \(form.examples), or be deployer")
      }
      return id
    }.reading { Mentions($0, of: type, form) }
  }
}
