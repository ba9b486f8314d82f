import Foundation
import Testing

@testable import AWSClient

/// Files that replace others.
@Suite struct ReplacedFileTests {
  @Test("Replacing a file leaves one file, which only its owner can read") func ownerOnly() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("cdnotify-replace-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("a.json").path
    try AWSEnvironment.replace(path, Array("old".utf8))
    try AWSEnvironment.replace(path, Array("new".utf8))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.json"])
    #expect(throws: (any Error).self) {
      try AWSEnvironment.replace(folder.path + "/none/a", [])
    }
  }
}
