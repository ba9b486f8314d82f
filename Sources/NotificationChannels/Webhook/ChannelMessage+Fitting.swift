import ChannelKit
import CodeDeployNotifications

extension ChannelMessage {
  /// How much is filled in of each text of the standard story that others write.
  private static let textLimit = 1_000
  /// The most of the standard story without its log.
  private static let storyLimit = 2_000

  /// The message as templates of requests fill it in, so that services with a limit take it.
  ///
  /// The log is cut at its beginning wherever it is used: under its own name, in the title and in
  /// the body. The standard story has a bound besides. By its own name, every other text is whole.
  func fittingRequests(logLimit: Int) -> ChannelMessage {
    var message = self
    if let log = notification.logTail, log.utf16.count > logLimit {
      message.notification.failure?.logTail =
        logLimit > 0 ? log.cutFront(to: logLimit, .utf16) : nil
      if let titleWithLog { message.title.text = titleWithLog(logLimit) }
      if let bodyWithLog { message.body.text = bodyWithLog(logLimit) }
    }
    // Without its log, a template's text may be nothing.
    if message.title.text.isBlank { message.title.text = notification.headline }
    if body.text == notification.story || message.body.text.isBlank {
      message.body.text = message.boundedStory(limit: Self.storyLimit + logLimit)
    }
    return message
  }

  private func boundedStory(limit: Int) -> String {
    var short = self
    short.notification = notification.cuttingTexts(to: Self.textLimit)
    short.body = Wording(short.notification.story)
    short.bodyWithLog = nil
    return short.bodyText(within: limit, .utf16)
  }
}

extension DeploymentNotification {
  /// The notification with the texts cut that have no bound of their own.
  fileprivate func cuttingTexts(to limit: Int) -> Self {
    var short = self
    short.accountName = accountName?.cut(to: limit, .utf16)
    short.description = description?.cut(to: limit, .utf16)
    short.error?.message = error?.message?.cut(to: limit, .utf16)
    short.failure?.message = failure?.message?.cut(to: limit, .utf16)
    short.rollback?.message = rollback?.message?.cut(to: limit, .utf16)
    return short
  }
}
