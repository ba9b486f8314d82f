import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

extension StoreConformance {
  @Test("A claim hands out all there is to know", arguments: StoreKind.all)
  func claimed(kind: StoreKind) async throws {
    let scope = AWSScope(region: "us-east-1", profile: "p", roleARN: "arn:aws:iam::1:role/r")
    let deployment = Sample.deployment()
    let event = Sample.event(of: deployment, on: ["größe"], in: scope)
    try await kind.withStore { store in
      _ = try await store.record(Sample.finding([deployment], [event], in: scope))
      let claimed = try #require(try await store.claim(Sample.claim("one")).first)
      #expect(claimed.key == Sample.key("d-1", .succeeded, "größe", in: scope))
      #expect(claimed.token == "one")
      var content = event.content
      content.id = claimed.key.id
      #expect(claimed.notification == content)
      #expect(claimed.attempts == 0)
      #expect(claimed.failedCycles == 0)
      #expect(claimed.firstAttemptAt == nil)
    }
  }

  @Test("The oldest is claimed first, so many at once", arguments: StoreKind.all)
  func claimOrder(kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.makePending([
        Sample.deployment("d-1", ended: -20), Sample.deployment("d-2", ended: -40),
        Sample.deployment("d-3", ended: -30),
      ])
      let first = try await store.claim(Sample.claim(limit: 2))
      #expect(first.map(\.key.deployment.id) == ["d-2", "d-3"])
      let second = try await store.claim(Sample.claim(limit: 2))
      #expect(second.map(\.key.deployment.id) == ["d-1"])
      #expect(try await store.claim(Sample.claim(limit: 2)).isEmpty)
    }
  }

  @Test("Of a channel that is left out nothing is claimed", arguments: StoreKind.all)
  func leavingOut(kind: StoreKind) async throws {
    let elsewhere = AWSScope(region: "us-east-1", profile: "it's \"größe\"", roleARN: "r")
    func channel(
      _ name: String, of application: String = "checkout", in scope: AWSScope = Sample.scope
    ) -> RegisteredChannel {
      RegisteredChannel(identity: .init(application: application, scope: scope), channel: name)
    }
    try await kind.withStore { store in
      let deployment = Sample.deployment()
      try await store.makePending([deployment], on: ["hook", "größe"])
      try await store.makePending([Sample.deployment("d-2", of: "billing")])
      let event = Sample.event(of: deployment, on: ["hook"], in: elsewhere)
      _ = try await store.record(Sample.finding([deployment], [event], in: elsewhere))
      let leftOut: Set = [
        channel("hook"), channel("größe", of: "billing"), channel("hook", in: elsewhere),
      ]
      let claimed = try await store.claim(Sample.claim(leavingOut: leftOut))
      #expect(
        Set(claimed.map(\.lane)) == [channel("größe"), channel("hook", of: "billing")])
      #expect(try await store.claim(Sample.claim("two", leavingOut: leftOut)).isEmpty)
      let rest = try await store.claim(Sample.claim("two"))
      #expect(Set(rest.map(\.lane)) == [channel("hook"), channel("hook", in: elsewhere)])
    }
  }

  @Test("What one sender holds no other gets, however many ask at once", arguments: StoreKind.all)
  func exclusiveClaims(kind: StoreKind) async throws {
    let deployments = (0..<40).map { Sample.deployment("d-\($0)") }
    try await kind.withStore { store in
      try await store.makePending(deployments)
      let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
        for token in 0..<8 {
          group.addTask {
            var ids: [String] = []
            while true {
              let some = try await store.claim(Sample.claim("\(token)", limit: 3))
              if some.isEmpty { return ids }
              ids += some.map(\.key.deployment.id)
            }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(claimed.sorted() == deployments.map(\.id).sorted())
    }
  }

  @Test(
    "A claim that ran out is taken over, and the first holder hears of it", arguments: StoreKind.all
  )
  func takeOver(kind: StoreKind) async throws {
    let sent = DeliveryOutcome(.sent, reason: "ok", attempts: 1, at: Sample.at(70))
    try await kind.withStore { store in
      try await store.makePending([Sample.deployment()])
      let first = try #require(try await store.claim(Sample.claim("one", for: 60)).first)
      #expect(try await store.claim(Sample.claim("two", now: Sample.at(59))).isEmpty)
      let second = try #require(
        try await store.claim(Sample.claim("two", now: Sample.at(60))).first)
      #expect(second.key == first.key)
      #expect(try await !store.settle(first, sent))
      #expect(try await store.standings() == [.hook: .init(state: .sending)])
      #expect(try await store.settle(second, sent))
      #expect(try await !store.settle(first, sent))
      #expect(try await !store.settle(second, sent), "it is settled already")
      #expect(try await store.standings() == [.hook: .init(state: .sent)])
      #expect(try await store.history(HistoryQuery()).first?.notifications.first?.attempts == 1)
    }
  }

  @Test("A claim that ran out and nobody took still settles", arguments: StoreKind.all)
  func lateSettle(kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.makePending([Sample.deployment()])
      let claimed = try #require(try await store.claim(Sample.claim(for: 60)).first)
      let sent = DeliveryOutcome(.sent, reason: "ok", attempts: 1, at: Sample.at(3600))
      #expect(try await store.settle(claimed, sent))
      #expect(try await store.claim(Sample.claim("two", now: Sample.at(3600))).isEmpty)
    }
  }

  @Test(
    "Within a deployment and channel one event waits for the one before", arguments: StoreKind.all)
  func eventOrder(kind: StoreKind) async throws {
    let deployment = Sample.deployment()
    let events = [
      Sample.event(.started, of: deployment, on: ["a"]),
      Sample.event(.ready, of: deployment, on: ["a"]),
      Sample.event(.succeeded, of: deployment, on: ["a", "b"]),
    ]
    try await kind.withStore { store in
      _ = try await store.record(Sample.finding([deployment], events))
      func due(_ seconds: Double) async throws -> [ClaimedNotification] {
        try await store.claim(Sample.claim(now: Sample.at(seconds), for: 1000))
      }
      func names(_ claimed: [ClaimedNotification]) -> [String] {
        claimed.map { "\($0.key.event) \($0.key.channel)" }
      }
      let first = try await due(0)
      try #require(names(first) == ["started a", "succeeded b"])
      #expect(names(try await due(0)) == [], "the first is on its way")

      let retry = DeliveryOutcome(
        .retry(at: Sample.at(30)), reason: "busy", attempts: 3, at: Sample.now)
      #expect(try await store.settle(first[0], retry))
      #expect(names(try await due(29)) == [], "the first is to be tried again")

      let second = try await due(30)
      try #require(names(second) == ["started a"])
      let failed = DeliveryOutcome(.failed, reason: "no", attempts: 1, at: Sample.at(30))
      #expect(try await store.settle(second[0], failed))

      let third = try await due(30)
      try #require(names(third) == ["ready a"])
      let skipped = DeliveryOutcome(
        .skipped(.unregistered), reason: "", attempts: 0, at: Sample.at(30))
      #expect(try await store.settle(third[0], skipped))
      #expect(names(try await due(30)) == ["succeeded a"])
    }
  }

  /// A filter and what it selects of `d-1` and `d-2` of checkout and `d-3` of basket.
  struct FilterRow: Sendable, CustomTestStringConvertible {
    var applications: Set<String> = []
    var deployments: Set<String> = []
    var ids: [String]

    var testDescription: String { "\(applications.sorted()) \(deployments.sorted())" }
    var filter: NotificationFilter {
      NotificationFilter(applications: applications, deployments: deployments)
    }

    static let all = [
      FilterRow(ids: ["d-1", "d-2", "d-3"]),
      FilterRow(applications: ["checkout"], ids: ["d-1", "d-2"]),
      FilterRow(applications: ["checkout", "basket"], ids: ["d-1", "d-2", "d-3"]),
      FilterRow(applications: ["Checkout"], ids: []), FilterRow(deployments: ["d-3"], ids: ["d-3"]),
      FilterRow(applications: ["checkout"], deployments: ["d-2", "d-3"], ids: ["d-2"]),
      FilterRow(applications: ["basket"], deployments: ["d-1"], ids: []),
      FilterRow(applications: ["', \"%_"], ids: []),
    ]
  }

  @Test(
    "A filter narrows what is claimed, counted and told", arguments: StoreKind.all, FilterRow.all)
  func filters(kind: StoreKind, row: FilterRow) async throws {
    try await kind.withStore { store in
      try await store.makePending([
        Sample.deployment("d-1", created: -100, ended: -50),
        Sample.deployment("d-2", created: -90, ended: -40),
        Sample.deployment("d-3", of: "basket", created: -80, ended: -30),
      ])
      #expect(try await store.pendingCount(row.filter) == row.ids.count)
      let told = try await store.history(HistoryQuery(filter: row.filter))
      #expect(told.map(\.deployment.id) == row.ids.reversed())
      let claimed = try await store.claim(Sample.claim("one", row.filter))
      #expect(claimed.map(\.key.deployment.id) == row.ids)
      #expect(try await store.pendingCount(row.filter) == row.ids.count, "claimed ones wait too")
      #expect(try await store.pendingCount(.all) == 3)
    }
  }
}
