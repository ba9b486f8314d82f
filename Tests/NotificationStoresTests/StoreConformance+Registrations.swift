import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

extension StoreConformance {
  @Test("A new store is empty", arguments: StoreKind.all)
  func empty(kind: StoreKind) async throws {
    try await kind.withStore { store async throws in
      #expect(try await store.registrations() == [])
      #expect(try await store.progress(of: Sample.scope) == ScopeProgress())
      #expect(try await store.deployments(["d-1"], in: Sample.scope) == [:])
      #expect(try await store.deployments([], in: Sample.scope) == [:])
      #expect(try await store.pendingCount(.all) == 0)
      #expect(try await store.claim(Sample.claim()).isEmpty)
      #expect(try await store.history(HistoryQuery()).isEmpty)
    }
  }

  @Test("A registration is read back whole", arguments: StoreKind.all)
  func wholeRegistration(kind: StoreKind) async throws {
    let registration = Registration(
      application: "größe \"1\"",
      scope: AWSScope(region: "eu-west-1", profile: "p", roleARN: "arn:aws:iam::1:role/r"),
      externalID: "x", deploymentGroups: ["prod-*"], events: [.started, .failed],
      creators: ["user"], deployers: ["arn:…:ada": "ada@example.com"],
      channels: [
        ChannelConfiguration(type: "hook"),
        ChannelConfiguration(
          type: "hook", name: "team", events: [.ready], deploymentGroups: ["*"], title: "{{event}}",
          body: "line\nline", settings: ["to": ["a", "b"], "secret": ["it's \\ \"quoted\""]]),
      ])
    let record = RegistrationRecord(
      registration: registration,
      baselines: [
        "hook": .init(since: Sample.at(-1.5), events: ["ready": Sample.now], isBackfilled: true),
        "team": .init(since: Sample.now),
      ])
    try await kind.withStore { store async throws in
      #expect(try await store.register(record))
      #expect(try await store.registrations() == [record])
    }
  }

  @Test("Registrations come by application and scope", arguments: StoreKind.all)
  func registrationOrder(kind: StoreKind) async throws {
    let scopes = [
      AWSScope(region: "eu-west-1"), AWSScope(region: "eu-west-1", profile: "p"),
      AWSScope(region: "eu-west-1", profile: "p", roleARN: "r"), AWSScope(region: "us-east-1"),
    ]
    let ordered =
      [Sample.registration("a", in: scopes[3])] + scopes.map { Sample.registration("b", in: $0) }
    try await kind.withStore { store async throws in
      for registration in ordered.reversed() {
        #expect(try await store.register(Sample.record(registration)))
      }
      #expect(try await store.registrations().map(\.registration) == ordered)
    }
  }

  @Test("A change is only made to what was read", arguments: StoreKind.all)
  func compareAndSwap(kind: StoreKind) async throws {
    let first = Sample.record()
    let second = Sample.record(since: Sample.at(-60))
    let third = Sample.record(since: Sample.now)
    try await kind.withStore { store async throws in
      #expect(try await !store.change([.put(second, over: first)]), "nothing is there yet")
      #expect(try await !store.change([.remove(first)]), "nothing is there yet")
      #expect(try await store.registrations() == [])
      #expect(try await store.change([.put(first, over: nil)]))
      #expect(try await !store.change([.put(second, over: nil)]), "one is there")
      #expect(try await store.change([.put(second, over: first)]))
      #expect(try await !store.change([.put(third, over: first)]), "it was changed")
      #expect(try await !store.change([.remove(first)]), "it was changed")
      #expect(try await store.registrations() == [second])
      #expect(try await store.change([.remove(second)]))
      #expect(try await !store.change([.remove(second)]), "it is gone")
      #expect(try await store.registrations() == [])
      #expect(try await store.change([]))
    }
  }

  @Test("Changes are made all or none", arguments: StoreKind.all)
  func allOrNone(kind: StoreKind) async throws {
    let old = Sample.record(Sample.registration("old"))
    let new = Sample.record(Sample.registration("new"))
    let stale = Sample.record(Sample.registration("stale"))
    try await kind.withStore { store async throws in
      #expect(try await store.register(old))
      let changes = [RegistrationChange.put(new, over: nil), .remove(old), .remove(stale)]
      #expect(try await !store.change(changes))
      #expect(try await store.registrations() == [old])
      #expect(try await store.change(changes.dropLast()))
      #expect(try await store.registrations() == [new])
    }
  }

