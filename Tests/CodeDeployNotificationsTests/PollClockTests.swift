import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// Cycles on a host whose clock differs from AWS's.
@Suite(.timeLimit(.minutes(10))) struct PollClockTests {
  /// Registers a channel with the current time of this host's clock.
  private func registerNow(_ site: Installation, uncorrected: [String]?) async throws {
    let registration = Sample.registration("checkout", channels: [.hook()])
    let record = RegistrationRecord(
      registration: registration,
      baselines: ["hook": .init(since: Sample.now, uncorrected: uncorrected)])
    _ = try await site.store.change([.put(record, over: nil)])
  }

  @Test(
    "A baseline by a wrong clock is corrected by the first cycle that knows AWS's time",
    arguments: [-240.0, -60, 60, 240])
  func baseline(clockOffset: Double) async throws {
    try await Installation.with { site in
      site.codeDeploy.setClock(clockOffset)
      try await registerNow(site, uncorrected: ["since"])
      // By AWS's clock, ten seconds before and after the registration.
      site.codeDeploy.put(
        Sample.deployment("d-1", created: clockOffset - 60, ended: clockOffset - 10),
        Sample.deployment("d-2", created: clockOffset + 5, ended: clockOffset + 10))
      site.clock.pass(30)
      let report = await site.poll()
      #expect(report.notifications.map(\.deploymentID) == ["d-1", "d-2"])
      #expect(report.notifications.map(\.outcome) == [.skipped, .sent])
      let record = try #require(try await site.store.registrations().first)
      #expect(
        record.baselines["hook"] == .init(since: Sample.at(clockOffset), isBackfilled: true))
    }
  }

  @Test("What is found is stored with AWS's time, and sent at once", arguments: [-240.0, 240])
  func sentAtOnce(clockOffset: Double) async throws {
    try await Installation.with { site in
      site.codeDeploy.setClock(clockOffset)
      try await registerNow(site, uncorrected: ["since"])
      _ = await site.poll()
      #expect(
        try await site.store.progress(of: Sample.scope).watermark == Sample.at(clockOffset))
      site.clock.pass(60)
      site.codeDeploy.put(
        Sample.deployment("d-1", created: clockOffset + 20, ended: clockOffset + 50))
      #expect(await site.poll().lines == ["d-1 succeeded hook sent: ok"])
    }
  }

  @Test("A baseline in AWS's time stays as it is") func corrected() async throws {
    try await Installation.with { site in
      site.codeDeploy.setClock(-180)
      try await registerNow(site, uncorrected: nil)
      _ = await site.poll()
      let record = try #require(try await site.store.registrations().first)
      #expect(record.baselines["hook"] == .init(since: Sample.now, isBackfilled: true))
    }
  }
}
