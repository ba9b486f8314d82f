import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

extension StoreConformance {
  /// An outcome of a notification, and its state afterwards.
  struct OutcomeRow: Sendable, CustomTestStringConvertible {
    var result: DeliveryOutcome.Result
    var standing: DeploymentRecord.Standing
    var nextAttemptAt: Date?
    var sentAt: Date?
    var failedAt: Date?
    var pending = 0

    var testDescription: String { "\(result)" }

    static let all = [
      OutcomeRow(result: .sent, standing: .init(state: .sent), sentAt: Sample.at(5)),
      OutcomeRow(result: .failed, standing: .init(state: .failed), failedAt: Sample.at(5)),
      OutcomeRow(
        result: .retry(at: Sample.at(90)), standing: .init(state: .pending),
        nextAttemptAt: Sample.at(90), pending: 1),
      OutcomeRow(
        result: .postponed(until: Sample.at(80)), standing: .init(state: .pending),
        nextAttemptAt: Sample.at(80), pending: 1),
      OutcomeRow(
        result: .skipped(.unregistered),
        standing: .init(state: .skipped, skipReason: .unregistered)),
    ]
  }

  @Test(
    "A settled notification stands as its outcome says", arguments: StoreKind.all, OutcomeRow.all)
  func outcomes(kind: StoreKind, row: OutcomeRow) async throws {
    try await kind.withStore { store in
      try await store.makePending([Sample.deployment()])
      let claimed = try #require(try await store.claim(Sample.claim()).first)
      let outcome = DeliveryOutcome(row.result, reason: "why", attempts: 2, at: Sample.at(5))
      #expect(try await store.settle(claimed, outcome))
      #expect(try await store.standings() == [.hook: row.standing])
      #expect(try await store.pendingCount(.all) == row.pending)
      let line = try #require(try await store.history(HistoryQuery()).first?.notifications.first)
      #expect(line.id == claimed.key.id)
      #expect(line.state == row.standing.state)
      #expect(line.reason == "why")
      #expect(line.attempts == 2)
      #expect(line.nextAttemptAt == row.nextAttemptAt)
      #expect(line.sentAt == row.sentAt)
      #expect(line.failedAt == row.failedAt)
    }
  }

  @Test(
    "What is to be retried waits for its time and remembers its attempts", arguments: StoreKind.all)
  func retries(kind: StoreKind) async throws {
    func retry(_ attempts: Int, at seconds: Double, until next: Double) -> DeliveryOutcome {
      DeliveryOutcome(
        .retry(at: Sample.at(next)), reason: "busy", attempts: attempts, at: Sample.at(seconds))
    }
    try await kind.withStore { store in
      try await store.makePending([Sample.deployment()])
      let first = try #require(try await store.claim(Sample.claim()).first)
      #expect(try await store.settle(first, retry(3, at: 2, until: 30)))
      #expect(try await store.claim(Sample.claim(now: Sample.at(29.9))).isEmpty)

      let second = try #require(try await store.claim(Sample.claim(now: Sample.at(30))).first)
      #expect(second.attempts == 3)
      #expect(second.failedCycles == 1)
      #expect(second.firstAttemptAt == Sample.at(2))
      #expect(try await store.settle(second, retry(1, at: 31, until: 90)))

      let third = try #require(try await store.claim(Sample.claim(now: Sample.at(90))).first)
      #expect(third.attempts == 4)
      #expect(third.failedCycles == 2)
      #expect(third.firstAttemptAt == Sample.at(2))
    }
  }

