import ChannelKit
import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct HTTPVerdictTests {
  @Test(
    "A provider's name that ends in s owns without another",
    arguments: [("Teams", "Teams'"), ("Slack", "Slack's")])
  func possessive(provider: String, words: String) {
    let failure = HTTPVerdict.oddAnswer(HTTPResponse(status: 200), from: provider, redacting: [])
    #expect(failure.description == "\(words) answer isn't in the expected format: it is empty")
  }

  @Test(
    "Retry-After is read in each of its forms",
    arguments: [
      (nil, nil), ("", nil), ("soon", nil), ("-5", .zero), ("0", .zero), (" 12 ", .seconds(12)),
      ("1.2", .seconds(2)), ("nan", nil), ("inf", nil), ("99999999999999999999", .seconds(21_600)),
      ("Fri, 15 Jan 2027 08:00:30 GMT", .seconds(30)),
      ("Friday, 15-Jan-27 08:00:30 GMT", .seconds(30)),
      ("Fri Jan 15 08:00:30 2027", .seconds(30)),
      ("Fri, 15 Jan 2027 07:00:00 GMT", .zero), ("Sat, 15 Jan 2028 08:00:00 GMT", .seconds(21_600)),
    ] as [(String?, Duration?)])
  func retryAfter(value: String?, expected: Duration?) {
    #expect(HTTPVerdict.retryAfter(value, now: Sample.now) == expected)
  }

  @Test("A refusal quotes the answer in one bounded line") func quote() throws {
    let body = "<b>No</b>\r\n\u{202e}\u{1b}[2J " + String(repeating: "ä", count: 1000)
    let response = HTTPResponse(status: 422, body: Array(body.utf8))
    let failure = try #require(throws: DeliveryFailure.self) {
      try HTTPVerdict.check(response, from: "Here", now: Sample.now, redacting: [])
    }
    #expect(failure.verdict == .refused)
    #expect(failure.description.hasPrefix("Here answered 422: <b>No</b> ää"))
    #expect(failure.description.hasSuffix("ä…"))
    #expect(failure.description.count == "Here answered 422: ".count + 300)
  }

  @Test("An empty answer is not quoted, and a hint says what to do") func hint() throws {
    let failure = try #require(throws: DeliveryFailure.self) {
      try HTTPVerdict.check(
        HTTPResponse(status: 401), from: "Here", now: Sample.now, redacting: [],
        hints: [401: "check token"])
    }
    #expect(failure.description == "Here answered 401 (check token)")
  }

  @Test(
    "Another server takes a provider's path",
    arguments: [
      (nil, "https://api.example.com/v1/x"), ("http://localhost:80", "http://localhost:80/v1/x"),
      ("https://a.example/", "https://a.example/v1/x"),
      ("https://a.example/b/c//", "https://a.example/b/c/v1/x"),
      ("https://[::1]:8443/b", "https://[::1]:8443/b/v1/x"),
    ] as [(String?, String)])
  func moved(base: String?, url: String) throws {
    let server = Setting.baseURL(inPlaceOf: "https://api.example.com")
    let settings = SettingValues(base.map { ["base_url": [$0]] } ?? [:], settings: [server.any])
    #expect(try settings[server].appending("/v1/x").url == url)
  }

  @Test(
    "Texts are cut between characters",
    arguments: [
      ("abc", 3, "abc", "abc"), ("abcdef", 5, "ab…", "…ef"), ("ééé", 5, "é…", "…é"),
      ("👩‍👩‍👧x", 10, "…", "…x"), ("abcdef", 2, "", ""),
    ])
  func cut(text: String, limit: Int, start: String, end: String) {
    #expect(text.cut(to: limit, .utf8) == start)
    #expect(text.cutFront(to: limit, .utf8) == end)
  }
}
