import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// More deployments than are read at once: what nobody registered is recorded part by part.
@Suite(.timeLimit(.minutes(10))) struct PollPartsTests {
  private func deployments(_ numbers: Range<Int>, of application: String) -> [Deployment] {
    numbers.map { Sample.deployment("d-\(10_000 + $0)", of: application) }
  }

  @Test("What is registered among many that aren't is announced, and each is read once")
  func mixed() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(deployments(0..<1_300, of: "stranger"))
      let ours = [7, 555, 1_299].map { Sample.deployment("d-\(10_000 + $0)") }
      site.codeDeploy.put(ours)
      let report = await site.poll()
      #expect(report.lines.sorted() == ours.map { "\($0.id) succeeded hook sent: ok" })
      #expect(site.codeDeploy.batches == Array(repeating: 25, count: 52))
      #expect(report.scopes.map(\.complete) == [true])
      #expect(try await site.entries().count == 1_300)
      #expect(try await site.store.progress(of: Sample.scope).watermark == Sample.now)

      site.clock.pass(30)
      #expect(await site.poll().lines == [])
      #expect(site.codeDeploy.batches == [])
    }
  }

  @Test("A failure loses no part that was read, and the others are read by the next cycle")
  func failure() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(deployments(0..<1_300, of: "stranger"))
      site.codeDeploy.put(Sample.deployment("d-10000"), Sample.deployment("d-11299"))
      site.codeDeploy.failBatches(true, after: 30)
      let report = await site.poll()
      #expect(report.lines == ["d-10000 succeeded hook sent: ok"])
      #expect(report.scopes.map(\.complete) == [false])
      let read = try await site.entries().values.count { $0.deployment != nil }
      #expect(read == 750)

      site.clock.pass(30)
      site.codeDeploy.failBatches(false)
      #expect(await site.poll().lines == ["d-11299 succeeded hook sent: ok"])
      #expect(site.codeDeploy.batches.reduce(0, +) == 1_300 - 750)
    }
  }

  @Test("Of an application that somebody registers during the listing nothing is missed")
  func registered() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(deployments(0..<600, of: "late"))
      // Another host has looked back for it already, before these ended.
      site.codeDeploy.meanwhile {
        _ = try await site.store.register(
          Sample.record(Sample.registration("late"), isBackfilled: true))
      }
      #expect(await site.poll().lines.count == 600)
    }
  }

  @Test("A dry run records no part") func dryRun() async throws {
    try await Installation.with { site in
      try await site.register()
      site.codeDeploy.put(deployments(0..<600, of: "stranger"))
      _ = await site.poll { $0.isDryRun = true }
      #expect(try await site.entries().isEmpty)
    }
  }
}
