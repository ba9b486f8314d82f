import Foundation

extension Date {
  /// ISO 8601 in UTC, to the second: `2026-01-31T09:30:00Z`.
  package var iso8601: String {
    let seconds = timeIntervalSince1970.rounded(.down)
    // Foundation's formatter takes twenty times as long. It is used for years with more than four
    // digits.
    guard (0..<253_402_300_800).contains(seconds) else { return formatted(.iso8601) }
    let (days, rest) = Int(seconds).quotientAndRemainder(dividingBy: 86_400)
    let (year, month, day) = Self.civil(days)
    return String(unsafeUninitializedCapacity: 20) { text in
      func put(_ number: Int, _ start: Int, _ count: Int) {
        var number = number
        for place in (start..<(start + count)).reversed() {
          text[place] = UInt8(ascii: "0") + UInt8(number % 10)
          number /= 10
        }
      }
      put(year, 0, 4)
      put(month, 5, 2)
      put(day, 8, 2)
      put(rest / 3600, 11, 2)
      put(rest / 60 % 60, 14, 2)
      put(rest % 60, 17, 2)
      for (place, sign) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "Z")]
        as [(Int, Unicode.Scalar)]
      {
        text[place] = UInt8(ascii: sign)
      }
      return 20
    }
  }

  /// The date of a day, counted from 1 January 1970.
  ///
  /// Source: `civil_from_days` of https://howardhinnant.github.io/date_algorithms.html. Its years
  /// begin in March, so that a leap day is a year's last day, and 400 years have 146097 days.
  private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(dividingBy: 146_097)
    let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    return (
      era * 400 + year + (month < 10 ? 0 : 1), month < 10 ? month + 3 : month - 9,
      dayOfYear - (153 * month + 2) / 5 + 1
    )
  }
}
