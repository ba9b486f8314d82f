import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// Listing where IAM denies listing the whole account.
@Suite(.timeLimit(.minutes(10))) struct PollListingTests {
  /// The listings since the last call: the account, or a group.
  private func listed(_ site: Installation) -> [String] {
    defer { site.codeDeploy.forgetRequests() }
    return site.codeDeploy.listings.map {
      $0.group.map { "\($0.application)/\($0.group)" } ?? "all"
    }
    .sorted()
  }

  private func settle(_ site: Installation) async {
    _ = await site.poll()
    site.codeDeploy.forgetRequests()
  }

  @Test("A refusal leads group by group, is remembered for an hour, and tried anew")
  func fallback() async throws {
    try await Installation.with { site in
      try await site.register("checkout")
      try await site.register("search")
      var other = Sample.deployment("d-2", of: "search")
      other.deploymentGroup = "staging"
      site.codeDeploy.put(Sample.deployment("d-1"), other)
      site.codeDeploy.deny(account: true)
      let first = await site.poll()
      #expect(first.lines == ["d-1 succeeded hook sent: ok", "d-2 succeeded hook sent: ok"])
      #expect(first.scopes.allSatisfy { $0.complete && $0.failures.isEmpty })
      let groups = ["checkout/production", "search/staging"]
      // Twice each: the window, and what is in flight.
      #expect(listed(site) == ["all", "all"] + groups.flatMap { [$0, $0] })

      site.clock.pass(3500)
      #expect(await site.poll().lines == [])
      #expect(listed(site) == groups)

      // A group that is new deploys.
      var third = Sample.deployment("d-3", created: 3550, ended: 3560)
      third.deploymentGroup = "canary"
      site.codeDeploy.put(third)
      site.clock.pass(80)
      #expect(await site.poll().lines == ["d-3 succeeded hook sent: ok"])
      #expect(listed(site) == ["checkout/canary"] + groups)

      site.codeDeploy.deny(account: false)
      site.clock.pass(3600)
      #expect(await site.poll().lines == [])
      #expect(listed(site) == ["all"])
    }
  }

  @Test("Groups that a registration names in full needn't be asked for") func plainGroups()
    async throws
  {
    try await Installation.with { site in
      var registration = Sample.registration()
      registration.deploymentGroups = ["production", "not-there-yet"]
      _ = try await site.store.register(Sample.record(registration, isBackfilled: true))
      site.codeDeploy.deny(account: true)
      _ = await site.poll()
      #expect(listed(site) == ["all", "checkout/not-there-yet", "checkout/production"])
    }
  }

  @Test("One group that is denied is named, holds the watermark, and keeps no other back")
  func deniedGroup() async throws {
    try await Installation.with { site in
      try await site.register()
      await settle(site)
      var other = Sample.deployment("d-2", created: 10, ended: 20)
      other.deploymentGroup = "secret"
      site.codeDeploy.put(Sample.deployment("d-1", created: 10, ended: 20), other)
      site.codeDeploy.deny(account: true, groups: ["secret"])
      site.clock.pass(60)
      let report = await site.poll()
      #expect(report.lines == ["d-1 succeeded hook sent: ok"])
      #expect(report.scopes.map(\.complete) == [false])
      #expect(report.scopes.first?.failures.map { "\($0)" } == ["IAM said no"])
      // However late the permission is granted, nothing is missed.
      site.clock.pass(5 * 86_400)
      _ = await site.poll()
      site.codeDeploy.deny(account: true)
      #expect(await site.poll().lines == ["d-2 succeeded hook sent: ok"])
    }
  }

  @Test("An application that is gone is named, and holds neither watermark nor others back")
  func deletedApplication() async throws {
    try await Installation.with { site in
      try await site.register("checkout")
      try await site.register("search")
      site.codeDeploy.put(Sample.deployment("d-1"))
      site.codeDeploy.deny(account: true)
      site.codeDeploy.delete("search")
      let report = await site.poll()
      #expect(report.lines == ["d-1 succeeded hook sent: ok"])
      #expect(report.scopes.map(\.complete) == [true])
      let failures = report.scopes.flatMap(\.failures).map { "\($0)" }
      #expect(failures.count == 1)
      #expect(failures.allSatisfy { $0.contains("no application \"search\" any more") })
      let watermark = try await site.store.progress(of: Sample.scope).watermark
      #expect(watermark == Sample.now)
    }
  }

  @Test("What IAM refuses for many applications is one trouble") func manyDenials() async throws {
    try await Installation.with { site in
      for number in 1...9 {
        var registration = Sample.registration("app-\(number)")
        registration.deploymentGroups = ["secret"]
        _ = try await site.store.register(Sample.record(registration))
      }
      site.codeDeploy.deny(account: true, groups: ["secret"])
      let report = await site.poll()
      #expect(
        report.scopes.flatMap(\.failures).map { "\($0)" } == [
          "IAM said no This concerns 9 applications: app-1, app-2, app-3 and 6 more."
        ])
    }
  }
}
