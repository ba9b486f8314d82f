import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

extension StoreConformance {
  @Test("The history is told newest first", arguments: StoreKind.all)
  func historyOrder(kind: StoreKind) async throws {
    try await kind.withStore { store in
      #expect(try await store.register(Sample.record()))
      _ = try await store.record(
        Sample.finding([
          Sample.deployment("d-b", created: -100), Sample.deployment("d-c", created: -300),
          Sample.deployment("d-d", created: -200), Sample.deployment("d-a", created: -100),
        ]))
      let all = try await store.history(HistoryQuery())
      #expect(all.map(\.deployment.id) == ["d-a", "d-b", "d-d", "d-c"])
      let recent = try await store.history(HistoryQuery(since: Sample.at(-200)))
      #expect(recent.map(\.deployment.id) == ["d-a", "d-b", "d-d"])
      #expect(try await store.history(HistoryQuery(since: Sample.now)).isEmpty)
    }
  }

  @Test("The history tells of registered applications only", arguments: StoreKind.all)
  func historyOfRegistered(kind: StoreKind) async throws {
    let elsewhere = AWSScope(region: "us-east-1")
    try await kind.withStore { store in
      #expect(try await store.register(Sample.record()))
      let foreign = Sample.deployment("d-2", of: "basket")
      _ = try await store.record(Sample.finding([Sample.deployment(), foreign]))
      _ = try await store.record(Sample.finding([Sample.deployment("d-3")], in: elsewhere))
      let entries = try await store.history(HistoryQuery())
      #expect(entries.map(\.deployment) == [Sample.deployment()])
      #expect(entries.map(\.region) == ["eu-west-1"])
      #expect(entries.first?.notifications.isEmpty == true)
    }
  }

  @Test("A deployment's notifications come by event and channel", arguments: StoreKind.all)
  func historyLines(kind: StoreKind) async throws {
    let deployment = Sample.deployment()
    let events = [
      Sample.event(.succeeded, of: deployment, on: ["b", "a"]),
      Sample.event(.started, of: deployment, on: ["b"]),
      Sample.event(.ready, of: deployment, on: ["c"], .skip(.deploymentGroup)),
    ]
    try await kind.withStore { store in
      _ = try await store.record(Sample.finding([deployment], events))
      let lines = try #require(try await store.history(HistoryQuery()).first?.notifications)
      #expect(
        lines.map { "\($0.event) \($0.channel) \($0.state) \($0.reason ?? "-")" } == [
          "started b pending planned", "ready c skipped filtered", "succeeded a pending planned",
          "succeeded b pending planned",
        ])
      #expect(lines.map(\.attempts) == [0, 0, 0, 0])
      #expect(lines.map(\.nextAttemptAt) == [Sample.now, nil, Sample.now, Sample.now])
      #expect(lines.map(\.sentAt) == [nil, nil, nil, nil])
      #expect(
        lines.map(\.id) == [
          Sample.key("d-1", .started, "b").id, Sample.key("d-1", .ready, "c").id,
          Sample.key("d-1", .succeeded, "a").id, Sample.key("d-1", .succeeded, "b").id,
        ])
    }
  }
}
