import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// Brings a notification into a state.
private func settle(
  _ store: any Store, _ states: [String: DeliveryOutcome.Result]
) async throws {
  for claimed in try await store.claim(Sample.claim()) {
    let result = states[claimed.key.deployment.id] ?? .released
    let outcome = DeliveryOutcome(result, reason: "why", attempts: 2, at: Sample.now)
    _ = try await store.settle(claimed, outcome)
  }
}

extension StoreConformance {
  /// Which notifications are selected, and which become pending again.
  struct RetryRow: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var selection: RetrySelection
    var ids: [String]

    private static func named(_ ids: String...) -> RetrySelection {
      .ids(Set(ids.map { Sample.key($0).id }))
    }

    static let all = [
      RetryRow(testDescription: "failed", selection: named("d-failed"), ids: ["d-failed"]),
      RetryRow(testDescription: "expired", selection: named("d-expired"), ids: ["d-expired"]),
      RetryRow(
        testDescription: "others", selection: named("d-sent", "d-pending", "d-skipped", "d-none"),
        ids: []),
      RetryRow(testDescription: "none", selection: .ids([]), ids: []),
      RetryRow(
        testDescription: "all", selection: .all(applications: []),
        ids: ["d-expired", "d-failed", "d-foreign"]),
      RetryRow(
        testDescription: "an application's", selection: .all(applications: ["basket"]),
        ids: ["d-foreign"]),
      RetryRow(
        testDescription: "an unknown application's", selection: .all(applications: ["x"]), ids: []),
    ]
  }

  @Test("What failed or expired is made pending again", arguments: StoreKind.all, RetryRow.all)
  func retry(kind: StoreKind, row: RetryRow) async throws {
    let names = ["d-failed", "d-sent", "d-pending"]
    let foreign = Sample.deployment("d-foreign", of: "basket")
    let skips: [(String, SkipReason)] = [("d-expired", .expired), ("d-skipped", .creator)]
    try await kind.withStore { store in
      try await store.makePending(names.map { Sample.deployment($0) } + [foreign])
      for (id, reason) in skips {
        let deployment = Sample.deployment(id)
        _ = try await store.record(
          Sample.finding([deployment], [Sample.event(of: deployment, .skip(reason))]))
      }
      try await settle(
        store,
        [
          "d-failed": .failed, "d-foreign": .failed, "d-sent": .sent,
          "d-pending": .retry(at: Sample.at(3600)),
        ])
      let expected = Set(row.ids.map { Sample.key($0).id })
      #expect(try await store.retry(row.selection, now: Sample.at(60)) == expected)
      let claimed = try await store.claim(Sample.claim(now: Sample.at(60)))
      #expect(claimed.map(\.key.deployment.id).sorted() == row.ids)
      #expect(claimed.allSatisfy { $0.failedCycles == 0 && $0.firstAttemptAt == nil })
      #expect(try await store.retry(row.selection, now: Sample.at(60)) == [])
    }
  }

  @Test("What is old and done with is forgotten", arguments: StoreKind.pruning)
  func prune(kind: StoreKind) async throws {
    try await kind.withStore { store in
      #expect(try await store.register(Sample.record()))
      try await store.makePending(["d-sent", "d-pending"].map { Sample.deployment($0) })
      try await settle(store, ["d-sent": .sent])
      _ = try await store.record(
        Sample.finding(
          [
            Sample.deployment("d-quiet"), Sample.deployment("d-running", .inProgress),
            Sample.deployment("d-foreign", .inProgress, of: "basket"),
          ], unread: ["d-unread"]))
      _ = try await store.record(
        Sample.finding([Sample.deployment("d-new")], at: Sample.at(1)))
      #expect(try await store.prune(before: Sample.now, limit: 100) == 0)
      #expect(try await store.prune(before: Sample.at(1), limit: 3) == 3)
      #expect(try await store.prune(before: Sample.at(1), limit: 3) == 1)
      #expect(try await store.prune(before: Sample.at(1), limit: 3) == 0)
      let all = ["d-sent", "d-pending", "d-quiet", "d-running", "d-foreign", "d-unread", "d-new"]
      let left = try await store.deployments(all, in: Sample.scope)
      #expect(left.keys.sorted() == ["d-new", "d-pending", "d-running"])
      #expect(try await store.pendingCount(.all) == 1)
    }
  }

  @Test("A time that only a wrong clock can have set holds nothing back", arguments: StoreKind.all)
  func wrongClock(kind: StoreKind) async throws {
    let future = 10.0 * 365 * 86_400
    try await kind.withStore { store in
      try await store.makePending([Sample.deployment("d-1"), Sample.deployment("d-2")])
      let wrong = Sample.claim("one", now: Sample.at(future), limit: 1)
      #expect(try await store.claim(wrong).count == 1)
      let claimed = try await store.claim(Sample.claim("two"))
      #expect(claimed.map(\.key.deployment.id).sorted() == ["d-1", "d-2"])
      for one in claimed {
        let retry = DeliveryOutcome(
          .retry(at: Sample.at(future)), reason: "busy", attempts: 1, at: Sample.at(future))
        #expect(try await store.settle(one, retry))
      }
      #expect(try await store.claim(Sample.claim("three")).count == 2)
    }
  }
}
