import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

extension StoreConformance {
  @Test("What was found is read back whole", arguments: StoreKind.all)
  func wholeDeployment(kind: StoreKind) async throws {
    var deployment = Sample.deployment("d-1", .failed)
    // CodeDeploy's times have milliseconds.
    deployment.createdAt = Date(timeIntervalSince1970: 1_799_999_000.123)
    deployment.deploymentConfig = "CodeDeployDefault.OneAtATime"
    deployment.computePlatform = "ECS"
    deployment.description = "größe \"1\"\n\u{0}"
    deployment.revision = Revision(type: "S3", bucket: "b", key: "k", version: "v")
    deployment.previousRevision = Revision(type: "String", content: "{}", sha256: "s")
    deployment.overview = Deployment.Overview(succeeded: 1, inProgress: 2)
    deployment.error = Deployment.ErrorInformation(code: "TIMEOUT", message: "too long")
    deployment.rollback = Deployment.RollbackInformation(triggeredBy: "d-0")
    try await kind.withStore { store in
      let events = [
        Sample.event(.started, of: deployment, on: ["a"]),
        Sample.event(.failed, of: deployment, on: ["a"]),
        Sample.event(.failed, of: deployment, on: ["b"], .skip(.creator)),
      ]
      let new = try await store.record(Sample.finding([deployment], events))
      let keys = [
        Sample.key("d-1", .started, "a"), Sample.key("d-1", .failed, "a"),
        Sample.key("d-1", .failed, "b"),
      ]
      #expect(new == Set(keys))
      let record = DeploymentRecord(
        key: DeploymentKey(scope: Sample.scope, id: "d-1"), deployment: deployment,
        seenAt: Sample.now,
        notifications: [
          .init(event: .started, channel: "a"): .init(state: .pending),
          .init(event: .failed, channel: "a"): .init(state: .pending),
          .init(event: .failed, channel: "b"): .init(state: .skipped, skipReason: .creator),
        ])
      #expect(try await store.deployments(["d-1", "d-2"], in: Sample.scope) == ["d-1": record])
      let elsewhere = AWSScope(region: "eu-west-1", profile: "p")
      #expect(try await store.deployments(["d-1"], in: elsewhere) == [:])
    }
  }

  @Test("Storing the same again changes nothing", arguments: StoreKind.all)
  func idempotence(kind: StoreKind) async throws {
    let deployment = Sample.deployment()
    let finding = Sample.finding(
      [deployment], [Sample.event(of: deployment)], watermark: Sample.now)
    try await kind.withStore { store in
      #expect(try await store.record(finding) == [Sample.key()])
      #expect(try await store.record(finding) == [])
      #expect(try await store.pendingCount(.all) == 1)

      let claimed = try #require(try await store.claim(Sample.claim()).first)
      #expect(try await store.record(finding) == [])
      #expect(try await store.standings() == [.hook: .init(state: .sending)])
      let sent = DeliveryOutcome(.sent, reason: "ok", attempts: 1, at: Sample.now)
      #expect(try await store.settle(claimed, sent))
      #expect(try await store.record(finding) == [])
      #expect(try await store.standings() == [.hook: .init(state: .sent)])
      #expect(try await store.pendingCount(.all) == 0)
    }
  }

