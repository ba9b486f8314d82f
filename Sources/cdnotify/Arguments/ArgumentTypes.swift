import ArgumentParser
import CodeDeployNotifications
import Foundation

/// A duration on the command line, which needs a unit.
struct DurationArgument: Sendable, CustomStringConvertible {
  var duration: Duration

  init(_ duration: Duration) { self.duration = duration }

  /// Throws `ArgumentProblem`.
  static func read(_ text: String) throws -> Self {
    // Nothing is the same in each unit.
    if text.allSatisfy({ $0.isASCII && $0.isNumber }), text.contains(where: { $0 != "0" }) {
      throw ArgumentProblem(
        "\"\(text)\" has no unit; write \(text)s for seconds, \(text)m for minutes, \(text)h for "
          + "hours or \(text)d for days")
    }
    guard let duration = Duration(written: text) else {
      throw ArgumentProblem(
        "\"\(text.printable)\" is not a duration; write one such as 30s, 5m, 2h, 7d or 1h30m")
    }
    return Self(duration)
  }

  var description: String { duration.inWords }
}

/// A time on the command line: ISO 8601, a date, or how long ago.
struct MomentArgument: Sendable {
  private enum Written {
    case date(Date)
    case ago(Duration)
  }

  private var written: Written

  static func ago(_ duration: Duration) -> Self { Self(written: .ago(duration)) }

  /// Throws `ArgumentProblem`.
  static func read(_ text: String) throws -> Self {
    if !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }) {
      throw ArgumentProblem(bareNumber(text))
    }
    if let duration = Duration(written: text) { return Self(written: .ago(duration)) }
    guard let date = date(text) else {
      throw ArgumentProblem(
        "\"\(text.printable)\" is neither a time nor a duration; write a time such as 2026-11-01 "
          + "or 2026-11-01T12:30Z, or how long ago, such as 2h or 7d")
    }
    return Self(written: .date(date))
  }

  /// The message for a bare number, which may be meant as a date, as seconds since 1970, or as how
  /// long ago.
  private static func bareNumber(_ text: String) -> String {
    let digits = Array(text)
    let day = "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.dropFirst(6))"
    if digits.count == 8, date(day) != nil {
      return "\"\(text)\" could be a date or a duration; write \(day) for that day, or \(text)s "
        + "for that many seconds ago"
    }
    if digits.count == 10, let seconds = TimeInterval(text) {
      return "\"\(text)\" could be a time or a duration; write "
        + "\(Date(timeIntervalSince1970: seconds).iso8601) for that time, or \(text)s for that "
        + "many seconds ago"
    }
    return "\"\(text)\" has no unit; write \(text)h for that many hours ago or \(text)d for days, "
      + "or a time such as 2026-11-01T12:30Z"
  }

  func date(now: Date) -> Date {
    switch written {
    case .date(let date): date
    case .ago(let duration): now.addingTimeInterval(-duration.inSeconds)
    }
  }

  private static func date(_ text: String) -> Date? {
    let form = /(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(\.\d+)?([Zz]|[+-]\d\d:?\d\d)?/
    if let match = text.wholeMatch(of: form) {
      // Without a zone it is UTC, like all times that this program prints.
      let zone = match.5.map { $0.lowercased() == "z" ? "Z" : String($0) } ?? "Z"
      let whole = "\(match.1)T\(match.2)\(match.3 ?? ":00")\(zone)"
      return try? Date(whole, strategy: .iso8601)
    }
    let day = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
    // The parser reads 31 November as 1 December.
    guard let date = try? Date(text, strategy: day), date.formatted(day) == text else { return nil }
    return date
  }
}

/// A label on the command line, `NAME=VALUE`.
struct LabelArgument: Sendable {
  var name: String
  var value: String

  /// Throws `ArgumentProblem`.
  static func read(_ text: String) throws -> Self {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ (1...200).contains($0.count) }),
      text.printable == text
    else {
      throw ArgumentProblem(
        "\"\(text.printable)\" is not a label; write a name and a value, as in team=payments")
    }
    return Self(name: String(parts[0]), value: String(parts[1]))
  }
}

/// A whole number on the command line, within bounds.
enum IntegerArgument {
  static func reader(
    _ range: ClosedRange<Int>, example: Int
  ) -> @Sendable (String) throws -> Int {
    { text in
      guard let number = Int(text), range.contains(number) else {
        throw ArgumentProblem(
          "\"\(text.printable)\" is not a whole number from \(range.lowerBound) to "
            + "\(range.upperBound), such as \(example)")
      }
      return number
    }
  }
}

extension DeploymentEvent: ExpressibleByArgument {}
