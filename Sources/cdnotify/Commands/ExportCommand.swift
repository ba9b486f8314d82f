import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import Synchronization

/// `cdnotify export`: everything a store holds, to be moved.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes registrations and the ledger as JSON Lines, for \"cdnotify import\".",
    usage: "cdnotify export [--output FILE] [OPTION...]",
    discussion: """
      Stop the polls on this store first: what one does after the export isn't in it, and would be \
      announced again from the store it is imported into. Secrets that are written out in \
      registrations are left out unless --include-secrets is given; references such as env:NAME are \
      no secrets. With --output the file is made for its owner alone (mode 0600).
      """)

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write to this new file.", valueName: "file"))
  var output: String?

  @Flag(help: "Write secrets out that are written out in registrations.")
  var includeSecrets = false

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    try await Context.with(global) { context in
      let location = try context.storeLocation()
      let store = try location.open()
      let hold = try location.hold()
      if case .busy = hold {
        throw Failure(
          .tryAgain, "a poll is at work on this store: run the export again when it is done")
      }
      defer { withExtendedLifetime(hold) {} }
      let writer = try MoveWriter(
        output, secrets: MovedSecrets(catalog: context.catalog), includesSecrets: includeSecrets)
      // A terminal that shows the export has no room for a line of progress.
      let isShown = output != nil || !Console.isTerminal
      try await Progress.show("Exporting", quiet: global.quiet || !isShown) { tally in
        try await store.lines {
          try writer.write($0)
          tally.add("record")
        }
      }
      try writer.finish()
      tell(writer)
    }
  }

  private func tell(_ writer: MoveWriter) {
    let totals = writer.totals
    if totals.masked > 0 {
      Console.error(
        "cdnotify: secrets of \(totals.masked.counted("registration")) are not in the export; to "
          + "move them too, run it with --include-secrets and keep the file safe")
    }
    if totals.sending > 0 {
      Console.error(
        "cdnotify: \(totals.sending.counted("notification")) in the export may be on the way at this "
          + "moment: if a poll is at work on this store, wait for its end and export again")
    }
    if output != nil, !global.quiet {
      Console.output("Exported \(totals.records.counted("record")).")
    }
  }
}

/// Writes the lines of an export.
private final class MoveWriter: Sendable {
  struct Totals {
    var records = 0
    var masked = 0
    var sending = 0
  }

  private let handle: FileHandle
  private let name: String
  private let secrets: MovedSecrets
  private let includesSecrets: Bool
  private let isForTerminal: Bool
  private let state = Mutex(State())

  /// What was written so far, and what is to be written next.
  private struct State {
    var totals = Totals()
    var buffer: [UInt8] = []
  }

  private static let bufferSize = 256 << 10

  var totals: Totals { state.withLock { $0.totals } }

  init(_ file: String?, secrets: MovedSecrets, includesSecrets: Bool) throws {
    self.secrets = secrets
    self.includesSecrets = includesSecrets
    name = file ?? "standard output"
    isForTerminal = file == nil && Console.isTerminal
    if let file {
      let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else {
        throw Failure(
          .storeUnusable,
          "\(file.printable) can't be made: \(SystemError.last); name a new file")
      }
      handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    } else {
      handle = FileHandle.standardOutput
    }
    try put(RowCoding.encode(MoveHeader.current))
  }

  func write(_ line: ExportedLine) throws {
    switch line {
    case .record(let record): try write(record)
    case .deployment(let json, let sending):
      state.withLock { state in
        state.totals.records += 1
        state.totals.sending += sending
      }
      try put(json)
    }
  }

  private func write(_ record: StoreRecord) throws {
    var record = record
    var totals = self.totals
    totals.records += 1
    switch record {
    case .registration(let registered) where !includesSecrets:
      let masked = secrets.masked(registered)
      if masked != registered { totals.masked += 1 }
      record = .registration(masked)
    case .deployment(let entry):
      totals.sending += entry.notifications.count { $0.state == .sending }
    default: break
    }
    let counted = totals
    state.withLock { $0.totals = counted }
    try put(RowCoding.encode(record))
  }

  func finish() throws {
    try put(RowCoding.encode(MoveEnd(records: totals.records)))
    try flush(leaving: 0)
  }

  private func put(_ line: String) throws {
    let line = isForTerminal ? line.escapingInvisiblesOfJSON : line
    state.withLock { state in
      state.buffer += line.utf8
      state.buffer.append(UInt8(ascii: "\n"))
    }
    try flush(leaving: Self.bufferSize)
  }

  /// Writes what is to be written, once it is more than so much.
  private func flush(leaving size: Int) throws {
    let bytes = state.withLock { state -> [UInt8] in
      guard state.buffer.count > size else { return [] }
      defer { state.buffer = [] }
      return state.buffer
    }
    guard !bytes.isEmpty else { return }
    do { try SystemError.write(bytes, to: handle.fileDescriptor) } catch {
      throw Failure(.storeUnusable, "\(name) can't be written: \(error)")
    }
  }
}
