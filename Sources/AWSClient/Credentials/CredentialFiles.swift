import Synchronization

/// Caches credentials that cost requests between runs, as the AWS CLI does in `~/.aws/cli/cache`.
/// Nothing depends on it: what can't be stored safely isn't stored.
///
/// A class, because it remembers which files the credentials in use came from.
package final class CredentialFiles: Sendable {
  private let readFile: @Sendable (_ name: String) -> [UInt8]?
  private let writeFile: @Sendable (_ name: String, _ bytes: [UInt8]) -> Void
  private let removeFile: @Sendable (_ name: String) -> Void
  /// The file names, by access key id.
  private let names = Mutex<[String: String]>([:])

  /// Reads and writes by closures, so that a test can pass its own.
  package init(
    read: @escaping @Sendable (_ name: String) -> [UInt8]?,
    write: @escaping @Sendable (_ name: String, _ bytes: [UInt8]) -> Void,
    remove: @escaping @Sendable (_ name: String) -> Void
  ) {
    readFile = read
    writeFile = write
    removeFile = remove
  }

  /// Keeps the files in a folder of this user's alone, which is created when it is needed.
  package convenience init(folder path: String) {
    let folder = PrivateFolder(path: path)
    self.init(
      read: { folder.read($0) }, write: { folder.write($1, to: $0) },
      remove: { folder.remove($0) })
  }

  func read(_ name: String) -> [UInt8]? { readFile(name) }

  func write(_ bytes: [UInt8], to name: String) { writeFile(name, bytes) }

  /// Remembers the name of the file that holds these credentials.
  func remember(_ accessKeyID: String, as name: String) {
    names.withLock { $0[accessKeyID] = name }
  }

  /// Removes the file of credentials that AWS rejected.
  func drop(_ accessKeyID: String) {
    guard let name = names.withLock({ $0.removeValue(forKey: accessKeyID) }) else { return }
    removeFile(name)
  }
}
