import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// How cycles treat channels that fail.
@Suite(.timeLimit(.minutes(10))) struct PollDeliveryTests {
  @Test("A failing channel is tried three times, then in a later cycle") func retry() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment())
      site.provider.answer("hook", 503)
      let first = await site.poll()
      #expect(first.lines == ["d-1 succeeded hook retrying: busy"])
      #expect(first.notifications.map(\.attempts) == [3])
      // It waited 0.5 s and 1 s in the cycle.
      #expect(first.notifications.map(\.nextAttemptAt) == [Sample.at(1.5 + 22.5)])
      #expect(first.pending == 1)
      #expect(site.provider.received.count == 3)

      site.clock.pass(22)
      let early = await site.poll()
      #expect(early.lines == [])
      #expect(early.pending == 1)

      site.clock.pass(0.5)
      site.provider.answer("hook", 503, 200)
      let second = await site.poll()
      #expect(second.lines == ["d-1 succeeded hook sent: ok"])
      #expect(second.notifications.map(\.attempts) == [5])
      #expect(second.pending == 0)
    }
  }

  @Test("What a slow receiver has no time for in this cycle is sent once, by the next one")
  func leftToTheNext() async throws {
    try await Installation.with { site in
      try await site.register("checkout", [.hook(timeout: "30s")])
      site.codeDeploy.put(Sample.deployment())
      site.codeDeploy.meanwhile { site.clock.pass(19) }
      site.provider.meanwhile { site.clock.pass(27) }
      let first = await site.poll()
      #expect(site.provider.received == [])
      #expect(first.pending == 1)
      let left = try await site.entries()["d-1"]?.notifications.first
      #expect(
        left?.reason
          == "an attempt may take 32s, and less than that was left of the cycle; the next cycle "
          + "makes it")
      #expect(left?.attempts == 0)

      let second = await site.poll()
      #expect(second.lines == ["d-1 succeeded hook sent: ok"])
      #expect(second.notifications.map(\.attempts) == [1])
      #expect(site.provider.received == ["hook: succeeded d-1"])
    }
  }

  @Test("What the destination's pace leaves to the next cycle says so") func pace() async throws {
    try await Installation.with { site in
      var channel = ChannelConfiguration.hook()
      channel.settings["pace"] = ["30s"]
      try await site.register("checkout", [channel])
      for id in ["d-1", "d-2"] { site.codeDeploy.put(Sample.deployment(id)) }
      _ = await site.poll { $0.deadline = .seconds(20) }
      #expect(site.provider.received.count == 1)
      let reasons = try await site.entries().values.flatMap(\.notifications).map(\.reason)
      #expect(
        reasons.contains(
          "the destination takes messages at a pace, and the cycle's time was up"), "\(reasons)")
    }
  }

  @Test("An attempt that had no answer by the end of too short a time says which deadline it takes")
  func shortened() async throws {
    try await Installation.with { site in
      try await site.register("checkout", [.hook(timeout: "60s")])
      site.codeDeploy.put(Sample.deployment())
      site.provider.answer("hook", 504)
      let early = await site.poll()
      #expect(early.lines == ["d-1 succeeded hook retrying: no answer"])
      site.clock.pass(60)
      site.provider.meanwhile { site.clock.pass(38) }
      let late = await site.poll()
      #expect(
        late.lines == [
          "d-1 succeeded hook retrying: no answer; an attempt may take 1m, but a cycle of 50s leaves "
            + "it 38s: that needs a deadline of 1m18s"
        ])
    }
  }

  @Test("A type that isn't known is told with what makes the notification go")
  func unknownType() async throws {
    try await Installation.with { site in
      try await site.register("checkout", [ChannelConfiguration(type: "fax")])
      site.codeDeploy.put(Sample.deployment())
      #expect(
        await site.poll().lines == [
          "d-1 succeeded fax failed: this version knows no channel type \"fax\": run the version "
            + "that registered it, or register another channel in its place"
        ])
    }
  }

  @Test("A channel that fails for too long is given up") func givenUp() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment())
      site.provider.answer("hook", 503)
      #expect(await site.poll { $0.retryFor = .seconds(60) }.pending == 1)
      site.clock.pass(60)
      let report = await site.poll { $0.retryFor = .seconds(60) }
      #expect(report.lines == ["d-1 succeeded hook failed: given up after 1m: busy"])
      #expect(report.notifications.map(\.attempts) == [6])
      #expect(report.pending == 0)
    }
  }

  @Test("By a clock that AWS refuses nothing is given up, however long it seems to have been tried")
  func wrongClock() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment())
      site.provider.answer("hook", 503)
      #expect(await site.poll().pending == 1)
      // A year ahead; AWS refuses every signature.
      site.clock.pass(31_536_000)
      site.codeDeploy.failPage(0)
      let wrong = await site.poll()
      #expect(wrong.lines == ["d-1 succeeded hook retrying: busy"])
      #expect(wrong.pending == 1)
      site.clock.pass(-31_536_000)
      site.codeDeploy.failPage(nil)
      site.clock.pass(60)
      #expect(await site.poll().lines == ["d-1 succeeded hook retrying: busy"])
      // A day passes by a clock that is right.
      site.clock.pass(86_400)
      let right = await site.poll()
      #expect(right.lines == ["d-1 succeeded hook failed: given up after 1d: busy"])
    }
  }

  @Test("A first attempt by a wrong clock doesn't count as a long time ago")
  func wrongFirstAttempt() async throws {
    try await Installation.with { site in
      try await site.register()
      // Another cycle recorded it, and was interrupted.
      site.codeDeploy.put(Sample.deployment())
      try await site.store.makePending([Sample.deployment()])
      site.provider.answer("hook", 503)
      site.clock.pass(-31_536_000)
      site.codeDeploy.failPage(0)
      _ = await site.poll()
      site.clock.pass(31_536_000 + 60)
      site.codeDeploy.failPage(nil)
      let report = await site.poll()
      #expect(report.lines == ["d-1 succeeded hook retrying: busy"])
      #expect(report.notifications.map(\.attempts) == [6])
    }
  }

  @Test("A refusal is final") func refusal() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment())
      site.provider.answer("hook", 400)
      let first = await site.poll()
      #expect(first.lines == ["d-1 succeeded hook failed: no"])
      #expect(first.notifications.map(\.attempts) == [1])
      #expect(first.pending == 0)
      site.clock.pass(86_400)
      #expect(await site.poll().lines == [])
      #expect(site.provider.received == ["hook: succeeded d-1"])
    }
  }

  @Test("What was being sent to a channel that is gone is skipped") func gone() async throws {
    try await Installation.with { site in
      try await site.register("checkout", [.hook(), .hook("team")])
      site.codeDeploy.put(Sample.deployment())
      site.provider.answer("team", 503)
      #expect(await site.poll().pending == 1)
      // Another cycle claims it, and is interrupted.
      #expect(try await site.store.claim(Sample.claim(now: Sample.at(30), for: 60)).count == 1)
      try await site.register("checkout", [.hook()])
      site.clock.pass(90)
      let report = await site.poll()
      let reason = "the channel was unregistered before it could be sent"
      #expect(report.lines == ["d-1 succeeded team skipped: \(reason)"])
      #expect(report.notifications.map(\.skipReason) == [.unregistered])
      #expect(report.notifications.map(\.attempts) == [3])
      #expect(
        try await site.ledger() == ["d-1 succeeded hook sent", "d-1 succeeded team skipped"])
    }
  }

  @Test("A failing start holds its end back, on its channel only") func heldBack() async throws {
    try await Installation.with { site in
      let events: [DeploymentEvent] = [.started, .succeeded]
      try await site.register("checkout", [.hook("a", on: events), .hook("b", on: events)])
      site.codeDeploy.put(Sample.deployment())
      site.provider.answer("a", 503)
      let first = await site.poll()
      #expect(
        first.lines == [
          "d-1 started a retrying: busy", "d-1 started b sent: ok", "d-1 succeeded b sent: ok",
        ])
      #expect(first.pending == 2)

      site.provider.answer("a", 200)
      site.clock.pass(60)
      #expect(
        await site.poll().lines == ["d-1 started a sent: ok", "d-1 succeeded a sent: ok"])
      let received = site.provider.received.filter { $0.hasPrefix("a") }
      #expect(
        received == Array(repeating: "a: started d-1", count: 4) + ["a: succeeded d-1"])
    }
  }

  @Test("A channel that hangs keeps no other from being recorded") func hanging() async throws {
    try await Installation.with { site in
      let gate = Gate()
      try await site.register(
        "checkout", [.hook("hangs"), .hook("fine", on: [.started, .succeeded])])
      site.codeDeploy.put(Sample.deployment())
      site.provider.hold("hangs", at: gate)
      // The end is sent only after the start's outcome was recorded.
      site.provider.open(gate, on: "fine: succeeded d-1")
      #expect(
        await site.poll().lines == [
          "d-1 started fine sent: ok", "d-1 succeeded fine sent: ok",
          "d-1 succeeded hangs sent: ok",
        ])
    }
  }

  @Test("An attempt that takes too long is ended and made again later") func limit() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment())
      site.provider.answer("hook", 503)
      _ = await site.poll()

      site.clock.pass(60)
      site.provider.hold("hook", at: Gate())
      site.clock.letLimitsPass()
      let report = await site.poll()
      #expect(report.lines == ["d-1 succeeded hook retrying: it did not finish within 11s"])
      #expect(report.notifications.map(\.attempts) == [6])
    }
  }

  @Test("Two cycles at the same time announce everything once") func together() async throws {
    let deployments = (10..<50).map { Sample.deployment("d-\($0)") }
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(deployments)
      async let one = site.poll()
      async let two = site.poll()
      let lines = await one.lines + two.lines
      #expect(lines.sorted() == deployments.map { "\($0.id) succeeded hook sent: ok" })
      #expect(site.provider.received.sorted() == deployments.map { "hook: succeeded \($0.id)" })
    }
  }
}
