import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

extension StoreConformance {
  @Test("A channel's note of a deployment is kept, replaced and its own", arguments: StoreKind.all)
  func notes(kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.makePending([Sample.deployment("d-1"), Sample.deployment("d-2")])
      let first = Sample.key("d-1").deployment
      #expect(try await store.note(of: first, "chat") == nil)
      try await store.keep("one", of: first, "chat")
      try await store.keep("two", of: first, "chat")
      #expect(try await store.note(of: first, "chat") == "two")
      #expect(try await store.note(of: first, "other") == nil)
      #expect(try await store.note(of: Sample.key("d-2").deployment, "chat") == nil)
      let elsewhere = Sample.key("d-1", in: AWSScope(region: "us-east-1")).deployment
      #expect(try await store.note(of: elsewhere, "chat") == nil)
    }
  }

  @Test("Of an unknown deployment nothing is kept", arguments: StoreKind.all)
  func noteOfUnknown(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let unknown = Sample.key("d-unknown").deployment
      try await store.keep("one", of: unknown, "chat")
      #expect(try await store.note(of: unknown, "chat") == nil)
    }
  }

  @Test("A note goes with its deployment", arguments: StoreKind.pruning)
  func forgottenNote(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let key = Sample.key("d-1").deployment
      let finding = Sample.finding([Sample.deployment("d-1")])
      _ = try await store.record(finding)
      try await store.keep("one", of: key, "chat")
      #expect(try await store.prune(before: Sample.at(1), limit: 10) == 1)
      #expect(try await store.note(of: key, "chat") == nil)
      _ = try await store.record(finding)
      #expect(try await store.note(of: key, "chat") == nil)
    }
  }
}
