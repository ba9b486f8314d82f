import CodeDeployNotifications

extension ChannelMessage {
  /// The body as plain text within a provider's limit. The log is shortened first, at its
  /// beginning; then, in the default story, the description at its end; then the whole text at its
  /// end.
  public func bodyText(within limit: Int, _ unit: TextUnit) -> String {
    if body.isTemplate { return templateBody(within: limit, unit, in: .plain) { $0.cleaned } }
    let text = body.text.cleaned
    guard unit.count(text) > limit, body.text == notification.story else {
      return text.cut(to: limit, unit)
    }
    var shorter = notification
    if let log = notification.logTail {
      // The most of the log that fits. It is searched for, because the story indents the log's
      // lines.
      var (fitting, tooMuch) = (0, unit.count(log))
      while tooMuch - fitting > 1 {
        let room = (fitting + tooMuch) / 2
        shorter.failure?.logTail = log.cutFront(to: room, unit)
        if unit.count(shorter.story) <= limit { fitting = room } else { tooMuch = room }
      }
      let rest = log.cutFront(to: fitting, unit)
      shorter.failure?.logTail = rest.isEmpty ? nil : rest
    }
    if let description = notification.description {
      let excess = unit.count(shorter.story) - limit
      // The story has the description on one line.
      let line = description.oneLine
      if excess > 0 { shorter.description = line.cut(to: max(0, unit.count(line) - excess), unit) }
    }
    return shorter.story.cleaned.cut(to: limit, unit)
  }
}