  @Test("Each attempt is kept, the last ten of them", arguments: StoreKind.all)
  func tries(kind: StoreKind) async throws {
    func attempt(_ number: Int) -> DeliveryTry {
      DeliveryTry(
        at: Sample.at(Double(number)), duration: .milliseconds(number), outcome: .retrying,
        answer: "größe \(number)")
    }
    func told(_ store: any Store) async throws -> [DeliveryTry] {
      try #require(try await store.history(HistoryQuery()).first?.notifications.first).tries
    }
    try await kind.withStore { store in
      try await store.makePending([Sample.deployment()])
      #expect(try await told(store) == [])
      for (time, numbers) in [(0.0, 1...3), (100, 4...4), (200, 5...12)] {
        let claimed = try #require(
          try await store.claim(Sample.claim(now: Sample.at(time))).first)
        let outcome = DeliveryOutcome(
          .retry(at: Sample.at(time + 50)), reason: "busy", attempts: numbers.count,
          at: Sample.at(time), tries: numbers.map(attempt))
        #expect(try await store.settle(claimed, outcome))
      }
      #expect(try await told(store) == (3...12).map(attempt))
      let claimed = try #require(try await store.claim(Sample.claim(now: Sample.at(300))).first)
      let released = DeliveryOutcome(.released, reason: "", attempts: 0, at: Sample.at(300))
      #expect(try await store.settle(claimed, released))
      #expect(try await told(store) == (3...12).map(attempt))
    }
  }

  @Test(
    "Odd answers are counted until somebody has it sent again", arguments: StoreKind.all)
  func oddAnswers(kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.makePending([Sample.deployment()])
      let first = try #require(try await store.claim(Sample.claim()).first)
      #expect(first.oddAnswers == 0)
      #expect(first.eventAt == Sample.at(-60))
      let odd = DeliveryOutcome(
        .retry(at: Sample.at(30)), reason: "odd", attempts: 1, at: Sample.now, oddAnswers: 1)
      #expect(try await store.settle(first, odd))
      let second = try #require(try await store.claim(Sample.claim(now: Sample.at(30))).first)
      #expect(second.oddAnswers == 1)
      let failed = DeliveryOutcome(
        .failed, reason: "odd", attempts: 1, at: Sample.at(31), oddAnswers: 1)
      #expect(try await store.settle(second, failed))
      #expect(try await store.retry(.all(applications: []), now: Sample.at(40)).count == 1)
      let third = try #require(try await store.claim(Sample.claim(now: Sample.at(40))).first)
      #expect(third.oddAnswers == 0)
      let line = try await store.history(HistoryQuery()).first?.notifications.first
      #expect(line?.failedAt == nil)
    }
  }

  @Test("What ended together is settled together, each by its own claim", arguments: StoreKind.all)
  func together(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let deployments = ["d-1", "d-2", "d-3"].map { Sample.deployment($0) }
      try await store.makePending(deployments, on: ["a", "b"])
      let old = try await store.claim(Sample.claim("one", for: 60))
      #expect(old.count == 6)
      let taken = try await store.claim(Sample.claim("two", now: Sample.at(60), limit: 1))
      let sent = DeliveryOutcome(.sent, reason: "ok", attempts: 1, at: Sample.at(61))
      let recorded = try await store.settle(old.map { Settlement($0, sent) })
      #expect(recorded == Set(old.map(\.key.id)).subtracting(taken.map(\.key.id)))
      #expect(try await store.pendingCount(.all) == 1)
      #expect(try await store.settle([]) == [])
    }
  }

  @Test("What is released is pending as it was", arguments: StoreKind.all)
  func release(kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.makePending([Sample.deployment()])
      let before = try #require(try await store.history(HistoryQuery()).first?.notifications.first)
      let claimed = try #require(try await store.claim(Sample.claim("one", for: 600)).first)
      let released = DeliveryOutcome(.released, reason: "", attempts: 0, at: Sample.at(5))
      #expect(try await store.settle(claimed, released))
      let after = try #require(try await store.history(HistoryQuery()).first?.notifications.first)
      #expect(after.state == .pending)
      #expect(after.reason == before.reason)
      #expect(after.nextAttemptAt == before.nextAttemptAt)
      let again = try #require(try await store.claim(Sample.claim("two")).first)
      #expect(again.attempts == 0)
      #expect(again.failedCycles == 0)
      #expect(again.firstAttemptAt == nil)
    }
  }
}
