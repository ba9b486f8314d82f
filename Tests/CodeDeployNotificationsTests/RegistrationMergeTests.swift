import CodeDeployNotifications
import Foundation
import Testing

@Suite struct RegistrationMergeTests {
  private static let old = Example.at(-86_400)

  private static func hook(
    _ name: String? = nil, on events: [DeploymentEvent]? = nil, secret: String = "hunter2"
  ) -> ChannelConfiguration {
    ChannelConfiguration(
      type: "webhook", name: name, events: events,
      settings: ["url": ["https://example.com"], "secret": [secret]])
  }

  /// The existing registration: a webhook and New Relic, since yesterday.
  private static let registered = RegistrationRecord(
    registration: Planned.registration([hook(), ChannelConfiguration(type: "newrelic")]) {
      $0.externalID = "x-1"
      $0.deploymentGroups = ["prod"]
      $0.events = [.failed]
      $0.creators = ["user"]
      $0.deployers = ["ada": "ada@example.com"]
    },
    baselines: [
      "webhook": .init(since: old, isBackfilled: true),
      "newrelic": .init(since: old, isBackfilled: true),
    ])

  private func merge(
    _ registration: Registration, into existing: RegistrationRecord? = registered,
    replacing: RegistrationMerge.Replacement = .same, since: Date? = nil
  ) throws -> RegistrationMerge {
    try RegistrationMerge(
      registration, into: existing, replacing: replacing, since: since, now: Example.now,
      catalog: .fake)
  }

