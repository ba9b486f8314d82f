import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// Cycles with options that restrict or change what they do.
@Suite(.timeLimit(.minutes(10))) struct PollChoiceTests {
  @Test("A dry run tells what would be done, and does nothing") func dryRun() async throws {
    let reason = """
      succeeded at 2027-01-15T05:00:00Z, before the registration (2027-01-15T07:00:00Z)
      """
    let ended = Sample.deployment("d-2", created: -11_000, ended: -10_800)
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment(), ended)
      let registered = try await site.store.registrations()
      for _ in 0..<2 {
        let report = await site.poll { $0.isDryRun = true }
        #expect(
          report.lines == [
            "d-1 succeeded hook planned: succeeded", "d-2 succeeded hook skipped: \(reason)",
          ])
        #expect(report.newDeployments == 2)
        #expect(report.pending == 0)
      }
      #expect(site.provider.received == [])
      #expect(try await site.store.progress(of: Sample.scope) == ScopeProgress())
      #expect(try await site.store.registrations() == registered)
      #expect(try await site.ledger() == [])

      #expect(
        await site.poll().lines == [
          "d-1 succeeded hook sent: ok", "d-2 succeeded hook skipped: \(reason)",
        ])
    }
  }

  @Test("A dry run tells what waits and is due") func waitingDryRun() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment())
      site.provider.answer("hook", 503)
      _ = await site.poll()
      #expect(await site.poll { $0.isDryRun = true }.lines == [])
      site.clock.pass(60)
      let report = await site.poll { $0.isDryRun = true }
      #expect(report.lines == ["d-1 succeeded hook planned: pending: busy"])
      #expect(site.provider.received.count == 3)
      #expect(report.pending == 1)
    }
  }

  @Test("A cycle for one application leaves the others to the next") func application() async throws
  {
    try await Installation.with { site in
      try await site.register()
      try await site.register("basket")
      _ = await site.poll()
      site.clock.pass(7200)
      site.codeDeploy.put(
        Sample.deployment(), Sample.deployment("d-2", of: "basket"),
        Sample.deployment("d-3", of: "unregistered"))
      let first = await site.poll { $0.applications = ["checkout"] }
      #expect(first.lines == ["d-1 succeeded hook sent: ok"])
      #expect(first.newDeployments == 1)
      #expect(try await site.store.progress(of: Sample.scope).watermark == Sample.now)

      site.clock.pass(7200)
      let second = await site.poll()
      #expect(second.lines == ["d-2 succeeded hook sent: ok"])
      #expect(try await site.store.progress(of: Sample.scope).watermark == Sample.at(14_400))
    }
  }

  @Test("A cycle for one application delivers only what is its own") func due() async throws {
    try await Installation.with { site in
      try await site.register()
      try await site.register("basket", [.hook("b")])
      site.codeDeploy.put(Sample.deployment(), Sample.deployment("d-2", of: "basket"))
      site.provider.answer("hook", 503)
      site.provider.answer("b", 503)
      #expect(await site.poll().pending == 2)
      site.provider.answer("hook", 200)
      site.provider.answer("b", 200)
      site.clock.pass(60)
      let report = await site.poll { $0.applications = ["basket"] }
      #expect(report.lines == ["d-2 succeeded b sent: ok"])
      #expect(report.pending == 0, "of basket nothing waits")
      #expect(try await site.store.pendingCount(.all) == 1)
    }
  }

  @Test("A deployment asked for by id is announced however old") func deployment() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(
        Sample.deployment("d-1", created: -90 * 86_400, ended: -89 * 86_400),
        Sample.deployment("d-2"))
      let first = await site.poll { $0.deployments = ["d-1", "d-9"] }
      #expect(first.lines == ["d-1 succeeded hook sent: ok"])
      #expect(first.unknownDeployments == ["d-9"])
      #expect(site.codeDeploy.listings == [])
      #expect(await site.poll { $0.deployments = ["d-1"] }.lines == [], "it was sent already")
      #expect(await site.poll().lines == ["d-2 succeeded hook sent: ok"])
    }
  }

  @Test("A window looks back as far as it is told") func window() async throws {
    try await Installation.with { site in
      try await site.register()
      _ = await site.poll()
      // It appeared late in the listing, before the window.
      site.codeDeploy.put(Sample.deployment("d-1", created: -3000, ended: -60))
      site.clock.pass(2)
      #expect(await site.poll().lines == [])
      let report = await site.poll { $0.window = .seconds(3600) }
      #expect(report.lines == ["d-1 succeeded hook sent: ok"])
      #expect(site.codeDeploy.listings == [ListingFilter(createdSince: Sample.at(2 - 3600))])
    }
  }

  @Test("A deployment of an application that nobody registered is told apart from an unknown one")
  func unregistered() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment("d-1", of: "billing"))
      let report = await site.poll { $0.deployments = ["d-1", "d-9"] }
      #expect(report.unregisteredDeployments == ["d-1": "billing"])
      #expect(report.unknownDeployments == ["d-9"])
      #expect(try await site.ledger() == [])
    }
  }

  @Test("Of a deployment that no channel asks for, what they ask for is told") func unasked()
    async throws
  {
    try await Installation.with { site in
      var quiet = ChannelConfiguration.hook("quiet")
      quiet.events = [.succeeded]
      try await site.register("checkout", [quiet])
      site.codeDeploy.put(Sample.deployment("d-1", .failed), Sample.deployment("d-2"))
      let report = await site.poll { $0.deployments = ["d-1", "d-2"] }
      #expect(
        report.unaskedDeployments == [
          .init(
            id: "d-1", application: "checkout", status: .failed,
            channels: [.init(name: "quiet", events: [.succeeded])])
        ])
    }
  }
}
