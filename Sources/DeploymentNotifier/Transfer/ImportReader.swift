import CodeDeployNotifications
import Foundation
import Synchronization

/// Reads and checks the lines of an export, one by one.
///
/// Problems are collected with their lines, so that all of them are reported at once. If there are
/// any, nothing is imported.
package final class ImportReader: Sendable {
  private struct State {
    var lines: LineReader
    /// The number of the last line that was read.
    var number = 0
    var records = 0
    var problems = ImportProblems()
    var isDone = false
    var commands: [String] = []
    /// The last valid deployment that was read.
    var last: LedgerEntry?
  }

  private static let problemsShown = 20

  private let state: Mutex<State>
  private let secrets: ExportedSecrets
  private let rules: ImportRules

  /// How an export is made that has the secrets, as a sentence tells it.
  private let exporting: String

  /// Reads the first line. Throws `ImportProblems`.
  package init(
    _ descriptor: Int32, catalog: ChannelCatalog, references: ReferenceChoice,
    exporting: String = "export it with the secrets"
  ) throws(ImportProblems) {
    self.exporting = exporting
    secrets = ExportedSecrets(catalog: catalog)
    rules = ImportRules(catalog: catalog, references: references)
    var state = State(lines: LineReader(descriptor))
    guard let first = try Self.line(&state), let header = try? Self.decode(ExportHeader.self, first)
    else { throw ImportProblems(line: 1, "this is not an export of cdnotify") }
    guard header.version == ExportHeader.currentVersion else {
      throw ImportProblems(
        line: 1, "it was written by a newer version of cdnotify: import it with that version")
    }
    self.state = Mutex(state)
  }

  /// Imports all records into a store, or none.
  ///
  /// - Parameter read: Is called after each record that the store has taken to import.
  ///
  /// Throws `ImportProblems`, `ConflictingRecord` and `StoreFailure`.
  package func importAll(
    into store: any Store, read: @escaping @Sendable () -> Void = {}
  ) async throws -> ImportReport {
    let ahead = ReadAhead { try self.next() }
    let counts: ImportCounts
    do {
      counts = try await store.importRecords {
        let record = try ahead.next()
        if record != nil { read() }
        return record
      }
    } catch {
      // The caller may close the descriptor.
      await ahead.stop()
      throw error
    }
    return ImportReport(
      added: counts.added, known: counts.known, commands: state.withLock { $0.commands })
  }

  /// The next record; `nil` after the last. Throws `ImportProblems` after the last line if anything was
  /// wrong.
  private func next() throws -> StoreRecord? {
    try state.withLock { state in
      while !state.isDone {
        guard let line = try Self.line(&state) else {
          state.isDone = true
          note(&state, state.number, "the export's last line is missing: the file is incomplete")
          break
        }
        do throws(LineProblem) {
          if let record = try record(line, &state), state.problems.count == 0 { return record }
        } catch {
          note(&state, state.number, error.problem)
        }
      }
      if state.problems.count > 0 { throw state.problems }
      return nil
    }
  }

  /// The record in a line; `nil` for the last line.
  private func record(
    _ line: ArraySlice<UInt8>, _ state: inout State
  ) throws(LineProblem) -> StoreRecord? {
    // The last line is short.
    if line.count < 64, let end = try? Self.decode(ExportEnd.self, line) {
      state.isDone = true
      if end.records != state.records {
        throw LineProblem("the export had \(end.records) records, but \(state.records) are here")
      }
      let more: ArraySlice<UInt8>?
      do throws(ImportProblems) { more = try Self.line(&state) } catch { more = [0] }
      if more?.isEmpty == false { throw LineProblem("there is text after the export's last line") }
      return nil
    }
    state.records += 1
    let record = try decoded(line)
    if case .registration(let registered) = record {
      if let channel = secrets.maskedChannel(registered) {
        throw LineProblem(
          "a secret of \(registered.registration.application.possessive) channel \(channel) was left "
            + "out of the export: \(exporting), or insert it here")
      }
      try rules.check(registered)
      state.commands += rules.commands(of: registered)
    }
    switch record {
    case .mute(let mute): try rules.check(mute)
    case .watermark(let scope, _): try rules.check(scope)
    case .deployment(let entry):
      try rules.check(entry, after: state.last)
      state.last = entry
    case .registration: break
    }
    return record
  }

  private func decoded(_ line: ArraySlice<UInt8>) throws(LineProblem) -> StoreRecord {
    // Nearly all lines are deployments. The slower path finds out what is wrong with the others.
    if let record = line.withUnsafeBufferPointer({ StoreRecord.deployment(fromLine: $0) }) {
      return record
    }
    if let number = RowCoding.oddNumber(in: line) {
      throw LineProblem("the number \(number) is out of range")
    }
    do {
      return try Self.decode(StoreRecord.self, line)
    } catch let error as DecodingError {
      let isJSON = (try? JSONSerialization.jsonObject(with: Data(line))) != nil
      throw LineProblem(isJSON ? Self.problem(error) : "it is not JSON")
    } catch {
      throw LineProblem("it can't be read")
    }
  }

  private func note(_ state: inout State, _ line: Int, _ problem: String) {
    state.problems.count += 1
    guard state.problems.count <= Self.problemsShown else { return }
    state.problems.lines.append("line \(line): \(problem)")
  }

  private static func line(_ state: inout State) throws(ImportProblems) -> ArraySlice<UInt8>? {
    do {
      guard let line = try state.lines.next() else { return nil }
      state.number += 1
      return line
    } catch .isLarger(let limit) {
      throw ImportProblems(line: state.number + 1, "it is longer than \(limit >> 20) MiB")
    } catch {
      throw ImportProblems(line: state.number + 1, "the export \(error)")
    }
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, _ line: ArraySlice<UInt8>
  ) throws -> Value {
    try RowCoding.decode(type, from: String(decoding: line, as: UTF8.self))
  }

  /// The field and the problem, without the value.
  private static func problem(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context):
      return "\((context.codingPath + [key]).place) is missing"
    case .valueNotFound(_, let context): return "\(context.codingPath.place) is null"
    case .typeMismatch(_, let context):
      return context.codingPath.isEmpty
        ? "it is not a JSON object" : "\(context.codingPath.place) is of the wrong type"
    case .dataCorrupted(let context):
      let place = context.codingPath.place
      return place.isEmpty ? context.debugDescription : "\(place): \(context.debugDescription)"
    @unknown default: return "it can't be read"
    }
  }
}

/// A problem of one line.
struct LineProblem: Error {
  var problem: String
  init(_ problem: String) { self.problem = problem }
}
