import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

extension StoreConformance {
  private func ended(
    _ id: String, _ status: DeploymentStatus = .succeeded, of application: String = "checkout",
    group: String? = "production", created: Double
  ) -> Deployment {
    var deployment = Sample.deployment(
      id, status, of: application, created: created, ended: created + 60)
    deployment.deploymentGroup = group
    return deployment
  }

  @Test("The ends of a group are told, newest first", arguments: StoreKind.all)
  func ends(kind: StoreKind) async throws {
    try await kind.withStore { store in
      #expect(try await store.register(Sample.record()))
      let group = DeploymentGroupName(application: "checkout", group: "production")
      #expect(try await store.ends(EndsQuery(scope: Sample.scope, group: group)).isEmpty)

      try await store.makePending([
        ended("d-1", created: -900), ended("d-2", .failed, created: -800),
        ended("d-3", created: -700), ended("d-4", group: "staging", created: -600),
        ended("d-5", of: "basket", created: -500), ended("d-6", group: nil, created: -400),
        ended("d-7", .inProgress, created: -300),
      ])
      func ids(_ edit: (inout EndsQuery) -> Void = { _ in }) async throws -> [String] {
        var query = EndsQuery(scope: Sample.scope, group: group)
        edit(&query)
        return try await store.ends(query).map(\.deployment.id)
      }
      #expect(try await ids() == ["d-3", "d-2", "d-1"])
      #expect(try await ids { $0.limit = 2 } == ["d-3", "d-2"])
      #expect(try await ids { $0.status = .succeeded } == ["d-3", "d-1"])
      #expect(try await ids { $0.createdBefore = Sample.at(-700) } == ["d-2", "d-1"])
      #expect(try await ids { $0.scope.region = "us-east-1" } == [])

      // Later ends are added, and what is stored again isn't listed twice.
      try await store.makePending([
        ended("d-7", .stopped, created: -300), ended("d-3", created: -700),
      ])
      #expect(try await ids() == ["d-7", "d-3", "d-2", "d-1"])
      let lines = try await store.ends(EndsQuery(scope: Sample.scope, group: group))
        .flatMap(\.notifications)
      #expect(lines.map(\.state) == [.pending, .pending, .pending, .pending])
    }
  }

  @Test("An import brings the ends of groups along", arguments: StoreKind.all)
  func importedEnds(kind: StoreKind) async throws {
    try await kind.withStore { store in
      var entry = LedgerEntry(
        key: DeploymentKey(scope: Sample.scope, id: "d-1"), seenAt: Sample.now)
      entry.deployment = ended("d-1", created: -900)
      _ = try await store.importRecords([.deployment(entry)])
      let group = DeploymentGroupName(application: "checkout", group: "production")
      let ends = try await store.ends(EndsQuery(scope: Sample.scope, group: group))
      #expect(ends.map(\.deployment.id) == ["d-1"])
    }
  }
}
