import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// Cycles with mutes.
@Suite(.timeLimit(.minutes(10))) struct PollMuteTests {
  @Test("What happens while muted is skipped, also when it is seen later or asked for by id")
  func meanwhile() async throws {
    try await Installation.with { site in
      try await site.register("checkout", [.hook("a"), .hook("b")])
      _ = await site.poll()
      try await site.store.put([Sample.mute("a", since: 10, until: 100)])
      site.clock.pass(200)
      site.codeDeploy.put(
        Sample.deployment("d-1", created: 5, ended: 50),
        Sample.deployment("d-2", created: 110, ended: 150))
      let report = await site.poll()
      #expect(
        report.notifications.map { "\($0.deploymentID) \($0.channel) \($0.outcome)" } == [
          "d-1 a skipped", "d-1 b sent", "d-2 a sent", "d-2 b sent",
        ])
      #expect(report.notifications[0].skipReason == .muted)
      let again = await site.poll { $0.deployments = ["d-1"] }
      #expect(again.notifications.map(\.skipReason) == [.muted])
      #expect(site.provider.received.count == 3)
    }
  }

  @Test("What would be tried while muted is skipped, and stays so") func tried() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment())
      site.provider.answer("hook", 503)
      #expect(await site.poll().pending == 1)
      try await site.store.put([Sample.mute(until: 3600)])
      site.provider.answer("hook", 200)
      let tries = site.provider.received.count
      site.clock.pass(120)
      let report = await site.poll()
      #expect(report.notifications.map(\.skipReason) == [.muted])
      #expect(report.pending == 0)
      // It isn't announced after the mute either.
      site.clock.pass(7200)
      #expect(await site.poll().lines == [])
      let again = await site.poll { $0.deployments = ["d-1"] }
      #expect(again.notifications.map(\.reason) == ["it was muted when it was due"])
      #expect(site.provider.received.count == tries)
    }
  }

  @Test("By a clock that isn't AWS's a mute holds for the same span") func clock() async throws {
    try await Installation.with { site in
      site.codeDeploy.setClock(240)
      try await site.register(since: 0)
      _ = await site.poll()
      try await site.store.put([Sample.mute(since: 10, until: 100)])
      site.clock.pass(200)
      site.codeDeploy.put(Sample.deployment("d-1", created: 245, ended: 300))
      #expect(await site.poll().notifications.map(\.skipReason) == [.muted])
    }
  }

  @Test("A deployment is overdue once, also when it is first seen so") func overdue() async throws {
    try await Installation.with { site in
      var registration = Sample.registration(
        channels: [.hook("hook", on: [.overdue, .succeeded])])
      registration.overdueAfter = .seconds(3600)
      #expect(try await site.store.register(Sample.record(registration, since: Sample.now)))
      site.codeDeploy.put(
        Sample.deployment("d-1", .inProgress, created: -7200),
        Sample.deployment("d-2", .inProgress, created: -60))
      #expect(await site.poll().lines == ["d-1 overdue hook sent: ok"])
      #expect(await site.poll().lines == [])
      // An event that wasn't announced is decided by the current rules.
      let old = try #require(try await site.store.registrations().first)
      var changed = old
      changed.registration.overdueAfter = .seconds(30)
      #expect(try await site.store.change([.put(changed, over: old)]))
      #expect(await site.poll().lines == ["d-2 overdue hook sent: ok"])
      site.clock.pass(300)
      site.codeDeploy.put(
        Sample.deployment("d-1", created: -7200, ended: 290),
        Sample.deployment("d-2", created: -60, ended: 290))
      #expect(
        await site.poll().lines == [
          "d-1 succeeded hook sent: ok", "d-2 succeeded hook sent: ok",
        ])
    }
  }
}
