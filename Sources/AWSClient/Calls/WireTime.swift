import Foundation

/// Reads times in the headers and bodies of AWS's answers.
enum WireTime {
  /// A number of seconds since 1970 as a time, in whole milliseconds; `nil` outside of the years 1
  /// to 9999.
  static func date(seconds: Double) -> Date? {
    guard (-62_135_596_800..<253_402_300_800).contains(seconds) else { return nil }
    return Date(milliseconds: Int64((seconds * 1000).rounded()))
  }

  /// ISO 8601 with or without a fraction. Without a zone it is UTC, as some servers leave it out;
  /// old versions of the AWS CLI write `UTC`.
  static func iso8601(_ text: String) -> Date? {
    guard text.utf8.count <= 64 else { return nil }
    let text = text.hasSuffix("UTC") ? "\(text.dropLast(3))Z" : text
    var whole = text[...]
    var fraction = 0.0
    if let point = text.firstIndex(of: ".") {
      let digits = text[text.index(after: point)...].prefix { $0.isASCII && $0.isNumber }
      guard let value = Double("0.\(digits)") else { return nil }
      fraction = value
      whole = text[..<point] + text[digits.endIndex...]
    }
    let zoned = whole.dropFirst(10).contains { "Zz+-".contains($0) }
    let strategy = Date.ISO8601FormatStyle()
    guard let date = try? strategy.parse(zoned ? String(whole) : whole + "Z") else { return nil }
    return Self.date(seconds: date.timeIntervalSince1970 + fraction)
  }
}
