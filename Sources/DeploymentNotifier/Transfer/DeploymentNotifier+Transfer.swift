import CodeDeployNotifications
import Foundation
import HostFiles
import NotificationStores

extension DeploymentNotifier {
  /// Writes everything that the store contains to a new file, for an import into another store:
  /// registrations, and what was announced or is pending. The file can be read by its owner alone;
  /// it is removed where the export fails.
  ///
  /// Run no cycle on the store meanwhile, and none after it: what one does after the export isn't
  /// in it, and would be announced again from the store it is imported into.
  ///
  /// - Parameters:
  ///   - path: Where to write. No file may exist there.
  ///   - includingSecrets: Whether secrets that are written out in registrations are exported.
  ///     Otherwise they are masked, and an import asks for them. References are no secrets.
  ///
  /// Throws `StoreFailure` where the store can't be read, and `NotifierProblem` where the file
  /// can't be written or another process works on the store.
  @discardableResult
  public func export(
    to path: String, includingSecrets: Bool = false
  ) async throws -> ExportReport {
    try await holdingStore {
      let file: FileHandle
      do { file = try TransferFile.create(path) } catch {
        throw NotifierProblem(
          .file, "\(path.printable) can't be created: \(error); name a new file")
      }
      do {
        return try await write(to: file, named: path, includingSecrets)
      } catch {
        unlink(path)
        throw error
      }
    }
  }

  /// The same to an open file, such as a pipe. It stays open, and its owner removes what a failed
  /// export has written: without its last line, no import accepts it. A thread waits wherever the
  /// file takes no more.
  ///
  /// Throws `StoreFailure`, and `NotifierProblem` where the file can't be written or another
  /// process uses the store.
  @discardableResult
  public func export(
    to file: FileHandle, includingSecrets: Bool = false
  ) async throws -> ExportReport {
    try await holdingStore { try await write(to: file, named: "the export", includingSecrets) }
  }

  /// Imports what an export of another store has written: registrations, and what was announced or
  /// is pending, so that nothing is announced again. Records that the store already holds stay as
  /// they are. All is imported or nothing; into a table, an import that was interrupted goes on
  /// when it is run again, and no cycle announces anything until it is done.
  ///
  /// Registrations have to keep the rules of `register(document:verifying:)`, also about
  /// references, and may use no type of channel that this notifier doesn't have.
  ///
  /// - Parameter path: A file that an export has written.
  ///
  /// Throws `ImportProblems` where lines are wrong, `ConflictingRecord` where the store holds
  /// another record in the place of one, `StoreFailure`, and `NotifierProblem` where the file can't
  /// be read or another process works on the store.
  @discardableResult
  public func `import`(from path: String) async throws -> ImportReport {
    let file: FileHandle
    do { file = try TransferFile.read(path) } catch {
      throw NotifierProblem(.file, "\(path.printable) can't be read: \(error)")
    }
    return try await self.import(from: file)
  }

  /// The same from an open file, such as a pipe. It is read to its end and stays open. Where
  /// nothing comes, a thread waits, and with a file as store its cycles do too. Throws as
  /// `import(from:)` of a path does.
  @discardableResult
  public func `import`(from file: FileHandle) async throws -> ImportReport {
    // The file must not be closed while its descriptor is in use.
    defer { withExtendedLifetime(file) {} }
    let reader = try ImportReader(
      file.fileDescriptor, catalog: parts.announcing.catalog, references: parts.references)
    return try await holdingStore { try await reader.importAll(into: parts.store) }
  }

  private func write(
    to file: FileHandle, named name: String, _ includesSecrets: Bool
  ) async throws -> ExportReport {
    defer { withExtendedLifetime(file) {} }
    let writer = ExportWriter(
      to: file.fileDescriptor, catalog: parts.announcing.catalog, includesSecrets: includesSecrets,
      isForTerminal: false)
    do {
      return try await writer.writeAll(of: parts.store, by: "DeploymentNotifier")
    } catch let error as SystemError {
      throw NotifierProblem(.file, "\(name.printable) can't be written: \(error)")
    }
  }

  /// Runs `body` while the command neither polls, exports nor imports on this host. The cycles of a
  /// notifier don't take the lock, and a table has none.
  private func holdingStore<Result>(_ body: () async throws -> Result) async throws -> Result {
    guard let path = parts.storePath else { return try await body() }
    switch try StoreLock.take(besideStore: path, limit: nil) {
    case .taken(let lock):
      defer { withExtendedLifetime(lock) {} }
      return try await body()
    case .held: throw NotifierProblem.busy(parts.storeLabel)
    }
  }
}