  @Test("A known event's facts stay as they were first found", arguments: StoreKind.all)
  func firstFacts(kind: StoreKind) async throws {
    var deployment = Sample.deployment("d-1", .inProgress)
    try await kind.withStore { store in
      _ = try await store.record(
        Sample.finding([deployment], [Sample.event(.started, of: deployment, on: ["a"])]))
      deployment.description = "new"
      let later = [Sample.event(.started, of: deployment, on: ["a", "b"])]
      #expect(
        try await store.record(Sample.finding([deployment], later))
          == [Sample.key("d-1", .started, "b")])
      let claimed = try await store.claim(Sample.claim())
      #expect(claimed.map(\.notification.description) == [nil, nil])
    }
  }

  @Test("Events of what was forgotten meanwhile bring it back", arguments: StoreKind.all)
  func forgotten(kind: StoreKind) async throws {
    let deployment = Sample.deployment()
    let finding = Sample.finding([], [Sample.event(of: deployment)])
    try await kind.withStore { store in
      #expect(try await store.record(finding) == [Sample.key()])
      let record = try await store.deployments(["d-1"], in: Sample.scope)["d-1"]
      #expect(record?.deployment == deployment)
      #expect(try await store.claim(Sample.claim()).map(\.key) == [Sample.key()])
    }
  }

  @Test("What the ledger has as it stands is only told of", arguments: StoreKind.all)
  func unchanged(kind: StoreKind) async throws {
    try await kind.withStore { store in
      _ = try await store.record(Sample.finding([Sample.deployment()]))
      let later = Sample.finding([], [Sample.event()], at: Sample.at(60))
      #expect(try await store.record(later) == [Sample.key()])
      let record = try await store.deployments(["d-1"], in: Sample.scope)["d-1"]
      #expect(record?.seenAt == Sample.now)
    }
  }

  @Test(
    "A deployment that has ended is never opened again", arguments: StoreKind.all,
    [.created, .inProgress, .ready, DeploymentStatus(rawValue: "Paused")])
  func neverReopened(kind: StoreKind, status: DeploymentStatus) async throws {
    try await kind.withStore { store in
      #expect(try await store.register(Sample.record()))
      let ended = Sample.deployment("d-1", .failed)
      _ = try await store.record(Sample.finding([ended]))
      _ = try await store.record(
        Sample.finding([Sample.deployment("d-1", status)], at: Sample.at(60)))
      let record = try await store.deployments(["d-1"], in: Sample.scope)["d-1"]
      #expect(record?.deployment == ended)
      #expect(record?.seenAt == Sample.now)
      #expect(try await store.progress(of: Sample.scope).inFlight == [])
    }
  }

  @Test("What is open is what didn't end and is registered", arguments: StoreKind.all)
  func open(kind: StoreKind) async throws {
    let running = Sample.deployment("d-1", .inProgress)
    let foreign = Sample.deployment("d-3", .inProgress, of: "basket")
    try await kind.withStore { store in
      #expect(try await store.register(Sample.record()))
      _ = try await store.record(
        Sample.finding([running, Sample.deployment("d-2"), foreign], unread: ["d-4"]))
      func open() async throws -> [String: Deployment?] {
        let open = try await store.progress(of: Sample.scope).inFlight
        return Dictionary(uniqueKeysWithValues: open.map { ($0.key.id, $0.deployment) })
      }
      #expect(try await open() == ["d-1": running, "d-4": nil])

      // When an application is registered later, its earlier deployments are known.
      #expect(try await store.register(Sample.record(Sample.registration("basket"))))
      #expect(try await open() == ["d-1": running, "d-3": foreign, "d-4": nil])

      let ended = Sample.deployment("d-1", .stopped)
      _ = try await store.record(Sample.finding([ended], at: Sample.at(30)))
      #expect(try await open() == ["d-3": foreign, "d-4": nil])
      let record = try await store.deployments(["d-1"], in: Sample.scope)["d-1"]
      #expect(record?.deployment == ended)
      #expect(record?.seenAt == Sample.at(30))
    }
  }

  @Test("An id that couldn't be read is kept until it is", arguments: StoreKind.all)
  func unread(kind: StoreKind) async throws {
    try await kind.withStore { store in
      #expect(try await store.register(Sample.record()))
      let ended = Sample.deployment("d-2")
      _ = try await store.record(Sample.finding([ended]))
      _ = try await store.record(Sample.finding(at: Sample.at(1), unread: ["d-1", "d-2"]))
      _ = try await store.record(Sample.finding(at: Sample.at(2), unread: ["d-1"]))
      let unread = DeploymentRecord(
        key: DeploymentKey(scope: Sample.scope, id: "d-1"), deployment: nil,
        seenAt: Sample.at(1))
      #expect(try await store.progress(of: Sample.scope).inFlight == [unread])
      let known = try await store.deployments(["d-2"], in: Sample.scope)["d-2"]
      #expect(known?.deployment == ended, "what is known stays")
      #expect(try await store.history(HistoryQuery()).map(\.deployment.id) == ["d-2"])

      _ = try await store.record(Sample.finding([Sample.deployment("d-1")], at: Sample.at(3)))
      #expect(try await store.progress(of: Sample.scope).inFlight == [])
    }
  }

  @Test(
    "Each scope has its watermark, which only a finding with one moves", arguments: StoreKind.all)
  func watermarks(kind: StoreKind) async throws {
    let elsewhere = AWSScope(region: "eu-west-1", roleARN: "arn:aws:iam::1:role/r")
    try await kind.withStore { store in
      _ = try await store.record(Sample.finding(watermark: Sample.now))
      _ = try await store.record(Sample.finding([Sample.deployment()]))
      #expect(try await store.progress(of: Sample.scope).watermark == Sample.now)
      #expect(try await store.progress(of: elsewhere).watermark == nil)
      _ = try await store.record(Sample.finding(watermark: Sample.at(60), in: elsewhere))
      #expect(try await store.progress(of: Sample.scope).watermark == Sample.now)
      #expect(try await store.progress(of: elsewhere).watermark == Sample.at(60))
    }
  }

  @Test("Only a revival replaces a skip, and nothing else", arguments: StoreKind.all)
  func revival(kind: StoreKind) async throws {
    let deployment = Sample.deployment()
    try await kind.withStore { store in
      let skipped = Sample.event(of: deployment, .skip(.beforeRegistration))
      _ = try await store.record(Sample.finding([deployment], [skipped]))
      let standing = DeploymentRecord.Standing(
        state: .skipped, skipReason: .beforeRegistration)
      #expect(try await store.record(Sample.finding([], [Sample.event()])) == [])
      #expect(try await store.standings() == [.hook: standing])
      #expect(try await store.pendingCount(.all) == 0)

      let revival = Sample.finding([], [Sample.event(revives: true)], at: Sample.at(60))
      #expect(try await store.record(revival) == [Sample.key()])
      #expect(try await store.standings() == [.hook: .init(state: .pending)])
      #expect(try await store.record(revival) == [], "it is pending already")

      let claimed = try #require(
        try await store.claim(Sample.claim(now: Sample.at(60))).first)
      #expect(try await store.record(revival) == [], "it is being sent")
      let failed = DeliveryOutcome(.failed, reason: "no", attempts: 1, at: Sample.at(60))
      #expect(try await store.settle(claimed, failed))
      #expect(try await store.record(revival) == [], "it has failed")
      #expect(try await store.standings() == [.hook: .init(state: .failed)])
    }
  }
}

extension StoreConformance {
  @Test("What is noted of a scope stays beside its watermark", arguments: StoreKind.all)
  func scopeNote(kind: StoreKind) async throws {
    try await kind.withStore { store in
      _ = try await store.register(Sample.record())
      try await store.keep(ScopeNote(deniedAt: Sample.at(-5)), of: Sample.scope)
      #expect(
        try await store.progress(of: Sample.scope) == ScopeProgress(deniedAt: Sample.at(-5)))
      _ = try await store.record(Sample.finding(watermark: Sample.now))
      try await store.keep(ScopeNote(accountID: "111122223333"), of: Sample.scope)
      #expect(
        try await store.progress(of: Sample.scope)
          == ScopeProgress(
            watermark: Sample.now, deniedAt: Sample.at(-5), accountID: "111122223333"))
      try await store.keep(ScopeNote(deniedAt: Sample.at(55)), of: Sample.scope)
      _ = try await store.record(Sample.finding(watermark: Sample.at(60)))
      #expect(
        try await store.progress(of: Sample.scope)
          == ScopeProgress(
            watermark: Sample.at(60), deniedAt: Sample.at(55), accountID: "111122223333"))
    }
  }
}
