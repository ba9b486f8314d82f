import CodeDeployNotifications
import Foundation
import HostFiles
import Synchronization

/// Writes the lines of an export.
package final class ExportWriter: Sendable {
  private let descriptor: Int32
  private let secrets: ExportedSecrets
  private let includesSecrets: Bool
  private let isForTerminal: Bool
  private let state = Mutex(State())

  /// The counts, and the bytes that aren't written yet.
  private struct State {
    var totals = ExportReport()
    var buffer: [UInt8] = []
  }

  private static let bufferSize = 256 << 10

  private var totals: ExportReport { state.withLock { $0.totals } }

  /// Writes to an open file, which stays open. For a terminal, invisible characters are escaped.
  package init(
    to descriptor: Int32, catalog: ChannelCatalog, includesSecrets: Bool, isForTerminal: Bool
  ) {
    self.descriptor = descriptor
    secrets = ExportedSecrets(catalog: catalog)
    self.includesSecrets = includesSecrets
    self.isForTerminal = isForTerminal
  }

  /// Writes everything that a store contains.
  ///
  /// - Parameters:
  ///   - program: Who writes it, for people.
  ///   - wrote: Is called after each record.
  ///
  /// Throws `StoreFailure`, and `SystemError` where the file can't be written, as all writing
  /// functions do.
  package func writeAll(
    of store: any Store, by program: String, wrote: @escaping @Sendable () -> Void = {}
  ) async throws -> ExportReport {
    try begin(program)
    let unreadable = UnreadableRows()
    try await store.noting(in: unreadable).exportLines { line in
      try self.write(line)
      wrote()
    }
    // An export has to be complete.
    try unreadable.check()
    try finish()
    return totals
  }

  /// Writes the first line.
  private func begin(_ program: String) throws {
    try put(
      RowCoding.encode(ExportHeader(version: ExportHeader.currentVersion, program: program)))
  }

  private func write(_ line: ExportedLine) throws {
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

  /// Writes the last line and the rest of the buffer.
  private func finish() throws {
    try put(RowCoding.encode(ExportEnd(records: totals.records)))
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

  /// Writes the buffer if it has more than `size` bytes.
  private func flush(leaving size: Int) throws {
    var bytes = state.withLock { state -> [UInt8] in
      guard state.buffer.count > size else { return [] }
      defer { state.buffer = [] }
      return state.buffer
    }
    guard !bytes.isEmpty else { return }
    try SystemError.write(bytes, to: descriptor)
    // A buffer that grows from nothing takes four times its memory anew.
    bytes.removeAll(keepingCapacity: true)
    state.withLock { [bytes] in $0.buffer = bytes }
  }
}
