import CodeDeployNotifications
import Foundation
import TestSupport
import Testing

/// Rows and lines of exports are read and written without `JSONDecoder` and `JSONEncoder`, with the
/// same result.
@Suite struct RowCodingTests {
  /// An entry with everything that one can contain.
  private static var entry: LedgerEntry {
    var entry = LedgerEntry(
      key: Example.key(profile: "ops", id: "d-1").deployment, seenAt: Example.now)
    entry.deployment = Example.fullDeployment
    var content = Example.notification(.failed, of: Example.fullDeployment)
    content.failure = Example.failure
    content.labels = ["team": "payments", "größe": "\"1\"", "e\u{301}x": "/", "A": ""]
    content.deployer = .init(name: "Ada", email: "ada@example.com", source: "commit")
    content.accountID = "123456789012"
    content.accountName = "prod"
    content.revision?.content = "version: 0.0\nos: linux\u{1}\u{1f}\u{7f}\u{2028}"
    entry.events = [
      .init(event: .started, at: Example.at(-2), content: Example.notification(.started)),
      .init(event: .failed, at: Example.now, content: content),
    ]
    var one = LedgerEntry.Notification(
      event: .failed, channel: "slack", state: .sending, nextAttemptAt: Example.now)
    one.claim = .init(token: "t", until: Example.at(60))
    one.tries = [
      .init(at: Example.now, duration: .seconds(1), outcome: .failed, answer: "no"),
      .init(at: Example.at(1.25), duration: .zero, outcome: .limited, answer: "später\t"),
    ]
    one.skipReason = .expired
    one.reason = "a \"reason\"\r\n"
    one.firstAttemptAt = Example.at(0.125)
    one.sentAt = Example.now
    one.failedAt = Example.now
    let other = LedgerEntry.Notification(
      event: .started, channel: "b", state: .pending, nextAttemptAt: Date(milliseconds: 0))
    entry.notifications = [one, other]
    entry.notes = ["slack": "C1 1.2", "teams": ""]
    return entry
  }

  private static var bare: LedgerEntry {
    LedgerEntry(key: Example.key(id: "d-2").deployment, seenAt: Example.now)
  }

  @Test("Rows of the ledger are written exactly as JSONEncoder writes them") func rows() throws {
    for entry in [Self.entry, Self.bare] {
      let text = try RowCoding.encode(entry)
      #expect(try RowCoding.encodeAny(entry) == text)
      #expect(try RowCoding.decodeAny(LedgerEntry.self, from: text) == entry)
      // Without a look at the other reader.
      var utf8 = text
      #expect(utf8.withUTF8 { RowReader.read(LedgerEntry.self, from: $0) } == entry)
    }
    var spoiler = Spoiler(seed: Spoiler.seed)
    for _ in 0..<Spoiler.rounds {
      var entry = Self.entry
      entry.deployment?.description = spoiler.spoilt(["by CI"])
      entry.deployment?.revision?.key = spoiler.spoilt(["a/b.zip"])
      entry.events[0].content.labels = [spoiler.spoilt(["team"]): "a"]
      entry.events[0].content.labels?[spoiler.spoilt(["env"])] = spoiler.spoilt(["b"])
      entry.notifications[0].tries[0].answer = spoiler.spoilt(["200 OK"])
      entry.notifications[0].attempts = Int(spoiler.next() % 1_000_000)
      let text = try RowCoding.encode(entry)
      #expect(try RowCoding.encodeAny(entry) == text)
      #expect(try RowCoding.decode(LedgerEntry.self, from: text) == entry)
    }
  }

  @Test("A notification's JSON is exactly what JSONEncoder writes") func notificationJSON() throws {
    for event in Self.entry.events {
      let written = try JSONCoding.encoder().encode(event.content)
      #expect(JSONCoding.encoded(event.content) == [UInt8](written))
    }
  }

  @Test("Lines of an export are read as JSONDecoder reads them") func exportLines() throws {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let lines = try [Self.entry, Self.bare].map { try RowCoding.encode(StoreRecord.deployment($0)) }
    func read(_ line: String) -> StoreRecord? {
      var line = line
      return line.withUTF8 { StoreRecord.deployment(fromLine: $0) }
    }
    #expect(lines.map(read) == [.deployment(Self.entry), .deployment(Self.bare)])
    for _ in 0..<Spoiler.rounds {
      let line = spoiler.spoilt(lines)
      guard let quick = read(line) else { continue }
      #expect(try RowCoding.decodeAny(StoreRecord.self, from: line) == quick, "\(line)")
      #expect(RowCoding.oddNumber(in: Array(line.utf8)[...]) == nil, "\(line)")
    }
  }

  @Test(
    "Another form of the same is read as well",
    arguments: [
      (#"{"code":"a","message":"b"}"#, true), (#"{"message":"b","code":"a"}"#, false),
      (#"{ "code":"a","message":"b"}"#, false), (#"{"code":"\u0061","message":"b"}"#, false),
      (#"{"code":"a","message":"b","more":1}"#, false),
      (#"{"code":"a","message":"b"}"# + "\n", false),
    ])
  func forms(text: String, isOurs: Bool) throws {
    let value = Deployment.ErrorInformation(code: "a", message: "b")
    var utf8 = text
    let quick = utf8.withUTF8 { RowReader.read(Stored<Deployment.ErrorInformation>.self, from: $0) }
    #expect(quick?.value == (isOurs ? value : nil))
    #expect(
      try RowCoding.decode(Stored<Deployment.ErrorInformation>.self, from: text).value == value)
  }

  @Test(
    "What is no JSON is refused",
    arguments: [
      "", "{", "{}}", #"{"code"}"#, #"{"code":}"#, #"{,"code":"a"}"#,
      #"{"code":"a" "message":"b"}"#, "{\"code\":\"a\u{1}\"}", #"{"code":"a\"}"#,
      #"{"code":"\u00"}"#,
      #"{"code":"\x"}"#, #"{"code":1}"#,
    ])
  func refused(text: String) {
    #expect(throws: DecodingError.self) {
      try RowCoding.decode(Stored<Deployment.ErrorInformation>.self, from: text)
    }
  }

  @Test(
    "Numbers are read as far as they count something",
    arguments: [
      ("0", true), ("7", true), ("999999999999999", true), ("1000000000000000", false),
      ("-1", false),
      ("01", false), ("1.5", false), ("1e3", false), ("", false), ("+1", false),
    ])
  func numbers(text: String, isRead: Bool) {
    var list = "[\(text),1]"
    let numbers = list.withUTF8 { RowReader.read([Int].self, from: $0) }
    #expect((numbers != nil) == isRead)
  }

  @Test("Times are written as Foundation's formatter writes them") func timestamps() {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let chance = (0..<Spoiler.rounds).map { _ in
      Double(spoiler.below(260_000_000_000)) / 1000 * 1000
    }
    let times =
      chance + [
        0, 0.999, 1.9999, 951_782_399, 951_782_400, 951_868_800, 4_107_542_400, 253_402_300_799.5,
        253_402_300_800, -1, -62_135_596_801, 1_800_000_000.125,
      ]
    for time in times {
      let date = Date(timeIntervalSince1970: time)
      #expect(date.iso8601 == date.formatted(.iso8601), "\(time)")
    }
  }
}
