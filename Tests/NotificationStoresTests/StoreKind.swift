import CodeDeployNotifications
import CycleSupport
import Foundation
import NotificationStores
import Testing

/// A kind of store that every test of `StoreConformance` runs against. A new store needs one line.
struct StoreKind: Sendable, CustomTestStringConvertible {
  var testDescription: String
  /// Whether `prune` forgets deployments; otherwise the store's server does, later.
  var prunes = true
  /// Runs a body with an empty store, which may keep its files in the folder, and closes it.
  var with: @Sendable (TemporaryFolder, (any Store) async throws -> Void) async throws -> Void

  static let all = [inMemory, sqlite] + dynamoDB

  static let inMemory = StoreKind(testDescription: "in memory") { _, body in
    try await body(InMemoryStore())
  }

  static let sqlite = StoreKind(testDescription: "SQLite") { folder, body in
    try await body(try SQLiteStore(path: folder.path("cdnotify.db")))
  }

  static let dynamoDB = DynamoDBServer.all.map { server in
    StoreKind(testDescription: "DynamoDB, \(server)", prunes: false) { _, body in
      try await server.withTable { try await body($0.store()) }
    }
  }

  static let pruning = all.filter(\.prunes)

  func withStore(_ body: (any Store) async throws -> Void) async throws {
    try await withTemporaryFolder { try await with($0, body) }
  }
}

extension Installation {
  /// Runs a body with a store of a kind.
  static func with(
    _ kind: StoreKind, _ body: (Installation) async throws -> Void
  ) async throws {
    try await kind.withStore { try await body(Installation(store: $0)) }
  }
}

/// What every store has to do.
@Suite struct StoreConformance {}

/// A folder that is removed after the test.
struct TemporaryFolder: Sendable {
  let url: URL

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

func withTemporaryFolder(_ body: (TemporaryFolder) async throws -> Void) async throws {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("cdnotify-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  try await body(TemporaryFolder(url: url))
}
