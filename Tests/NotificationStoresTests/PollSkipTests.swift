import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// What happens to skips when the registration changes.
@Suite(.timeLimit(.minutes(10))) struct PollSkipTests {
  /// Polls with rules that leave everything out, then registers with rules that don't.
  private func widened(_ site: Installation, asked: Double?) async throws {
    var narrow = Sample.registration(channels: [.hook()])
    narrow.deploymentGroups = ["none"]
    _ = try await site.store.register(Sample.record(narrow, since: Sample.at(-3 * 86_400)))
    site.codeDeploy.put(
      Sample.deployment("d-1", created: -10_000, ended: -9000), Sample.deployment("d-2"))
    let reason = "skipped: deployment group production is not one of none"
    #expect(
      await site.poll().lines == [
        "d-1 succeeded hook \(reason)", "d-2 succeeded hook \(reason)",
      ])
    let old = try #require(try await site.store.registrations().first)
    let merge = try RegistrationMerge(
      Sample.registration(channels: [.hook()]), into: old, replacing: .registration,
      since: asked.map(Sample.at), now: Sample.now, catalog: ChannelCatalog([HookChannel.self]))
    #expect(try await site.store.change([.put(merge.record, over: old)]))
  }

  @Test("New rules alone announce nothing that has ended") func rulesAlone() async throws {
    try await Installation.with(.sqlite) { site in
      try await widened(site, asked: nil)
      #expect(await site.poll().lines == [])
    }
  }

  @Test("With a time, what happened since then is announced by the rules of now")
  func since() async throws {
    for kind in StoreKind.all {
      try await Installation.with(kind) { site in
        try await widened(site, asked: -7200)
        #expect(await site.poll().lines == ["d-2 succeeded hook sent: ok"])
        #expect(await site.poll().lines == [])
      }
    }
  }

  @Test("A time beyond the maximum age announces too") func beyondMaximumAge() async throws {
    try await Installation.with(.sqlite) { site in
      try await widened(site, asked: -3 * 86_400)
      let report = await site.poll { $0.maximumAge = .seconds(60) }
      #expect(
        report.lines == ["d-1 succeeded hook sent: ok", "d-2 succeeded hook sent: ok"])
    }
  }

  @Test("By id it is announced, or said which rule leaves it out") func byID() async throws {
    for kind in StoreKind.all {
      try await Installation.with(kind) { site in
        try await widened(site, asked: nil)
        #expect(
          await site.poll { $0.deployments = ["d-1"] }.lines == ["d-1 succeeded hook sent: ok"])
        try await site.register("checkout", [.hook()])
        let old = try #require(try await site.store.registrations().first)
        var narrow = old
        narrow.registration.creators = ["nobody"]
        #expect(try await site.store.change([.put(narrow, over: old)]))
        for _ in 0..<2 {
          #expect(
            await site.poll { $0.deployments = ["d-2"] }.lines == [
              "d-2 succeeded hook skipped: created by user, which isn't announced"
            ])
        }
        #expect(
          try await site.store.standings("d-2")[.hook]
            == DeploymentRecord.Standing(state: .skipped, skipReason: .creator))
      }
    }
  }
}
