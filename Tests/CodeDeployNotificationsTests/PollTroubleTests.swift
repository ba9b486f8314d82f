import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// Cycles that can't read all of CodeDeploy.
@Suite(.timeLimit(.minutes(10))) struct PollTroubleTests {
  @Test("Half a listing is announced and doesn't move the watermark") func page() async throws {
    let deployments = (100..<250).map { Sample.deployment("d-\($0)") }
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(deployments)
      site.codeDeploy.failPage(1)
      let first = await site.poll()
      #expect(first.lines == deployments.prefix(100).map { "\($0.id) succeeded hook sent: ok" })
      #expect(first.scopes.map(\.complete) == [false])
      #expect(first.troubles == ["CodeDeploy said no"])
      #expect(try await site.store.progress(of: Sample.scope).watermark == nil)
      #expect(try await site.store.registrations().map(\.backfillSince) == [Sample.at(-3600)])

      site.codeDeploy.failPage(nil)
      site.clock.pass(7200)
      let second = await site.poll()
      #expect(second.lines == deployments.dropFirst(100).map { "\($0.id) succeeded hook sent: ok" })
      #expect(second.scopes.map(\.complete) == [true])
      #expect(site.provider.received.count == 150)
    }
  }

  @Test("A batch that fails is asked for again") func batch() async throws {
    let deployments = (100..<180).map { Sample.deployment("d-\($0)") }
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(deployments)
      site.codeDeploy.failBatches(true)
      let first = await site.poll()
      #expect(first.lines == [])
      #expect(first.troubles.first == "CodeDeploy said no")
      #expect(try await site.store.progress(of: Sample.scope).inFlight.count == 80)

      // By now the listing's window has passed them.
      site.codeDeploy.failBatches(false)
      site.clock.pass(86_400)
      #expect(await site.poll().lines == deployments.map { "\($0.id) succeeded hook sent: ok" })
      #expect(site.codeDeploy.batches == [5, 25, 25, 25])
    }
  }

  @Test("An id that a batch leaves out is asked for again") func leftOut() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment("d-1"), Sample.deployment("d-2"))
      site.codeDeploy.leaveOut(["d-2"])
      #expect(await site.poll().lines == ["d-1 succeeded hook sent: ok"])
      site.clock.pass(3600)
      #expect(await site.poll().lines == [])
      #expect(site.codeDeploy.batches == [1])

      site.codeDeploy.leaveOut([])
      site.clock.pass(3600)
      #expect(await site.poll().lines == ["d-2 succeeded hook sent: ok"])
      site.clock.pass(2)
      #expect(await site.poll().scopes.map(\.requests) == [1])
    }
  }

  @Test("An id that is never answered is given up in the end") func gone() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment())
      site.codeDeploy.leaveOut(["d-1"])
      _ = await site.poll()
      site.clock.pass(14 * 86_400 - 1)
      #expect(await site.poll().scopes.map(\.requests) == [2])
      site.clock.pass(1)
      #expect(await site.poll().scopes.map(\.requests) == [1])
    }
  }

  @Test("What is due is delivered also when AWS is down") func down() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment())
      site.provider.answer("hook", 503)
      #expect(await site.poll().pending == 1)

      site.codeDeploy.failPage(0)
      site.provider.answer("hook", 200)
      site.clock.pass(60)
      let report = await site.poll()
      #expect(report.lines == ["d-1 succeeded hook sent: ok"])
      #expect(report.troubles == ["CodeDeploy said no"])
    }
  }

  @Test("CodeDeploy has until the deadline to answer") func deadline() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment())
      site.codeDeploy.hold(at: Gate())
      site.clock.letLimitsPass()
      let report = await site.poll()
      #expect(
        report.troubles.first == """
          CodeDeploy in eu-west-1 had not answered when the cycle's time, 50s, was up.
          """)
      #expect(report.scopes.map(\.complete) == [false])
      #expect(report.storeFailure == nil)
      #expect(try await site.store.progress(of: Sample.scope) == ScopeProgress())
    }
  }

  @Test("A scope in trouble leaves the others theirs") func scopes() async throws {
    let elsewhere = AWSScope(region: "us-east-1")
    try await Installation.with { site in
      try await site.register()
      try await site.register(in: elsewhere)
      site.codeDeploy.put(Sample.deployment())
      let report = await site.poll()
      #expect(report.scopes.map(\.scope) == [Sample.scope, elsewhere])
      #expect(
        report.lines == ["d-1 succeeded hook sent: ok", "d-1 succeeded hook sent: ok"],
        "ids are unique in a scope only")
      #expect(Set(report.notifications.map(\.id)).count == 2)
    }
  }
}
