import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// Whole cycles with a store in memory.
@Suite(.timeLimit(.minutes(10))) struct PollCycleTests {
  @Test("What ended is announced once, and idling takes one request") func once() async throws {
    try await Installation.with { site in
      try await site.register()
      for number in 0..<20 { try await site.register("other-\(number)") }
      site.codeDeploy.put(Sample.deployment())
      let first = await site.poll()
      #expect(first.lines == ["d-1 succeeded hook sent: ok"])
      #expect(first.newDeployments == 1)
      #expect(first.pending == 0)
      #expect(first.storeFailure == nil)
      #expect(first.scopes.map(\.complete) == [true])
      #expect(try await site.store.progress(of: Sample.scope).watermark == Sample.now)
      #expect(try await site.store.registrations().allSatisfy { $0.backfillSince == nil })

      for _ in 0..<3 {
        site.clock.pass(2)
        let idle = await site.poll()
        #expect(idle.lines == [])
        #expect(idle.newDeployments == 0)
        #expect(idle.scopes.map(\.requests) == [1])
        #expect(
          site.codeDeploy.listings == [ListingFilter(createdSince: Sample.at(-900))])
      }
      #expect(site.provider.received == ["hook: succeeded d-1"])
    }
  }

  @Test("A quiet watermark follows once a minute") func quietWatermark() async throws {
    try await Installation.with { site in
      try await site.register()
      _ = await site.poll()
      for (seconds, watermark) in [(60.0, 0.0), (1, 61), (60, 61)] {
        site.clock.pass(seconds)
        _ = await site.poll()
        #expect(try await site.store.progress(of: Sample.scope).watermark == Sample.at(watermark))
      }
    }
  }

  @Test("However many there are, every one is announced") func pages() async throws {
    let deployments = (100..<350).map { Sample.deployment("d-\($0)") }
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(deployments)
      let report = await site.poll()
      #expect(report.newDeployments == 250)
      #expect(report.lines == deployments.map { "\($0.id) succeeded hook sent: ok" })
      let since = ListingFilter(createdSince: Sample.at(-3600 - 604_800 - 900))
      let inFlight = ListingFilter(statuses: DeploymentStatus.inFlight)
      #expect(site.codeDeploy.listings.filter { $0 == since }.count == 3)
      #expect(site.codeDeploy.listings.filter { $0 == inFlight }.count == 1)
      #expect(site.codeDeploy.batches == Array(repeating: 25, count: 10))
      #expect(report.scopes.map(\.requests) == [14])
      #expect(Set(site.provider.received).count == 250)
      #expect(site.provider.received.count == 250)
    }
  }

  @Test("What is in flight is read until it ends") func inFlight() async throws {
    try await Installation.with { site in
      try await site.register("checkout", [.hook(on: [.started, .succeeded])])
      site.codeDeploy.put(Sample.deployment("d-1", .created))
      let first = await site.poll()
      #expect(first.lines == [])
      #expect(first.inFlightDeployments == 1)

      site.clock.pass(3600)
      site.codeDeploy.put(Sample.deployment("d-1", .inProgress))
      let second = await site.poll()
      #expect(second.lines == ["d-1 started hook sent: ok"])
      #expect(second.newDeployments == 0)
      #expect(site.codeDeploy.batches == [1])

      site.clock.pass(5 * 86_400)
      site.codeDeploy.put(Sample.deployment("d-1", .succeeded, ended: 5 * 86_400))
      #expect(await site.poll().lines == ["d-1 succeeded hook sent: ok"])

      site.clock.pass(2)
      #expect(await site.poll().scopes.map(\.requests) == [1])
    }
  }

  @Test("Events of one deployment come in their order") func eventOrder() async throws {
    try await Installation.with { site in
      try await site.register("checkout", [.hook(on: [.started, .succeeded])])
      site.codeDeploy.put(Sample.deployment())
      #expect(
        await site.poll().lines == [
          "d-1 started hook sent: ok", "d-1 succeeded hook sent: ok",
        ])
      #expect(site.provider.received == ["hook: started d-1", "hook: succeeded d-1"])
    }
  }

  @Test("What ended before the registration is skipped, with a row") func before() async throws {
    let reason = """
      succeeded at 2027-01-15T07:59:00Z, before the registration (2027-01-15T08:00:00Z)
      """
    try await Installation.with { site in
      try await site.register(since: 0)
      site.codeDeploy.put(Sample.deployment())
      #expect(await site.poll().lines == ["d-1 succeeded hook skipped: \(reason)"])
      #expect(try await site.ledger() == ["d-1 succeeded hook skipped"])
      site.clock.pass(2)
      #expect(await site.poll().lines == [])

      // The user wants it after all.
      try await site.register(since: -3600)
      #expect(await site.poll().lines == ["d-1 succeeded hook sent: ok"])
      #expect(try await site.ledger() == ["d-1 succeeded hook sent"])
    }
  }

  @Test("What was in flight at the registration is announced") func atRegistration() async throws {
    try await Installation.with { site in
      try await site.register(since: 0)
      // One ended before the first cycle, the other began before any listing's window.
      site.codeDeploy.put(
        Sample.deployment("d-1", .failed, created: -4 * 86_400, ended: 10),
        Sample.deployment("d-2", .inProgress, created: -10 * 86_400))
      site.clock.pass(60)
      let first = await site.poll()
      #expect(first.lines == ["d-1 failed hook sent: ok"])
      #expect(first.inFlightDeployments == 1)

      site.clock.pass(60)
      site.codeDeploy.put(
        Sample.deployment("d-2", .stopped, created: -10 * 86_400, ended: 90))
      #expect(await site.poll().lines == ["d-2 stopped hook sent: ok"])
    }
  }

  @Test("What was over long before it was first seen expires") func expiry() async throws {
    try await Installation.with { site in
      try await site.register(since: -30 * 86_400)
      site.codeDeploy.put(
        Sample.deployment("d-1", created: -8 * 86_400, ended: -8 * 86_400 + 300))
      let reason =
        "expired: succeeded at 2027-01-07T08:05:00Z, more than 7d before it was first seen"
      #expect(await site.poll().lines == ["d-1 succeeded hook skipped: \(reason)"])
      site.clock.pass(2)
      #expect(await site.poll { $0.window = .seconds(9 * 86_400) }.lines == [])
      #expect(
        await site.poll { $0.deployments = ["d-1"] }.lines == ["d-1 succeeded hook sent: ok"])
    }
  }
}
