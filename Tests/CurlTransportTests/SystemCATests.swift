import Foundation
import Testing

@testable import CurlTransport

/// Which of the system's CAs are used.
@Suite struct SystemCATests {
  /// A folder with these files, and beside it a file of all CAs that is that many seconds newer.
  private func found(
    _ names: [String], fileIsNewerBy seconds: Double? = 0
  ) throws -> (SystemCAs, folder: String, file: String) {
    let root = FileManager.default.temporaryDirectory.path + "/cdnotify-cas-\(UUID().uuidString)"
    let (folder, file) = (root + "/certs", root + "/all.crt")
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in names {
      _ = FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: nil)
    }
    if let seconds {
      _ = FileManager.default.createFile(atPath: file, contents: nil)
      let moment = Date(timeIntervalSince1970: 1_700_000_000)
      try FileManager.default.setAttributes([.modificationDate: moment], ofItemAtPath: folder)
      try FileManager.default.setAttributes(
        [.modificationDate: moment + seconds], ofItemAtPath: file)
    }
    return (SystemCAs.of(file: file, folder: folder), folder, file)
  }

  @Test("The folder is used first where it holds hashed certificates") func hashedFolder() throws {
    let (found, folder, _) = try found(["ca.pem", "5ad8a5d6.0"])
    #expect(found == .folder(folder))
    let (alone, itsFolder, _) = try self.found(["5AD8A5D6.1"], fileIsNewerBy: nil)
    #expect(alone == .folder(itsFolder))
  }

  @Test(
    "A folder without hashed certificates is passed over",
    arguments: [[], ["ca.pem"], ["5ad8a5d6"], ["5ad8a5d.0"], ["5ad8a5d6.r0"], ["gad8a5d6.0"]])
  func unhashedFolder(names: [String]) throws {
    let (found, _, file) = try found(names)
    #expect(found == .file(file))
  }

  @Test("A file that is newer than the folder is used first") func newerFile() throws {
    let (found, _, file) = try found(["5ad8a5d6.0"], fileIsNewerBy: 60)
    #expect(found == .file(file))
  }

  @Test("Where there is neither a folder nor a file, libcurl's own choice stays") func neither() {
    #expect(SystemCAs.of(file: "/nonexistent/a", folder: "/nonexistent") == .unknown)
    #expect(SystemCAs.of(file: nil, folder: nil) == .unknown)
  }
}
