import Foundation

/// Times in HTTP headers.
package enum HTTPDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  /// The longest form is `Wednesday, 09-Nov-94 08:49:37 GMT`.
  private static let maximumBytes = 64

  /// Reads the three forms of RFC 9110, 5.6.7:
  /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
  package static func parse(_ text: String) -> Date? {
    guard text.utf8.count <= maximumBytes else { return nil }
    let words = text.split(separator: " ")
    switch words.count {
    case 6 where words[5] == "GMT" && words[0].hasSuffix(","):
      return date(day: words[1], month: words[2], year: words[3], time: words[4])
    case 4 where words[3] == "GMT" && words[0].hasSuffix(","):
      let parts = words[1].split(separator: "-")
      guard parts.count == 3, parts[2].utf8.count == 2, let year = number(parts[2]) else {
        return nil
      }
      // Up to 69 a year of two digits is of this century: it is at most fifty years ahead (RFC 9110).
      return date(
        day: parts[0], month: parts[1], year: "\(year < 70 ? 2000 + year : 1900 + year)",
        time: words[2])
    case 5:
      return date(day: words[2], month: words[1], year: words[4], time: words[3])
    default: return nil
    }
  }

  private static func number(_ text: Substring) -> Int? {
    guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(text)
  }

  private static func date(
    day: Substring, month: Substring, year: Substring, time: Substring
  ) -> Date? {
    let clock = time.split(separator: ":", omittingEmptySubsequences: false)
    guard let month = months.firstIndex(where: { $0 == month }), clock.count == 3,
      let year = number(year), (1...9999).contains(year), let day = number(day),
      let hour = number(clock[0]), hour < 24, let minute = number(clock[1]), minute < 60,
      // A leap second is written as the sixty-first.
      let second = number(clock[2]), second <= 60
    else { return nil }
    let days = daysSince1970(year: year, month: month, day: 1)
    let length = daysSince1970(year: year, month: month + 1, day: 1) - days
    guard (1...length).contains(day) else { return nil }
    let seconds = (days + day - 1) * 86_400 + hour * 3600 + minute * 60 + second
    return Date(timeIntervalSince1970: TimeInterval(seconds))
  }

  /// By the Gregorian calendar, also for earlier times. Months count from 0; month 12 is the next
  /// year's first.
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    // Years begin in March here, so that a leap day is a year's last day.
    let year = month < 2 ? year - 1 : year
    let monthOfYear = (month + 10) % 12
    let leapDays = year / 4 - year / 100 + year / 400
    return year * 365 + leapDays + (monthOfYear * 153 + 2) / 5 + day - 1 - 719_468
  }
}

/// `Retry-After`, which is a number of seconds or a time (RFC 9110, 10.2.3).
package enum RetryAfter {
  /// The wait in seconds, negative for a time that has passed, and with a fraction if one was sent.
  /// `nil` for anything else.
  package static func seconds(_ value: String?, now: Date) -> Double? {
    guard let text = value?.trimmingCharacters(in: .whitespaces), !text.isEmpty,
      text.utf8.count <= 64
    else { return nil }
    let seconds = Double(text) ?? HTTPDate.parse(text).map { $0.timeIntervalSince(now) }
    return seconds.flatMap { $0.isFinite ? $0 : nil }
  }
}
