import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// Deployments that were in flight before their application was registered.
@Suite(.timeLimit(.minutes(10))) struct ForeignDeploymentTests {
  @Test(
    "What was in flight before is announced when it ends", arguments: StoreKind.all,
    ["at once", "after a batch that failed", "in the meantime"])
  func adopted(kind: StoreKind, ends: String) async throws {
    try await Installation.with(kind) { site async throws in
      try await site.register("basket")
      site.codeDeploy.put(Sample.deployment("d-1", .inProgress))
      #expect(await site.poll().notifications.isEmpty)
      site.clock.pass(7200)
      #expect(await site.poll().scopes.map(\.requests) == [1], "nobody asks for it")

      try await site.register("checkout", [.hook("hook")], since: 7200)
      site.clock.pass(60)
      if ends == "in the meantime" {
        site.codeDeploy.put(Sample.deployment("d-1", ended: 7230))
      } else {
        site.codeDeploy.failBatches(ends != "at once")
        _ = await site.poll()
        site.codeDeploy.failBatches(false)
        site.clock.pass(60)
        _ = await site.poll()
        #expect(try await site.store.progress(of: Sample.scope).inFlight.map(\.key.id) == ["d-1"])
        site.clock.pass(7200)
        site.codeDeploy.put(Sample.deployment("d-1", ended: 9000))
      }
      #expect(await site.poll().lines == ["d-1 succeeded hook sent: ok"])
      #expect(await site.poll().lines == [])
    }
  }
}
