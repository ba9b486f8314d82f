import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import HostFiles

/// `cdnotify export`: everything that a store contains, for an import.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes registrations and the ledger as JSON Lines, for \"cdnotify import\".",
    usage: "cdnotify export [--output FILE] [OPTION...]",
    discussion: """
      Stop polling this store first: what a poll does after the export isn't in it, and would be \
      announced again from the store that it is imported into. Literal secrets in registrations \
      are left out unless --include-secrets is given; references such as env:NAME are not secrets. \
      With --output only the file's owner can read it (mode 0600).
      """)

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write to this new file.", valueName: "file"))
  var output: String?

  @Flag(help: "Include the literal secrets in registrations.")
  var includeSecrets = false

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    try await Context.with(global) { context in
      let location = try context.storeLocation()
      let store = try location.open()
      let hold = try location.holdForTransfer()
      defer { withExtendedLifetime(hold) {} }
      let handle = try file()
      let writer = ExportWriter(
        to: handle.fileDescriptor, catalog: context.catalog, includesSecrets: includeSecrets,
        isForTerminal: output == nil && Console.isTerminal)
      // If the export itself goes to the terminal, there is no room for a progress line.
      let isShown = output != nil || !Console.isTerminal
      do {
        let written = try await Progress.show("Exporting", quiet: global.quiet || !isShown) {
          tally in
          try await writer.writeAll(of: store, by: "cdnotify \(Version.current)") {
            tally.add("record")
          }
        }
        tell(written)
      } catch let error as SystemError {
        throw Failure(
          .storeUnusable, "\(output ?? "standard output") can't be written: \(error)")
      }
      withExtendedLifetime(handle) {}
    }
  }

  /// The export's destination: a new file, or standard output.
  private func file() throws -> FileHandle {
    guard let output else { return .standardOutput }
    do { return try TransferFile.create(output) } catch {
      throw Failure(
        .storeUnusable, "\(output.printable) can't be created: \(error); name a new file")
    }
  }

  private func tell(_ totals: ExportReport) {
    if totals.masked > 0 {
      Console.error(
        "secrets of \(totals.masked.counted("registration")) are not in the export; to include "
          + "them, export again with --include-secrets and keep the file safe")
    }
    if totals.sending > 0 {
      Console.error(
        "\(totals.sending.counted("notification")) in the export may be being sent now: if a poll "
          + "is running on this store, wait for its end and export again")
    }
    if output != nil, !global.quiet {
      Console.output("Exported \(totals.records.counted("record")).")
    }
  }
}
