import ArgumentParser
import CodeDeployNotifications
import Foundation

/// A length of time on the command line.
struct DurationArgument: ExpressibleByArgument {
  var duration: Duration

  init?(argument: String) {
    guard let duration = Duration(written: argument) else { return nil }
    self.duration = duration
  }

  init(_ duration: Duration) { self.duration = duration }

  var defaultValueDescription: String { duration.inWords }
}

/// A moment on the command line: ISO 8601, a date, or how long ago.
struct MomentArgument: ExpressibleByArgument {
  private enum Written {
    case date(Date)
    case ago(Duration)
  }

  private var written: Written

  init?(argument: String) {
    if let duration = Duration(written: argument) {
      written = .ago(duration)
    } else if let date = Self.date(argument) {
      written = .date(date)
    } else {
      return nil
    }
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
      // Without a zone it is UTC, as all that this program prints.
      let zone = match.5.map { $0.lowercased() == "z" ? "Z" : String($0) } ?? "Z"
      let whole = "\(match.1)T\(match.2)\(match.3 ?? ":00")\(zone)"
      return try? Date(whole, strategy: .iso8601)
    }
    let day = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
    // The parser takes 31 November for 1 December.
    guard let date = try? Date(text, strategy: day), date.formatted(day) == text else { return nil }
    return date
  }
}

extension DeploymentEvent: ExpressibleByArgument {}
