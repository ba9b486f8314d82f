import CodeDeployNotifications
import Foundation
import NotificationStores
import Testing

/// A kind of store that every test of `StoreConformance` runs against. A new store is one line.
struct StoreKind: Sendable, CustomTestStringConvertible {
  var testDescription: String
  /// Makes an empty store, which may keep its files in the folder.
  var make: @Sendable (TemporaryFolder) async throws -> any Store

  static let all = [
    StoreKind(testDescription: "SQLite") { try SQLiteStore(path: $0.path("cdnotify.db")) }
  ]

  func withStore(_ body: (any Store) async throws -> Void) async throws {
    try await withTemporaryFolder { try await body(try await make($0)) }
  }
}

/// What every store must do alike.
@Suite struct StoreConformance {}

/// A folder that is gone when the test is over.
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
