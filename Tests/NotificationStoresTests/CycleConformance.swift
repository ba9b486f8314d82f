import CodeDeployNotifications
import CycleSupport
import Foundation
import GRDB
import Testing

@testable import NotificationStores

/// What whole cycles do on every kind of store, beyond what each call does.
@Suite(.timeLimit(.minutes(10))) struct CycleConformance {
  private let reason = "in a digest of 3: ok"

  private func deployments(_ numbers: some Sequence<Int>) -> [Deployment] {
    numbers.map { Sample.deployment("d-\($0)", created: Double($0 - 300), ended: Double($0 - 60)) }
  }

  @Test("A burst is a few messages, and a row for each deployment", arguments: StoreKind.all)
  func burst(_ kind: StoreKind) async throws {
    try await Installation.with(kind) { site in
      try await site.register("checkout", [.digests(above: 2)])
      site.codeDeploy.put(deployments(1...6))
      let report = await site.poll()
      #expect(report.lines == (1...6).map { "d-\($0) succeeded hook sent: \(reason)" })
      #expect(report.notifications.map(\.attempts) == Array(repeating: 1, count: 6))
      // They start one after the other, at once, and may arrive in either order.
      #expect(
        site.provider.received.sorted() == ["hook: digest d-1 d-2 d-3", "hook: digest d-4 d-5 d-6"])
      #expect(report.pending == 0)
      #expect(try await site.ledger() == (1...6).map { "d-\($0) succeeded hook sent" })
      let entries = try await site.entries()
      for entry in entries.values {
        #expect(entry.notifications.map { $0.tries.map(\.answer) } == [[reason]])
      }
      #expect(await site.poll().lines == [])
      #expect(site.provider.received.count == 2)
    }
  }

  @Test(
    "What is due and what two regions bring, one after the other, is one digest",
    arguments: StoreKind.all)
  func regions(_ kind: StoreKind) async throws {
    try await Installation.with(kind) { installation in
      var site = installation
      let (near, far) = (Gate(), Gate())
      site.codeDeploy.hold(at: near)
      site.codeDeploy(in: Sample.otherScope).hold(at: far)
      try await site.register("checkout", [.digests(above: 2), .hook("plain")])
      try await site.register("checkout", in: Sample.otherScope, [.digests(above: 2)])
      try await site.store.makePending(deployments([1]), on: ["hook", "plain"])
      site.codeDeploy.put(deployments(1...2))
      site.codeDeploy(in: Sample.otherScope).put(deployments([3]))
      site.provider.open(near, on: "plain: succeeded d-1")
      site.provider.open(far, on: "plain: succeeded d-2")
      let report = await site.poll()
      #expect(
        report.lines == [
          "d-1 succeeded hook sent: \(reason)", "d-1 succeeded plain sent: ok",
          "d-2 succeeded hook sent: \(reason)", "d-2 succeeded plain sent: ok",
          "d-3 succeeded hook sent: \(reason)",
        ])
      #expect(
        site.provider.received.filter { $0.hasPrefix("hook") } == ["hook: digest d-1 d-2 d-3"])
      #expect(report.pending == 0)
    }
  }

  @Test("What is another program's keeps nothing of ours back", arguments: StoreKind.all)
  func others(_ kind: StoreKind) async throws {
    try await Installation.with(kind) { site in
      let theirs = ChannelConfiguration(type: "theirs", settings: ["url": ["http://theirs"]])
      try await site.register("theirs", [theirs])
      try await site.register("checkout")
      let old = (0..<600).map {
        Sample.deployment("d-\($0)", of: "theirs", created: -1800, ended: -1200)
      }
      // As another program has made it pending.
      for start in stride(from: 0, to: old.count, by: 100) {
        try await site.store.makePending(Array(old[start..<start + 100]), on: ["theirs"])
      }
      site.codeDeploy.put(Sample.deployment("d-ours"))
      let report = await site.poll(leavesToOthers: true)
      #expect(report.lines == ["d-ours succeeded hook sent: ok"])
      #expect(report.pending == 600)
      #expect(report.leftToOthers.allSatisfy { $0.application == "theirs" })
      #expect(!report.leftToOthers.isEmpty)
      #expect(Set(report.leftToOthers.map(\.id)).count == report.leftToOthers.count)
    }
  }

  @Test("Two cycles at the same time tell of everything once", arguments: StoreKind.all)
  func together(_ kind: StoreKind) async throws {
    try await Installation.with(kind) { site in
      try await site.register("checkout", [.digests(above: 2)])
      site.codeDeploy.put(deployments(10...29))
      async let one = site.poll()
      async let two = site.poll()
      _ = await (one, two)
      let told = site.provider.accepted.flatMap { $0.split(separator: " ").dropFirst(2) }
      #expect(told.sorted() == (10...29).map { "d-\($0)" })
    }
  }

  @Test("The account is asked for once, remembered, and named") func account() async throws {
    for kind in StoreKind.all {
      try await Installation.with(kind) { site in
        var registration = Sample.registration(channels: [.hook()])
        registration.accounts = ["111122223333": "production"]
        registration.labels = ["team": "payments"]
        #expect(try await site.store.register(Sample.record(registration)))
        site.codeDeploy.setAccount("111122223333")
        site.codeDeploy.put(Sample.deployment("d-1"))
        #expect(await site.poll().scopes.map(\.accountID) == ["111122223333"])
        site.codeDeploy.setAccount("000000000000")
        site.clock.pass(60)
        site.codeDeploy.put(Sample.deployment("d-2", created: 10, ended: 20))
        #expect(await site.poll().scopes.map(\.accountID) == ["111122223333"])
        for (_, entry) in try await site.entries() {
          let content = try #require(entry.events.first?.content)
          #expect(content.accountID == "111122223333")
          #expect(content.accountName == "production")
          #expect(content.labels == ["team": "payments"])
        }
      }
    }
  }

  @Test("A store that can't be used ends the cycle and is reported") func store() async throws {
    try await Installation.with(.sqlite) { site in
      try await site.register()
      site.codeDeploy.put(Sample.deployment())
      let store = try #require(site.store as? SQLiteStore)
      try await store.queue.write { try $0.execute(sql: "DROP TABLE deployment") }
      let report = await site.poll()
      #expect(report.storeFailure?.kind == .unusable)
      #expect(report.lines == [])
      #expect(site.provider.received == [])
    }
  }
}
