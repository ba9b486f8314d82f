import CodeDeployNotifications
import Foundation
import Testing

@Suite struct ListingWindowTests {
  private static let overlap = 900.0
  private static let longest = 604_800.0

  /// Times in seconds from now, and the expected window.
  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var watermark: Double?
    var notBackfilled: Double?
    var explicit: Duration?
    var start: Double
    var listsInFlight = false
    var coversWatermark = true

    init(
      _ label: String, watermark: Double? = nil, notBackfilled: Double? = nil,
      explicit: Duration? = nil,
      start: Double, listsInFlight: Bool = false, coversWatermark: Bool = true
    ) {
      testDescription = label
      self.watermark = watermark
      self.notBackfilled = notBackfilled
      self.explicit = explicit
      self.start = start
      self.listsInFlight = listsInFlight
      self.coversWatermark = coversWatermark
    }

    static let all = [
      Row("nothing known", start: -overlap),
      Row("a watermark", watermark: -60, start: -60 - overlap),
      Row("an old watermark", watermark: -86_400 * 30, start: -86_400 * 30 - overlap),
      Row("a watermark in the future", watermark: 3600, start: -overlap),
      Row("a new channel", notBackfilled: -10, start: -10 - longest - overlap, listsInFlight: true),
      Row(
        "a new channel from the future", notBackfilled: 60, start: 60 - longest - overlap,
        listsInFlight: true),
      Row(
        "a watermark and a new channel", watermark: -60, notBackfilled: -10,
        start: -10 - longest - overlap, listsInFlight: true),
      Row(
        "a watermark older than the new channel's look back", watermark: -longest - 60,
        notBackfilled: -10,
        start: -longest - 60 - overlap, listsInFlight: true),
      Row("a window and nothing else", explicit: .seconds(3600), start: -3600),
      Row(
        "a window shorter than the overlap", explicit: .seconds(60), start: -60,
        coversWatermark: false),
      Row(
        "a window that reaches the watermark", watermark: -60, explicit: .seconds(960), start: -960),
      Row(
        "a window that doesn't", watermark: -60, explicit: .seconds(959), start: -959,
        coversWatermark: false),
      Row(
        "a window too short for a new channel", watermark: -60, notBackfilled: -10,
        explicit: .seconds(21_600), start: -21_600, listsInFlight: true, coversWatermark: false),
      Row(
        "a window long enough for a new channel", notBackfilled: -10, explicit: .seconds(864_000),
        start: -864_000, listsInFlight: true),
    ]
  }

  @Test("A listing looks back as far as it must", arguments: Row.all)
  func window(row: Row) {
    let window = ListingWindow(
      watermark: row.watermark.map(Example.at), backfillSince: row.notBackfilled.map(Example.at),
      explicit: row.explicit, now: Example.now)
    #expect(window.start == Example.at(row.start))
    #expect(window.listsInFlight == row.listsInFlight)
    #expect(window.coversWatermark == row.coversWatermark)
  }

  @Test("The earliest channel that isn't backfilled counts") func backfillSince() {
    let record = RegistrationRecord(
      registration: Registration(application: "checkout", scope: Example.scope),
      baselines: [
        "a": .init(since: Example.at(-30), isBackfilled: true), "b": .init(since: Example.at(-20)),
        "c": .init(since: Example.at(-10)),
      ])
    #expect(record.backfillSince == Example.at(-20))
    let backfilled = RegistrationRecord(
      registration: record.registration,
      baselines: ["a": .init(since: Example.now, isBackfilled: true)])
    #expect(backfilled.backfillSince == nil)
  }
}
