import CodeDeployNotifications

/// A channel that posts the event and the deployment to a server.
package struct HookChannel: Channel {
  package static let type = "hook"
  package static let summary = "Posts the event and the deployment"
  package static let settings = [
    ChannelSetting("url", .url, required: true, "where to"), DigestForm.setting,
    ChannelSetting("timeout", .duration, "how long it may take"),
    ChannelSetting("pace", .duration, "the time from one message to the next"),
  ]
  package static let digest: DigestForm? = DigestForm(size: 3)

  package let url: String

  package static func attemptTime(_ settings: SettingValues) -> Duration? {
    settings.text("timeout").flatMap { Duration(written: $0) }
  }

  package static func limit(_ settings: SettingValues) -> SendingLimit {
    SendingLimit(
      hangsOn: [settings.text("url")],
      interval: settings.text("pace").flatMap { Duration(written: $0) } ?? .zero)
  }

  package init(settings: SettingValues) throws(SettingProblem) {
    url = try settings.required("url")
  }

  package func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws
    -> String
  {
    var text = "\(message.notification.event) \(message.notification.deploymentID)"
    if let target = message.notification.failure?.target { text += " on \(target)" }
    return try await post(text, with: services)
  }

  package func deliver(_ digest: ChannelDigest, with services: ChannelServices) async throws
    -> String
  {
    let ids = digest.parts.map(\.notification.deploymentID).joined(separator: " ")
    return try await post("digest \(ids)", with: services)
  }

  private func post(_ text: String, with services: ChannelServices) async throws -> String {
    let response = try await services.http.send(HTTPRequest(.post, url, body: Array(text.utf8)))
    switch response.status {
    case 200: return "ok"
    case 503: throw DeliveryFailure(.tryAgain(after: nil), "busy")
    case 504: throw DeliveryFailure(.tryAgain(after: nil), isAnswer: false, "no answer")
    default: throw DeliveryFailure(.refused, "no")
    }
  }
}

extension ChannelConfiguration {
  /// A channel that posts to the server of its name.
  package static func hook(_ name: String = "hook", on events: [DeploymentEvent]? = nil) -> Self {
    Self(type: "hook", name: name, events: events, settings: ["url": ["http://\(name)"]])
  }

  /// The same, with a time for an attempt.
  package static func hook(timeout: String) -> Self {
    var channel = hook()
    channel.settings["timeout"] = [timeout]
    return channel
  }

  /// The same, with digests.
  package static func digests(above number: Int) -> Self {
    var channel = hook()
    channel.settings["digest_above"] = ["\(number)"]
    return channel
  }
}
