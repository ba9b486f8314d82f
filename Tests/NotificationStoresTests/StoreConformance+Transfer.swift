import CodeDeployNotifications
import CycleSupport
import Foundation
import Synchronization
import Testing

extension Store {
  /// All records of the store.
  fileprivate func all() async throws -> [StoreRecord] {
    let records = Mutex<[StoreRecord]>([])
    try await exportRecords { record in records.withLock { $0.append(record) } }
    return records.withLock { $0 }
  }
}

extension StoreConformance {
  /// Fills a store with everything that one can contain.
  private func fill(_ store: any Store) async throws {
    var record = Sample.record(
      Sample.registration(channels: ["hook", "other"].map { .hook($0) }))
    record.baselines["hook"]?.events = ["ready": Sample.at(-1.5)]
    #expect(try await store.register(record))
    try await store.makePending(["d-1", "d-2", "d-3", "d-4"].map { Sample.deployment($0) })
    let results: [String: DeliveryOutcome.Result] = [
      "d-1": .sent, "d-2": .failed, "d-3": .retry(at: Sample.at(90)),
    ]
    for claimed in try await store.claim(Sample.claim("held", for: 600)) {
      guard let result = results[claimed.key.deployment.id] else { continue }
      let outcome = DeliveryOutcome(
        result, reason: "größe \"1\"", attempts: 2, at: Sample.at(5.25), isClockRight: true,
        tries: [
          DeliveryTry(
            at: Sample.at(5.125), duration: .milliseconds(125), outcome: .retrying, answer: "\"no\""
          )
        ], oddAnswers: 1)
      #expect(try await store.settle(claimed, outcome))
    }
    var finding = Sample.finding(
      [Sample.deployment("d-5", .inProgress)],
      [
        Sample.event(.started, of: Sample.deployment("d-5"), on: ["a"]),
        Sample.event(.started, of: Sample.deployment("d-5"), on: ["b"], .skip(.creator)),
      ], foreign: [Sample.deployment("d-6", .inProgress, of: "basket")], unread: ["d-7"],
      watermark: Sample.at(1.5))
    finding.backfilled = [
      BackfilledChannel(
        identity: record.registration.identity, channel: "hook", since: Sample.at(-3600))
    ]
    _ = try await store.record(finding)
    let elsewhere = AWSScope(
      region: "us-east-1", profile: "p#1%23", roleARN: "arn:aws:iam::1:role/r")
    _ = try await store.record(
      Sample.finding([Sample.deployment("d-1")], watermark: Sample.at(2), in: elsewhere))
    try await store.keep("note", of: Sample.key("d-1").deployment, "chat")
  }

  @Test("The lines of an export are its records as they are written", arguments: StoreKind.all)
  func lines(_ kind: StoreKind) async throws {
    try await kind.withStore { store async throws in
      try await fill(store)
      try await store.put([Sample.mute()])
      let lines = Mutex<[String]>([])
      try await store.exportLines { line in
        let text =
          switch line {
          case .record(let record): try RowCoding.encode(record)
          case .deployment(let json, _): json
          }
        lines.withLock { $0.append(text) }
      }
      let records = try await store.all().map { try RowCoding.encode($0) }
      #expect(lines.withLock { $0.sorted() } == records.sorted())
    }
  }

  @Test("What one store exports another imports whole", arguments: StoreKind.all, StoreKind.all)
  func transfer(from: StoreKind, to: StoreKind) async throws {
    try await from.withStore { old async throws in
      try await fill(old)
      let records = try await old.all()
      // 8 deployments, 2 watermarks, 1 registration, in that order.
      #expect(records.count == 11)
      guard case .registration? = records.last else {
        Issue.record("the registrations come last")
        return
      }
      try await to.withStore { new async throws in
        #expect(try await new.importRecords(records) == ImportCounts(added: 11))
        #expect(Set(try await new.all()) == Set(records))
        #expect(try await new.registrations() == old.registrations())
        #expect(try await new.progress(of: Sample.scope).watermark == Sample.at(1.5))
        let inFlight = try await new.progress(of: Sample.scope).inFlight.map(\.key.id).sorted()
        #expect(inFlight == ["d-5", "d-7"])
        #expect(try await new.pendingCount(.all) == old.pendingCount(.all))
        #expect(try await new.note(of: Sample.key("d-1").deployment, "chat") == "note")
        let history = try await new.history(HistoryQuery()).map(\.deployment.id).sorted()
        #expect(history == ["d-1", "d-2", "d-3", "d-4", "d-5"])

        // A sender that claimed something before the export can still settle it, and no other sender
        // has it.
        let now = try await new.claim(Sample.claim("new", now: Sample.at(89)))
        #expect(now.map { "\($0.key.deployment.id) \($0.key.event)" } == ["d-5 started"])
        let later = try await new.claim(Sample.claim("new", now: Sample.at(600)))
        #expect(later.map(\.key.deployment.id).sorted() == ["d-3", "d-4", "d-5"])
        let third = try #require(later.first { $0.key.deployment.id == "d-3" })
        #expect(third.attempts == 2)
        #expect(third.failedCycles == 1)
        #expect(third.firstAttemptAt == Sample.at(5.25))
      }
    }
  }

  @Test("Importing the same again changes nothing", arguments: StoreKind.all)
  func importedTwice(kind: StoreKind) async throws {
    try await StoreKind.sqlite.withStore { old async throws in
      try await fill(old)
      let records = try await old.all()
      try await kind.withStore { store async throws in
        // The state after an import that was interrupted in the deployments.
        #expect(try await store.importRecords(Array(records.prefix(3))) == ImportCounts(added: 3))
        #expect(try await store.importRecords(records) == ImportCounts(added: 8, known: 3))
        #expect(try await store.importRecords(records) == ImportCounts(known: 11))
        #expect(Set(try await store.all()) == Set(records))
      }
    }
  }

  @Test("What says something else than the store holds is not imported", arguments: StoreKind.all)
  func conflicting(kind: StoreKind) async throws {
    var entry = LedgerEntry(key: Sample.key("d-1").deployment, seenAt: Sample.now)
    entry.deployment = Sample.deployment()
    let fine = LedgerEntry(key: Sample.key("d-9").deployment, seenAt: Sample.now)
    let rows: [(StoreRecord, String)] = [
      (.deployment(entry), "the store holds another state of deployment d-1 in eu-west-1"),
      (
        .watermark(Sample.scope, Sample.at(60)),
        "the store holds another watermark of eu-west-1"
      ),
      (
        .registration(Sample.record(since: Sample.now)),
        "the store holds another registration of checkout in eu-west-1"
      ),
      (
        .mute(Sample.mute(until: 7200)),
        "the store holds a mute of checkout in eu-west-1 with another end"
      ),
    ]
    try await kind.withStore { store async throws in
      #expect(try await store.register(Sample.record()))
      try await store.makePending([Sample.deployment()])
      _ = try await store.record(Sample.finding(watermark: Sample.now))
      try await store.put([Sample.mute()])
      let before = Set(try await store.all())
      for (record, sentence) in rows {
        let conflict = await #expect(throws: ConflictingRecord.self) {
          try await store.importRecords([.deployment(fine), record])
        }
        #expect(conflict?.index == 1)
        #expect(conflict?.description == sentence)
        #expect(Set(try await store.all()) == before, "nothing was imported")
        #expect(try await store.registrations().count == 1, "nothing is left unfinished")
      }
    }
  }
}
