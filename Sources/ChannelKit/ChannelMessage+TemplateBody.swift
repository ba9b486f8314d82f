import CodeDeployNotifications

extension ChannelMessage {
  /// The result of a `body` template within a limit. A long log is shortened at its beginning,
  /// since the error is at its end. If that isn't enough, the whole text is shortened at its end.
  ///
  /// - Parameter finish: Applied to the text before it is counted.
  public func templateBody(
    within limit: Int, _ unit: TextUnit, in dialect: MarkupDialect,
    finish: (String) -> String = { $0 }
  ) -> String {
    let whole = finish(body.text)
    guard unit.count(whole) > limit else { return whole }
    guard let bodyWithLog, let log = notification.logTail else {
      return whole.cut(to: limit, unit, in: dialect)
    }
    let bare = finish(bodyWithLog(0))
    guard unit.count(bare) <= limit else { return bare.cut(to: limit, unit, in: dialect) }
    // The most of the log that fits. It is searched for, because escaping makes the log longer.
    var (fitting, tooMuch, best) = (0, log.utf16.count, bare)
    while tooMuch - fitting > 1 {
      let room = (fitting + tooMuch) / 2
      let words = finish(bodyWithLog(room))
      if unit.count(words) <= limit { (fitting, best) = (room, words) } else { tooMuch = room }
    }
    return best
  }
}
