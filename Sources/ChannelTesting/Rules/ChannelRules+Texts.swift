import CodeDeployNotifications

extension ChannelRules {
  /// No control character of a deployment's texts is sent.
  func hostileTexts() async -> [String] {
    await texts(Sample.worded(hostile), "hostile texts").found
  }

  /// No direction control or zero-width space is sent, and joiners within words and emoji are.
  func invisibleCharacters() async -> [String] {
    let text = "a\u{202E}b\u{200B}c\u{2066}👩‍💻 می\u{200C}خواهم"
    var notification = hostile
    notification.failure?.logTail = text
    notification.description = text
    var (found, bodies) = await texts(Sample.worded(notification), "invisible characters")
    for body in bodies {
      if ["\u{202E}", "\u{2066}", "\\u20"].contains(where: body.contains) {
        found.append("a direction control is sent")
      }
      if body.contains("b\u{200B}c") { found.append("a zero-width space is sent") }
      if body.contains("abc"), !body.contains("👩‍💻") || !body.contains("می\u{200C}خواهم") {
        found.append("a joiner is lost")
      }
    }
    return found
  }

  /// Texts far longer than every provider's limit.
  func endlessTexts() async -> [String] {
    let long = String(repeating: "**<!here>** \u{1B}[31m @all [x](http://e.example)\n", count: 2000)
    let message = Sample.worded(
      Sample.failedNotification(log: long) { notification in
        notification.description = long
        notification.error?.message = long
        notification.failure?.message = long
        adjust(&notification)
      })
    var (found, bodies) = await texts(message, "endless texts")
    if bodies.contains(where: { $0.utf8.count > 1 << 20 }) {
      found.append("a request isn't cut: it has over 1 MB")
    }
    return found
  }

  /// Labels push neither the cause nor the log out of a message.
  func manyLabels() async -> [String] {
    let long = (10..<60).map { ("label\($0)", String(repeating: "value ", count: 33)) }
    let plain = await withLabels([:])
    let labelled = await withLabels(Dictionary(uniqueKeysWithValues: long))
    return ["too many failed", "no such service"].compactMap { text in
      labelled.contains(text) == plain.contains(text)
        ? nil : "labels push '\(text)' out of the message"
    }
  }

  /// A notification that is hostile in every text that the channel accepts.
  var hostile: DeploymentNotification {
    var notification = Sample.hostileNotification
    adjust(&notification)
    return notification
  }

  private func withLabels(_ labels: [String: String]) async -> String {
    let log = (0..<20).map { "line \($0) of the log" } + ["[stderr]no such service"]
    let message = Sample.failedMessage(log: log.joined(separator: "\n")) { notification in
      notification.labels = labels
      adjust(&notification)
    }
    return await texts(message, "labels").bodies.joined()
  }

  /// What a message's requests contain, and what none may.
  private func texts(
    _ message: ChannelMessage, _ what: String
  ) async -> (found: [String], bodies: [String]) {
    let provider = provider()
    var found: [String] = []
    if case .failed(_, let text) = await outcome(message, by: provider) {
      found.append("\(what) fail: \(text)")
    }
    let bodies = await provider.requests.map { String(decoding: $0.body, as: UTF8.self) }
    for body in bodies {
      if body.unicodeScalars.contains(where: { $0.value < 32 && $0 != "\n" })
        || ["\\u00", "\\r", "[31m"].contains(where: body.contains)
      {
        found.append("a control character is sent")
      }
    }
    return (found, bodies)
  }
}
