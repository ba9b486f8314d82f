import Foundation

/// Times as they stand in headers and bodies of AWS's answers.
enum WireTime {
  /// ISO 8601 with or without a fraction; without a zone it is UTC, as some servers leave it out,
  /// and old versions of the AWS CLI write `UTC` for it.
  static func iso8601(_ text: String) -> Date? {
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
    return date.addingTimeInterval(fraction)
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The `Date` header's form (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
  static func http(_ text: String) -> Date? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, let month = months.firstIndex(of: String(parts[2])) else { return nil }
    let number = month + 1
    return iso8601("\(parts[3])-\(number < 10 ? "0" : "")\(number)-\(parts[1])T\(parts[4])Z")
  }
}
