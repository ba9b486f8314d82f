import CodeDeployNotifications

extension ChannelMessage {
  /// What a `body` template made, within a limit: of a long log the beginning goes, since the error is
  /// at its end, and where that isn't enough the end of the whole.
  ///
  /// - Parameter finish: What is done with the words before they are counted.
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
    // How much fits can't be reckoned: the escape makes it longer.
    var (fitting, tooMuch, best) = (0, log.utf16.count, bare)
    while tooMuch - fitting > 1 {
      let room = (fitting + tooMuch) / 2
      let words = finish(bodyWithLog(room))
      if unit.count(words) <= limit { (fitting, best) = (room, words) } else { tooMuch = room }
    }
    return best
  }
}