  @Test("Of many changes at once to one registration one wins", arguments: StoreKind.all)
  func racingChanges(kind: StoreKind) async throws {
    let base = Sample.record()
    try await kind.withStore { store in
      #expect(try await store.register(base))
      let won = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 1...8 {
          group.addTask {
            try await store.change([
              .put(Sample.record(since: Sample.at(Double(number))), over: base)
            ])
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(won == 1)
    }
  }

  @Test("A removed registration's history stays", arguments: StoreKind.all)
  func removedRegistration(kind: StoreKind) async throws {
    let record = Sample.record()
    try await kind.withStore { store in
      #expect(try await store.register(record))
      try await store.makePending([Sample.deployment()])
      #expect(try await store.change([.remove(record)]))
      let entries = try await store.history(HistoryQuery())
      #expect(entries.map(\.deployment.id) == ["d-1"])
      #expect(
        entries.first?.notifications.map(\.reason) == [
          "the channel was unregistered before it could be sent"
        ])
      let skipped = DeploymentRecord.Standing(state: .skipped, skipReason: .unregistered)
      #expect(try await store.standings() == [.hook: skipped])
    }
  }

  @Test("Only what waits for a channel that goes is skipped", arguments: StoreKind.all)
  func removedChannel(kind: StoreKind) async throws {
    let both = Sample.record(
      Sample.registration(
        channels: ["hook", "gone"].map { ChannelConfiguration(type: "hook", name: $0) }))
    let elsewhere = AWSScope(region: "us-east-1")
    let remote = Sample.event(on: ["gone"], in: elsewhere)
    try await kind.withStore { store in
      #expect(try await store.register(both))
      try await store.makePending([Sample.deployment("d-1", ended: -90)], on: ["gone"])
      let held = try #require(try await store.claim(Sample.claim()).first)
      try await store.makePending([Sample.deployment("d-2")], on: ["hook", "gone"])
      try await store.makePending([Sample.deployment("d-3", of: "basket")], on: ["gone"])
      _ = try await store.record(
        Sample.finding([Sample.deployment()], [remote], in: elsewhere))

      #expect(try await store.change([.put(Sample.record(), over: both)]))
      let skipped = DeploymentRecord.Standing(state: .skipped, skipReason: .unregistered)
      let gone = DeploymentRecord.Slot(event: .succeeded, channel: "gone")
      #expect(try await store.standings("d-1") == [gone: .init(state: .sending)])
      #expect(
        try await store.standings("d-2") == [.hook: .init(state: .pending), gone: skipped])
      #expect(try await store.standings("d-3") == [gone: .init(state: .pending)])
      #expect(try await store.pendingCount(.all) == 4)
      let sent = DeliveryOutcome(.sent, reason: "ok", attempts: 1, at: Sample.now)
      #expect(try await store.settle(held, sent))
    }
  }

  @Test(
    "A backfilled channel is marked, whatever its name", arguments: StoreKind.all,
    [
      "hook", "a.b", "a.b.isBackfilled", "größe", "it's", "$", "[0]", #"say "hi""#, #"back\slash"#,
      "",
      "a/b", "tab\t", "👩‍👩‍👧",
    ])
  func backfilledBaseline(kind: StoreKind, name: String) async throws {
    let other = ChannelConfiguration(type: "hook", name: "other")
    let registration = Sample.registration(
      channels: [ChannelConfiguration(type: "hook", name: name), other])
    var record = Sample.record(registration)
    let elsewhere = Sample.record(
      Sample.registration(in: AWSScope(region: "us-east-1"), channels: registration.channels))
    try await kind.withStore { store in
      #expect(try await store.register(record, elsewhere))
      var finding = Sample.finding()
      let since = try #require(record.baselines[name]?.since)
      func backfilled(
        _ identity: Registration.Identity, _ channel: String, _ since: Date
      ) -> BackfilledChannel {
        BackfilledChannel(identity: identity, channel: channel, since: since)
      }
      finding.backfilled = [
        backfilled(registration.identity, name, since),
        backfilled(registration.identity, "unknown", since),
        backfilled(Sample.registration("unknown").identity, name, since),
        // Its baseline was changed meanwhile, so it isn't backfilled.
        backfilled(registration.identity, "other", since.addingTimeInterval(60)),
      ]
      _ = try await store.record(finding)
      record.baselines[name]?.isBackfilled = true
      #expect(try await store.registrations() == [record, elsewhere])
      #expect(try await store.change([.put(Sample.record(registration), over: record)]))
    }
  }

  @Test("Of several external ids in a scope the smallest counts", arguments: StoreKind.all)
  func externalIDs(kind: StoreKind) async throws {
    let elsewhere = AWSScope(region: "us-east-1", roleARN: "arn:aws:iam::1:role/r")
    func record(
      _ application: String, _ id: String?, in scope: AWSScope = Sample.scope,
      isBackfilled: Bool = true
    ) -> RegistrationRecord {
      var registration = Sample.registration(application, in: scope)
      registration.externalID = id
      return Sample.record(registration, isBackfilled: isBackfilled)
    }
    try await kind.withStore { store async throws in
      func scopes(_ applications: String...) async throws -> [ScopeAccess] {
        let filter = NotificationFilter(applications: Set(applications))
        return try await store.opening(filter, now: Sample.now).scopes
          .sorted { $0.scope < $1.scope }
      }
      let places = ["x", "y"].map { ScopeAccess(Sample.scope, externalID: $0) }
      let other = ScopeAccess(elsewhere, externalID: "z")
      #expect(
        try await store.register(
          record("a", nil), record("b", "y"), record("c", "x"), record("d", "z", in: elsewhere),
          record("e", "zz", in: elsewhere, isBackfilled: false)))
      #expect(try await scopes() == [places[0], other])
      #expect(try await scopes("b") == [places[1]])
      #expect(try await scopes("b", "c", "a") == [places[0]])
      #expect(try await scopes("a") == [ScopeAccess(Sample.scope)])
      // Changes and removals count at once.
      #expect(try await store.change([.put(record("c", "yy"), over: record("c", "x"))]))
      #expect(try await scopes() == [places[1], other])
      let rest = [record("b", "y"), record("c", "yy"), record("d", "z", in: elsewhere)]
      #expect(try await store.change(rest.map { .remove($0) }))
      #expect(
        try await scopes() == [ScopeAccess(Sample.scope), ScopeAccess(elsewhere, externalID: "zz")])
      #expect(
        try await store.change([
          .remove(record("e", "zz", in: elsewhere, isBackfilled: false)), .remove(record("a", nil)),
        ]))
      #expect(try await scopes() == [])
    }
  }
}
