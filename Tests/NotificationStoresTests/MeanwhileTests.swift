import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// What other programs do to the store during a cycle.
@Suite(.timeLimit(.minutes(10))) struct MeanwhileTests {
  /// Another host's first cycle after a registration has already looked back, and found nothing.
  private func lookBack(_ site: Installation) async throws {
    var finding = Sample.finding(watermark: Sample.now)
    finding.backfilled = try await site.store.registrations().flatMap(\.notBackfilled)
    _ = try await site.store.record(finding)
  }

  @Test(
    "An application that is registered after a cycle began misses nothing", arguments: StoreKind.all
  )
  func registered(kind: StoreKind) async throws {
    try await Installation.with(kind) { site async throws in
      try await site.register("basket")
      _ = await site.poll()
      site.clock.pass(60)
      site.codeDeploy.meanwhile {
        try await site.register("checkout", since: 0)
        try await lookBack(site)
        site.codeDeploy.put(Sample.deployment(created: 10, ended: 50))
      }
      let first = await site.poll()
      #expect(first.storeFailure == nil)
      #expect(first.lines == ["d-1 succeeded hook sent: ok"])
      _ = await site.poll()
      #expect(site.provider.accepted == ["hook: succeeded d-1"])
    }
  }

  @Test("A channel that is added after a cycle began misses nothing", arguments: StoreKind.all)
  func added(kind: StoreKind) async throws {
    try await Installation.with(kind) { site async throws in
      try await site.register("checkout", [.hook("one")])
      _ = await site.poll()
      site.clock.pass(60)
      site.codeDeploy.meanwhile {
        try await site.register("checkout", [.hook("one"), .hook("two")], since: 0)
        try await lookBack(site)
        site.codeDeploy.put(Sample.deployment(created: 10, ended: 50))
      }
      _ = await site.poll()
      _ = await site.poll()
      #expect(site.provider.accepted.sorted() == ["one: succeeded d-1", "two: succeeded d-1"])
    }
  }

  @Test(
    "What another has made pending for a new channel isn't taken for gone", arguments: StoreKind.all
  )
  func claimed(kind: StoreKind) async throws {
    try await Installation.with(kind) { site async throws in
      try await site.register("basket")
      _ = await site.poll()
      site.clock.pass(60)
      site.codeDeploy.meanwhile {
        try await site.register("checkout", since: 0)
        try await lookBack(site)
        try await site.store.makePending([Sample.deployment("d-1", ended: 30)])
        site.codeDeploy.put(Sample.deployment("d-2", of: "basket", created: 10, ended: 50))
      }
      _ = await site.poll()
      #expect(try await site.ledger() == ["d-1 succeeded hook sent", "d-2 succeeded hook sent"])
    }
  }

  @Test("What is gone is still said to be", arguments: StoreKind.all)
  func unregistered(kind: StoreKind) async throws {
    try await Installation.with(kind) { site async throws in
      try await site.store.makePending([Sample.deployment()])
      _ = await site.poll()
      #expect(try await site.ledger() == ["d-1 succeeded hook skipped"])
      #expect(site.provider.received == [])
    }
  }

  @Test("What is registered again before it is given up is read until it ends")
  func readAgain() async throws {
    try await DynamoDBServer.all[0].withTable { table async throws in
      let store = table.store()
      #expect(try await store.register(Sample.record()))
      _ = try await store.record(Sample.finding([Sample.deployment("d-1", .inProgress)]))
      #expect(try await store.change([.remove(Sample.record())]))
      _ = try await store.opening(.all, now: Sample.now)
      #expect(try await store.register(Sample.record()))
      _ = try await store.prune(before: Sample.now, limit: 10)
      #expect(try await store.progress(of: Sample.scope).inFlight.map(\.key.id) == ["d-1"])
    }
  }
}
