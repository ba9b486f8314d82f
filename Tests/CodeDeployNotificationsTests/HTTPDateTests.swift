import Foundation
import Testing

@testable import CodeDeployNotifications

/// Times and waits in HTTP headers.
@Suite struct HTTPDateTests {
  @Test(
    "A date is read in each of HTTP's three forms",
    arguments: [
      "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994",
    ])
  func forms(text: String) {
    #expect(HTTPDate.parse(text) == Date(timeIntervalSince1970: 784_111_777))
  }

  @Test("Days are those of the calendar")
  func days() throws {
    let months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(separator: " ")
    for (year, month, day) in [
      (1970, 1, 1), (1999, 12, 31), (2000, 2, 29), (2000, 3, 1), (2024, 2, 29), (2026, 11, 29),
      (2100, 2, 28), (2100, 3, 1), (1600, 2, 29), (1, 1, 1), (9999, 12, 31),
    ] {
      let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
      let four = String(repeating: "0", count: 4 - "\(year)".count) + "\(year)"
      let text = "Mon, \(two(day)) \(months[month - 1]) \(four) 00:00:00 GMT"
      let expected = try Date("\(four)-\(two(month))-\(two(day))T00:00:00Z", strategy: .iso8601)
      // Foundation uses another calendar before 1582.
      if year > 1582 { #expect(HTTPDate.parse(text) == expected, "\(text)") }
      #expect(HTTPDate.parse(text) != nil, "\(text)")
    }
  }

  @Test(
    "What is no date is none",
    arguments: [
      "", "soon", "Sun, 31 Feb 2026 00:00:00 GMT", "Sun, 29 Feb 2100 00:00:00 GMT",
      "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 6 Nov 94",
      "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Now 1994 08:49:37 GMT",
      "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
      "Sun, 06 Nov 0000 08:49:37 GMT",
    ])
  func malformed(text: String) {
    #expect(HTTPDate.parse(text) == nil)
  }

  @Test(
    "Retry-After is read as seconds or as a date",
    arguments: [
      ("7", 7), (" 1.5 ", 1.5), ("-3", -3), ("Sun, 06 Nov 1994 08:49:37 GMT", 37),
      ("inf", nil), ("nan", nil), ("", nil), ("soon", nil), (nil, nil),
    ] as [(String?, Double?)])
  func waits(value: String?, seconds: Double?) {
    let now = Date(timeIntervalSince1970: 784_111_740)
    #expect(RetryAfter.seconds(value, now: now) == seconds)
  }

  @Test("All but unreserved characters are percent-encoded") func percentEncoding() {
    #expect("aZ09-._~".percentEncoded == "aZ09-._~")
    #expect("a b/é\u{0}".percentEncoded == "a%20b%2F%C3%A9%00")
  }
}
