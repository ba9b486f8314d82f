import Foundation
import Testing

@testable import AWSClient

/// The folder in which credentials are cached.
@Suite struct PrivateFolderTests {
  private func with(_ body: (PrivateFolder, String) throws -> Void) throws {
    let root = FileManager.default.temporaryDirectory.path + "/cdnotify-kept-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: root) }
    try body(PrivateFolder(path: root + "/credentials"), root + "/credentials")
  }

  private func mode(_ path: String) throws -> Int? {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.posixPermissions] as? NSNumber)?.intValue
  }

  @Test("The folder and its files can be read by their owner alone") func ownerOnly() throws {
    try with { folder, path in
      #expect(folder.read("a.json") == nil)
      folder.write([1, 2, 3], to: "a.json")
      folder.write([4], to: "a.json")
      #expect(folder.read("a.json") == [4])
      let modes = try [mode(path), mode(path + "/a.json")]
      #expect(modes == [0o700, 0o600])
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      #expect(names == ["a.json"])
      folder.remove("a.json")
      #expect(folder.read("a.json") == nil)
    }
  }

  @Test("A folder or file that others can read is not used") func readableByOthers() throws {
    try with { folder, path in
      folder.write([1], to: "a.json")
      chmod(path + "/a.json", 0o640)
      #expect(folder.read("a.json") == nil)
      chmod(path + "/a.json", 0o600)
      chmod(path, 0o755)
      #expect(folder.read("a.json") == nil)
      folder.write([2], to: "b.json")
      #expect(access(path + "/b.json", F_OK) != 0)
      chmod(path, 0o700)
      #expect(folder.read("a.json") == [1])
    }
  }

  @Test("Symbolic and hard links are not followed") func links() throws {
    try with { folder, path in
      folder.write([1], to: "a.json")
      symlink("a.json", path + "/soft.json")
      #expect(folder.read("soft.json") == nil)
      link(path + "/a.json", path + "/hard.json")
      #expect(folder.read("a.json") == nil)
      #expect(folder.read("hard.json") == nil)
      // A link is replaced, and the file that it leads to isn't overwritten.
      folder.write([2], to: "soft.json")
      #expect(folder.read("soft.json") == [2])
      unlink(path + "/hard.json")
      #expect(folder.read("a.json") == [1])
      let other = PrivateFolder(path: path + "-link")
      symlink(path, path + "-link")
      #expect(other.read("a.json") == nil)
      unlink(path + "-link")
    }
  }

  @Test(
    "A folder or file of another user is not used", .enabled(if: geteuid() == 0, "needs root"))
  func otherUser() throws {
    try with { folder, path in
      folder.write([1], to: "a.json")
      chown(path + "/a.json", 12345, 12345)
      #expect(folder.read("a.json") == nil)
      chown(path + "/a.json", 0, 0)
      chown(path, 12345, 12345)
      #expect(folder.read("a.json") == nil)
      folder.write([2], to: "b.json")
      #expect(access(path + "/b.json", F_OK) != 0)
    }
  }

  @Test("Old cached files are removed, and other programs' files stay") func oldFiles() throws {
    try with { folder, path in
      let name = String(repeating: "0123456789abcdef", count: 4) + ".json"
      // Other programs have files in a folder of this name.
      let others = ["old.json", "slack-url", name.replacing("0", with: "x")]
      for name in others + [name, name + ".part"] { folder.write([1], to: name) }
      var times = [timeval(tv_sec: time(nil) - 3 * 86_400, tv_usec: 0)]
      times.append(times[0])
      for name in try FileManager.default.contentsOfDirectory(atPath: path) {
        utimes(path + "/" + name, times)
      }
      folder.write([2], to: "new.json")
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      #expect(Set(names) == Set(others + ["new.json"]))
    }
  }
}
