extension Duration {
  /// Reads `30s`, `5m`, `2h`, `7d`, `1w`, sums of them (`1h30m`), or a bare number of seconds.
  /// `nil` for anything else, and for more than a century.
  package init?(written text: String) {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    let limit = 3_200_000_000
    var total = 0
    var digits = ""
    // A bare number is read as if it ended in `s`.
    for character in text.allSatisfy(\.isNumber) ? text + "s" : text {
      if character.isASCII, character.isNumber {
        digits.append(character)
      } else if let unit = units[character], let count = Int(digits), count < limit, total < limit {
        total += count * unit
        digits = ""
      } else {
        return nil
      }
    }
    guard digits.isEmpty, !text.isEmpty, total < limit else { return nil }
    self = .seconds(total)
  }

  /// The duration in seconds, for arithmetic with dates.
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }

  /// In words for a message: `3m 12s`, `2h`, `5d 4h`; only the two largest units.
  package var inWords: String {
    var seconds = Int(exactly: inSeconds.rounded()) ?? .max
    var parts: [String] = []
    for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] {
      if seconds >= length {
        parts.append("\(seconds / length)\(unit)")
        seconds %= length
      }
    }
    return parts.isEmpty ? "0s" : parts.prefix(2).joined(separator: " ")
  }
}