  @Test("A new registration is taken as it is, from now on") func new() throws {
    let requested = Planned.registration([Self.hook(), Self.hook("team")])
    let merge = try merge(requested, into: nil)
    #expect(merge.record.registration == requested)
    #expect(
      merge.record.baselines == [
        "webhook": .init(since: Example.now), "team": .init(since: Example.now),
      ])
    #expect(merge.changes == ["added channel webhook", "added channel team (webhook)"])
  }

  @Test(
    "Registering the same again changes nothing",
    arguments: [RegistrationMerge.Replacement.same, .channels, .registration])
  func nothingChanged(replacing: RegistrationMerge.Replacement) throws {
    let merge = try merge(Self.registered.registration, replacing: replacing)
    #expect(merge.record == Self.registered)
    #expect(merge.changes == [])
  }

  @Test("A channel is added, and the rest stays") func add() throws {
    let merge = try merge(Planned.registration([Self.hook("team")]))
    var expected = Self.registered
    expected.registration.channels.append(Self.hook("team"))
    expected.baselines["team"] = .init(since: Example.now)
    #expect(merge.record == expected)
    #expect(merge.changes == ["added channel team (webhook)"])
  }

  @Test("A channel of the same name is replaced in its place") func replace() throws {
    let merge = try merge(Planned.registration([Self.hook(secret: "new")]))
    var expected = Self.registered
    expected.registration.channels[0] = Self.hook(secret: "new")
    #expect(merge.record == expected)
    #expect(merge.changes == ["changed channel webhook"])
  }

  @Test("What is said anew replaces what was said before") func parts() throws {
    let requested = Planned.registration([]) {
      $0.externalID = "x-2"
      $0.deploymentGroups = ["staging"]
      $0.events = [.failed]
      $0.creators = ["autoscaling"]
      $0.deployers = ["eve": "eve@example.com"]
      $0.labels = ["team": "payments"]
    }
    let merge = try merge(requested)
    var expected = requested
    expected.channels = Self.registered.registration.channels
    #expect(merge.record.registration == expected)
    #expect(merge.record.baselines == Self.registered.baselines)
    #expect(
      merge.changes == [
        "groups are now staging (were: prod)", "creators are now autoscaling (were: user)",
        "external id is now x-2 (was: x-1)", "label team is now payments (was: none)",
        "address of deployer ada is now none (was: ada@example.com)",
        "address of deployer eve is now eve@example.com (was: none)",
      ])
  }

  @Test("Replacing the channels keeps everything else") func replaceChannels() throws {
    let merge = try merge(Planned.registration([Self.hook("team")]), replacing: .channels)
    var expected = Self.registered.registration
    expected.channels = [Self.hook("team")]
    #expect(merge.record.registration == expected)
    #expect(
      merge.changes == [
        "added channel team (webhook)", "removed channel webhook", "removed channel newrelic",
      ])
  }

  @Test("Replacing all leaves only what is said") func replaceAll() throws {
    let requested = Planned.registration([Self.hook(on: [.failed]), Self.hook("team")])
    let merge = try merge(requested, replacing: .registration)
    #expect(merge.record.registration == requested)
    #expect(
      merge.record.baselines == [
        "webhook": .init(since: Self.old, isBackfilled: true), "team": .init(since: Example.now),
      ])
    #expect(
      merge.changes == [
        "changed channel webhook", "added channel team (webhook)", "removed channel newrelic",
        "groups are now all (were: prod)", "events are now each channel's own (were: failed)",
        "creators are now all but scale-outs (were: user)",
        "external id is now none (was: x-1)",
        "address of deployer ada is now none (was: ada@example.com)",
      ])
  }

  @Test(
    "An event that is asked for later is announced from then on",
    arguments: [
      ([.failed], []), ([.failed, .ready], ["ready"]), ([.started, .ready], ["ready", "started"]),
      (nil, []),
    ] as [([DeploymentEvent]?, [String])])
  func laterEvents(events: [DeploymentEvent]?, added: [String]) throws {
    let merge = try merge(Planned.registration([Self.hook(on: events)]))
    let later = Dictionary(uniqueKeysWithValues: added.map { ($0, Example.now) })
    #expect(
      merge.record.baselines["webhook"] == .init(since: Self.old, events: later, isBackfilled: true)
    )
  }

  @Test("Events of the whole registration count for channels without their own")
  func commonEvents() throws {
    let merge = try merge(Planned.registration([]) { $0.events = [.failed, .stopped] })
    let baseline = RegistrationRecord.Baseline(
      since: Self.old, events: ["stopped": Example.now], isBackfilled: true)
    #expect(merge.record.baselines == ["webhook": baseline, "newrelic": baseline])
  }

  @Test("The user can move the baseline back") func since() throws {
    let since = Example.at(-7 * 86_400)
    let fresh = try merge(Planned.registration([Self.hook()]), into: nil, since: since)
    let asked = RegistrationRecord.LookBack(since: since, at: Example.now)
    #expect(fresh.record.baselines == ["webhook": .init(since: since, asked: asked)])
    #expect(fresh.changes == ["added channel webhook"])

    let again = try merge(Self.registered.registration, since: since)
    #expect(again.record.registration == Self.registered.registration)
    let baseline = RegistrationRecord.Baseline(since: since, asked: asked)
    #expect(again.record.baselines == ["webhook": baseline, "newrelic": baseline])
    #expect(again.changes == ["announces what happened since 2027-01-08T08:00:00Z"])
  }

  @Test("Asking for a time within the baseline looks back there, once") func sinceWithin() throws {
    let since = Example.at(-7200)
    let first = try merge(Self.registered.registration, since: since)
    let asked = RegistrationRecord.Baseline(
      since: Self.old, asked: .init(since: since, at: Example.now))
    #expect(first.record.baselines == ["webhook": asked, "newrelic": asked])
    #expect(first.record.backfillSince == since)
    #expect(first.changes == ["announces what happened since 2027-01-15T06:00:00Z"])

    var backfilled = first.record
    for channel in backfilled.notBackfilled { _ = backfilled.backfill(channel) }
    #expect(backfilled.notBackfilled == [])
    for later in [since, Example.at(-60)] {
      let again = try merge(Self.registered.registration, into: backfilled, since: later)
      #expect(again.record == backfilled)
      #expect(again.changes == [])
    }
    // With other rules the request counts as new.
    let widened = Planned.registration([]) { $0.deploymentGroups = ["*"] }
    let anew = try merge(widened, into: backfilled, since: Example.at(-60))
    #expect(anew.record.backfillSince == Example.at(-60))
  }

  @Test("Where AWS's time isn't known, a baseline is corrected when it is") func clock() throws {
    let old = Self.registered
    let requested = Planned.registration([
      Self.hook(on: [.failed, .started]), Self.hook("team"),
    ])
    let merge = try RegistrationMerge(
      requested, into: old, replacing: .same, since: nil, now: Example.now, isClockKnown: false,
      catalog: .fake)
    var record = merge.record
    #expect(
      record.baselines == [
        "webhook": .init(
          since: Self.old, events: ["started": Example.now], uncorrected: ["started"]),
        "team": .init(since: Example.now, uncorrected: ["since"]),
        "newrelic": .init(since: Self.old, isBackfilled: true),
      ])
    for channel in record.notBackfilled {
      var backfilled = channel
      backfilled.clockOffset = -180
      let isFirst = record.backfill(backfilled)
      let isSecond = record.backfill(backfilled)
      #expect(isFirst && !isSecond)
    }
    #expect(
      record.baselines == [
        "webhook": .init(
          since: Self.old, events: ["started": Example.at(-180)], isBackfilled: true),
        "team": .init(since: Example.at(-180), isBackfilled: true),
        "newrelic": .init(since: Self.old, isBackfilled: true),
      ])
  }

  @Test(
    "A masked secret stands for the one there is",
    arguments: ["hunter2", "env:SECRET", "literal:env:A"])
  func maskedSecret(secret: String) throws {
    let existing = RegistrationRecord(
      registration: Planned.registration([Self.hook(secret: secret)]),
      baselines: ["webhook": .init(since: Self.old)])
    for replacing in [RegistrationMerge.Replacement.same, .registration] {
      let requested = Planned.registration([Self.hook(secret: Secret.mask)])
      let merge = try merge(requested, into: existing, replacing: replacing)
      #expect(merge.record == existing)
      #expect(merge.changes == [])
    }
  }

  @Test("A masked secret with nothing to stand for is refused") func refusedMask() throws {
    let named = Self.hook("team", secret: Secret.mask)
    let renamed = ChannelConfiguration(
      type: "webhook", name: "newrelic",
      settings: ["url": ["https://example.com"], "secret": [Secret.mask]])
    let other = ChannelConfiguration(type: "newrelic", settings: ["api_key": [Secret.mask]])
    for (channel, existing, path) in [
      (named, Self.registered, "team.secret"), (renamed, Self.registered, "newrelic.secret"),
      (other, Self.registered, "newrelic.api_key"), (named, nil, "team.secret"),
    ] {
      let problem = try #require(throws: DocumentProblem.self) {
        try merge(Planned.registration([channel]), into: existing)
      }
      #expect(problem.path == path)
      #expect(
        problem.reason
          == "******** stands for the channel's present secret, but this channel has none yet; "
          + "write the secret")
    }
  }

  @Test("Asterisks are kept where they are no secret") func plainAsterisks() throws {
    let channel = ChannelConfiguration(
      type: "webhook", settings: ["url": ["https://example.com"], "to": [Secret.mask]])
    let merge = try merge(Planned.registration([channel]), into: nil)
    #expect(merge.record.registration.channels == [channel])
  }

  @Test("What is stored has the names that it always had") func storedNames() throws {
    let record = RegistrationRecord(
      registration: Self.registered.registration,
      baselines: ["webhook": .init(since: Self.old, isBackfilled: true)])
    let text = try RowCoding.encode(record)
    #expect(text.contains(#""isSettled":true"#), "\(text)")
    #expect(try RowCoding.decode(RegistrationRecord.self, from: text) == record)
  }
}
