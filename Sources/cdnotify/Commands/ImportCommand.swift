import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// `cdnotify import`: reads an export of another store.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Imports what \"cdnotify export\" wrote: registrations and the ledger.",
    usage: "cdnotify import [FILE] [OPTION...]",
    discussion: """
      What was announced from the old store isn't announced again from this one, and what is \
      pending there is pending here. Records that this store already has stay as they are; if it \
      has a different one in the place of any, nothing is imported. SQLite imports all of a file \
      or nothing. If an import into DynamoDB is interrupted, run it again to complete it; until \
      then polls refuse to run.
      """)

  @Argument(help: "The export; - or nothing for standard input.")
  var file = "-"

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    try await Context.with(global) { context in
      do { try await importAll(context) } catch let problems as ImportProblems {
        throw Failure(
          .badDocument,
          lines: problems.sentences.map { "\(RegisterCommand.name(of: file)): \($0)".printable })
      }
    }
  }

  private func importAll(_ context: Context) async throws {
    let export = try open()
    defer { withExtendedLifetime(export) {} }
    let reader = try ImportReader(
      export.fileDescriptor, catalog: context.catalog, references: context.references,
      exporting: "export with --include-secrets")
    let location = try context.storeLocation()
    let isNew = !location.exists
    let store = try location.openMaking()
    let hold = try location.holdForTransfer()
    defer { withExtendedLifetime(hold) {} }
    do {
      let taken = try await Progress.show("Importing", quiet: global.quiet) { tally in
        try await reader.importAll(into: store) { tally.add("record") }
      }
      say(taken)
    } catch {
      if isNew { location.remove(store) }
      guard let conflict = error as? ConflictingRecord else { throw error }
      throw ImportProblems(conflict)
    }
  }

  private func say(_ taken: ImportReport) {
    // The user should know which commands an export from elsewhere will run on this host.
    for command in taken.commands {
      Console.error("the import contains a command that polls will run: \(command.printable)")
    }
    guard !global.quiet else { return }
    let known = taken.known > 0 ? "; \(taken.known) already existed" : ""
    Console.output("Imported \(taken.added.counted("record"))\(known).")
  }

  private func open() throws -> FileHandle {
    if file == "-" { return .standardInput }
    do { return try TransferFile.read(file) } catch {
      throw Failure(.badDocument, "\(file.printable) can't be read: \(error)")
    }
  }
}
