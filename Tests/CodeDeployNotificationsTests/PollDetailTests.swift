import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// Whole cycles with enrichment, with a store in memory.
@Suite(.timeLimit(.minutes(10))) struct PollDetailTests {
  @Test("A failure is announced with its target") func target() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment("d-1", .failed), Sample.deployment("d-2"))
      site.codeDeploy.fail("d-1", on: "i-1")
      _ = await site.poll()
      #expect(Set(site.provider.received) == ["hook: failed d-1 on i-1", "hook: succeeded d-2"])
    }
  }

  @Test("Without an answer in time it is announced without") func late() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment("d-1", .failed))
      site.codeDeploy.fail("d-1", on: "i-1")
      site.codeDeploy.holdTargets(at: Gate())
      site.clock.letShortLimitsPass()
      let report = await site.poll()
      #expect(report.lines == ["d-1 failed hook sent: ok"])
      #expect(report.troubles == [])
      #expect(site.provider.received == ["hook: failed d-1"])
      // It was recorded like this, and isn't read again.
      _ = await site.poll()
      #expect(site.codeDeploy.batches == [])
    }
  }

  @Test("A dry run doesn't ask") func dryRun() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment("d-1", .failed))
      // The gate stays closed: a request would wait for ever.
      site.codeDeploy.holdTargets(at: Gate())
      #expect(await site.poll { $0.isDryRun = true }.lines == ["d-1 failed hook planned: failed"])
    }
  }

  @Test("Where CodeDeploy names no version before, the ledger does") func previousRevision()
    async throws
  {
    func revision(_ commit: String) -> Revision {
      Revision(type: "GitHub", repository: "acme/checkout", commit: commit)
    }
    func deployment(
      _ id: String, _ status: DeploymentStatus, _ commit: String, at seconds: Double
    ) -> Deployment {
      var deployment = Sample.deployment(id, status, created: seconds, ended: seconds + 30)
      deployment.revision = revision(commit)
      return deployment
    }
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(
        deployment("d-1", .succeeded, "aaa", at: -600), deployment("d-2", .failed, "bbb", at: -500))
      _ = await site.poll()
      var other = deployment("d-4", .succeeded, "zzz", at: -350)
      other.deploymentGroup = "staging"
      site.codeDeploy.put(
        deployment("d-3", .succeeded, "ccc", at: -400), other,
        deployment("d-5", .succeeded, "ddd", at: -300))
      _ = await site.poll()
      let entries = try await site.entries()
      func previous(_ id: String) -> String? {
        entries[id]?.events.first?.content.previousRevision?.commit
      }
      #expect(previous("d-1") == nil)
      #expect(previous("d-2") == "aaa")
      #expect(previous("d-3") == "aaa")
      #expect(previous("d-4") == nil)
      #expect(previous("d-5") == "ccc")
      #expect(
        entries["d-5"]?.events.first?.content.compareURL
          == "https://github.com/acme/checkout/compare/ccc...ddd")
    }
  }
}
