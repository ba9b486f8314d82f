import CodeDeployNotifications
import CycleSupport
import Foundation
import Synchronization
import Testing

extension StoreConformance {
  @Test("A mute is kept, and its end can be moved", arguments: StoreKind.all)
  func mutes(kind: StoreKind) async throws {
    try await kind.withStore { store in
      #expect(try await store.register(Sample.record()))
      #expect(try await store.mutes() == [])
      let mutes = [Sample.mute(), Sample.mute("hook", since: 60), Sample.mute("hook", since: 90)]
      try await store.put(mutes)
      #expect(try await store.mutes() == mutes)
      #expect(try await store.opening(.all, now: Sample.now).mutes == mutes)

      try await store.put([Sample.mute(until: 120)])
      #expect(try await store.mutes() == [Sample.mute(until: 120)] + mutes.dropFirst())

      let exported = Mutex<[StoreRecord]>([])
      try await store.exportRecords { record in exported.withLock { $0.append(record) } }
      #expect(exported.withLock { $0 }.contains(.mute(Sample.mute(until: 120))))
    }
  }

  @Test("A mute that is long over is forgotten", arguments: StoreKind.pruning)
  func prunedMutes(kind: StoreKind) async throws {
    try await kind.withStore { store in
      #expect(try await store.register(Sample.record()))
      try await store.put([Sample.mute(), Sample.mute(since: 4000, until: 5000)])
      _ = try await store.prune(before: Sample.at(4500), limit: 10)
      #expect(try await store.mutes() == [Sample.mute(since: 4000, until: 5000)])
    }
  }
}
