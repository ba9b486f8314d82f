import CodeDeployNotifications
import Foundation
import Testing

@Suite struct ListingWindowTests {
  private static let overlap = 900.0
  private static let longest = 604_800.0

  /// Seconds from now, and what the window is.
  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var mark: Double?
    var unsettled: Double?
    var explicit: Duration?
    var start: Double
    var listsInFlight = false
    var coversMark = true

    init(
      _ label: String, mark: Double? = nil, unsettled: Double? = nil, explicit: Duration? = nil,
      start: Double, listsInFlight: Bool = false, coversMark: Bool = true
    ) {
      testDescription = label
      self.mark = mark
      self.unsettled = unsettled
      self.explicit = explicit
      self.start = start
      self.listsInFlight = listsInFlight
      self.coversMark = coversMark
    }

    static let all = [
      Row("nothing known", start: -overlap),
      Row("a mark", mark: -60, start: -60 - overlap),
      Row("an old mark", mark: -86_400 * 30, start: -86_400 * 30 - overlap),
      Row("a mark in the future", mark: 3600, start: -overlap),
      Row("a new channel", unsettled: -10, start: -10 - longest - overlap, listsInFlight: true),
      Row(
        "a new channel from the future", unsettled: 60, start: 60 - longest - overlap,
        listsInFlight: true),
      Row(
        "a mark and a new channel", mark: -60, unsettled: -10,
        start: -10 - longest - overlap, listsInFlight: true),
      Row(
        "a mark older than the new channel's look back", mark: -longest - 60, unsettled: -10,
        start: -longest - 60 - overlap, listsInFlight: true),
      Row("a window and nothing else", explicit: .seconds(3600), start: -3600),
      Row(
        "a window shorter than the overlap", explicit: .seconds(60), start: -60,
        coversMark: false),
      Row("a window that reaches the mark", mark: -60, explicit: .seconds(960), start: -960),
      Row(
        "a window that doesn't", mark: -60, explicit: .seconds(959), start: -959,
        coversMark: false),
      Row(
        "a window too short for a new channel", mark: -60, unsettled: -10,
        explicit: .seconds(21_600), start: -21_600, listsInFlight: true, coversMark: false),
      Row(
        "a window long enough for a new channel", unsettled: -10, explicit: .seconds(864_000),
        start: -864_000, listsInFlight: true),
    ]
  }

  @Test("A listing looks back as far as it must", arguments: Row.all)
  func window(row: Row) {
    let window = ListingWindow(
      mark: row.mark.map(Example.at), unsettledSince: row.unsettled.map(Example.at),
      explicit: row.explicit, now: Example.now)
    #expect(window.start == Example.at(row.start))
    #expect(window.listsInFlight == row.listsInFlight)
    #expect(window.coversMark == row.coversMark)
  }

  @Test("The earliest channel that isn't settled counts") func unsettledSince() {
    let record = RegistrationRecord(
      registration: Registration(application: "checkout", scope: Example.scope),
      baselines: [
        "a": .init(since: Example.at(-30), isSettled: true), "b": .init(since: Example.at(-20)),
        "c": .init(since: Example.at(-10)),
      ])
    #expect(record.unsettledSince == Example.at(-20))
    let settled = RegistrationRecord(
      registration: record.registration,
      baselines: ["a": .init(since: Example.now, isSettled: true)])
    #expect(settled.unsettledSince == nil)
  }
}
