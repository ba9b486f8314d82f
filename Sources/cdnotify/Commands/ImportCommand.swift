import ArgumentParser
import CodeDeployNotifications
import Foundation

/// `cdnotify import`: what another store held.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Takes in what \"cdnotify export\" wrote: registrations and the ledger.",
    discussion: """
      What was announced from the old store isn't announced again from this one, and what waits \
      there waits here. Records that the store holds already stay as they are; where it holds \
      something else in the place of one, nothing is imported. A file is imported all or nothing \
      into SQLite. Into DynamoDB an import that was broken off is taken up by running it again; \
      until it is done, polls refuse to run.
      """)

  @Argument(help: "The export; - or nothing for standard input.")
  var file = "-"

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    try await Context.with(global) { context in
      let records = try MoveReader.records(
        try read(), MovedSecrets(catalog: context.catalog))
      let location = try context.storeLocation()
      let store = try location.open()
      guard let hold = try location.hold() else {
        throw Failure(
          .tryAgain, "a poll is at work on this store: run the import again when it is done")
      }
      defer { withExtendedLifetime(hold) {} }
      do {
        let taken = try await store.take(records)
        if !global.quiet {
          let known = taken.known > 0 ? "; \(taken.known) were there already" : ""
          Console.output("Imported \(taken.added) record\(taken.added == 1 ? "" : "s")\(known).")
        }
      } catch let conflict as ConflictingRecord {
        throw MoveReader.wrong(
          conflict.index + 2, "\(conflict); nothing was imported. Import into a new store")
      }
    }
  }

  private func read() throws -> Data {
    if file == "-" { return try FileHandle.standardInput.readToEnd() ?? Data() }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw Failure(.badDocument, "\(file.printable) can't be read: check that it is there")
    }
    return data
  }
}
