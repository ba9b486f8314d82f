import CodeDeployNotifications
import Foundation
import Testing

extension StoreConformance {
  /// How a notification can be settled, and where it stands then.
  struct OutcomeRow: Sendable, CustomTestStringConvertible {
    var result: DeliveryOutcome.Result
    var standing: DeploymentRecord.Standing
    var nextAttemptAt: Date?
    var sentAt: Date?
    var waiting = 0

    var testDescription: String { "\(result)" }

    static let all = [
      OutcomeRow(result: .sent, standing: .init(state: .sent), sentAt: Sample.at(5)),
      OutcomeRow(result: .failed, standing: .init(state: .failed)),
      OutcomeRow(
        result: .retry(at: Sample.at(90)), standing: .init(state: .pending),
        nextAttemptAt: Sample.at(90), waiting: 1),
      OutcomeRow(
        result: .skipped(.unregistered),
        standing: .init(state: .skipped, skipReason: .unregistered)),
    ]
  }

  @Test(
    "A settled notification stands as its outcome says", arguments: StoreKind.all, OutcomeRow.all)
  func outcomes(kind: StoreKind, row: OutcomeRow) async throws {
    try await kind.withStore { store in
      try await store.line(up: [Sample.deployment()])
      let claimed = try #require(try await store.claim(Sample.claim()).first)
      let outcome = DeliveryOutcome(row.result, reason: "why", attempts: 2, at: Sample.at(5))
      #expect(try await store.settle(claimed, outcome))
      #expect(try await store.standings() == [.hook: row.standing])
      #expect(try await store.waiting(.all) == row.waiting)
      let line = try #require(try await store.history(HistoryQuery()).first?.notifications.first)
      #expect(line.id == claimed.key.id)
      #expect(line.state == row.standing.state)
      #expect(line.reason == "why")
      #expect(line.attempts == 2)
      #expect(line.nextAttemptAt == row.nextAttemptAt)
      #expect(line.sentAt == row.sentAt)
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
      try await store.line(up: [Sample.deployment()])
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

  @Test("What is released is back in line as it was", arguments: StoreKind.all)
  func release(kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.line(up: [Sample.deployment()])
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
