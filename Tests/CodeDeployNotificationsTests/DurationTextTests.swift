import CodeDeployNotifications
import Testing

@Suite struct DurationTextTests {
  @Test(
    "A written duration is read",
    arguments: [
      ("0", 0), ("90", 90), ("30s", 30), ("5m", 300), ("2h", 7200), ("7d", 604_800),
      ("1w", 604_800), ("1h30m", 5400), ("1d2h3m4s", 93_784), ("30m1h", 5400), ("0s", 0),
      ("007s", 7), ("3199999999", 3_199_999_999),
    ])
  func read(text: String, seconds: Int) {
    #expect(Duration(written: text) == .seconds(seconds))
  }

  @Test(
    "A duration in another form is none",
    arguments: [
      "", " ", "s", "1x", "-5", "-5s", "+5", "1.5h", "1h30", "1h 30m", " 1h", "1h ", "1H", "٣s",
      "1hh", "1e3", "soon", "3200000000", "3200000000s", "6000w", "99999999999999999999",
      "99999999999999999999s", String(repeating: "3199999999w", count: 6000),
    ])
  func rejected(text: String) {
    #expect(Duration(written: text) == nil)
  }

  @Test(
    "A duration is told in its two largest units",
    arguments: [
      (.zero, "0s"), (.milliseconds(400), "0s"), (.milliseconds(1500), "2s"), (.seconds(59), "59s"),
      (.milliseconds(59_600), "1m"), (.seconds(192), "3m 12s"), (.seconds(3600), "1h"),
      (.seconds(3661), "1h 1m"), (.seconds(7200), "2h"), (.seconds(5 * 86_400 + 4 * 3600), "5d 4h"),
      (.seconds(86_400 + 59), "1d 59s"), (.seconds(604_800), "7d"), (.seconds(-5), "0s"),
    ] as [(Duration, String)])
  func words(duration: Duration, words: String) {
    #expect(duration.inWords == words)
  }

  @Test(
    "A duration counts in seconds",
    arguments: [(.milliseconds(1250), 1.25), (.seconds(-2), -2), (.zero, 0)] as [(Duration, Double)]
  )
  func seconds(duration: Duration, seconds: Double) {
    #expect(duration.inSeconds == seconds)
  }
}
