import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// More notifications than a channel wants one by one become a digest.
@Suite(.timeLimit(.minutes(10))) struct PollDigestTests {
  private func deployments(_ numbers: some Sequence<Int>) -> [Deployment] {
    numbers.map { Sample.deployment("d-\($0)", created: Double($0 - 300), ended: Double($0 - 60)) }
  }

  @Test("Applications that share a place share its digest; few go by themselves")
  func shared() async throws {
    try await Installation.with { site in
      try await site.register("checkout", [.digests(above: 2)])
      try await site.register("billing", [.digests(above: 2)])
      site.codeDeploy.put([Sample.deployment("d-1"), Sample.deployment("d-2", of: "billing")])
      #expect(await site.poll().lines.allSatisfy { $0.hasSuffix("sent: ok") })
      site.provider.answer("hook", 200)
      site.codeDeploy.put([
        Sample.deployment("d-3", ended: -50), Sample.deployment("d-4", of: "billing", ended: -49),
        Sample.deployment("d-5", ended: -48),
      ])
      _ = await site.poll()
      #expect(site.provider.received.last == "hook: digest d-3 d-4 d-5")
      #expect(site.provider.received.count == 3)
    }
  }

  @Test("A deployment's next event is sent after the one before, in the next digest")
  func events() async throws {
    try await Installation.with { site in
      var channel = ChannelConfiguration.digests(above: 2)
      channel.events = [.started, .succeeded]
      try await site.register("checkout", [channel])
      site.codeDeploy.put(deployments(1...3))
      #expect(await site.poll().pending == 0)
      #expect(site.provider.received == ["hook: digest d-1 d-2 d-3", "hook: digest d-1 d-2 d-3"])
      #expect(try await site.ledger().filter { $0.hasSuffix("hook sent") }.count == 6)
    }
  }

  @Test("A digest that fails is tried again, then its parts go with what came meanwhile")
  func fails() async throws {
    try await Installation.with { site in
      try await site.register("checkout", [.digests(above: 2)])
      site.codeDeploy.put(deployments(1...3))
      site.provider.answer("hook", 503)
      let first = await site.poll()
      #expect(first.lines == (1...3).map { "d-\($0) succeeded hook retrying: busy" })
      #expect(first.notifications.map(\.attempts) == [3, 3, 3])
      #expect(first.pending == 3)
      #expect(Set(site.provider.received) == ["hook: digest d-1 d-2 d-3"])
      site.clock.pass(60)
      site.provider.answer("hook", 200)
      site.codeDeploy.put(deployments(4...5))
      #expect(await site.poll().pending == 0)
      #expect(site.provider.accepted.count == 2)
      let told = site.provider.accepted.flatMap { $0.split(separator: " ").dropFirst(2) }
      #expect(told == ["d-1", "d-2", "d-3", "d-4", "d-5"])
    }
  }

  @Test("A refusal holds for every part, and each can be made pending again") func refused()
    async throws
  {
    try await Installation.with { site in
      try await site.register("checkout", [.digests(above: 2)])
      site.codeDeploy.put(deployments(1...3))
      site.provider.answer("hook", 400)
      #expect(await site.poll().lines == (1...3).map { "d-\($0) succeeded hook failed: no" })
      #expect(try await site.ledger() == (1...3).map { "d-\($0) succeeded hook failed" })
    }
  }
}
