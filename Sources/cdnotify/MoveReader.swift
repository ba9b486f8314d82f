import CodeDeployNotifications
import Foundation
import Synchronization

/// The lines of an export, read and checked one by one.
///
/// What is wrong is remembered with its line, and the rest is read on, so that all mistakes are
/// told at once; then nothing of the export counts.
final class MoveReader: Sendable {
  /// What is wrong with an export.
  struct Problems: Error {
    /// The first ones.
    var lines: [String]
    var count: Int
  }

  private struct State {
    var lines: LineReader
    /// The number of the last line that was read.
    var number = 0
    var records = 0
    var problems = Problems(lines: [], count: 0)
    var isDone = false
    var commands: [String] = []
  }

  private static let problemsShown = 20

  private let state: Mutex<State>
  private let secrets: MovedSecrets
  private let rules: MoveRules

  init(_ descriptor: Int32, catalog: ChannelCatalog) throws {
    secrets = MovedSecrets(catalog: catalog)
    rules = MoveRules(catalog: catalog)
    var state = State(lines: LineReader(descriptor))
    guard let first = try Self.line(&state), let header = try? Self.decode(MoveHeader.self, first)
    else { throw Self.wrong(1, "this is no export of cdnotify") }
    guard header.version == MoveHeader.current.version else {
      throw Self.wrong(1, "it was written by a newer version of cdnotify: import it with that one")
    }
    self.state = Mutex(state)
  }

  /// The commands that registrations bring in, a sentence each.
  var commands: [String] { state.withLock { $0.commands } }

  /// The next record, `nil` after the last. Throws `Problems` when all is read and something was
  /// wrong.
  func next() throws -> StoreRecord? {
    try state.withLock { state in
      while !state.isDone {
        guard let line = try Self.line(&state) else {
          state.isDone = true
          note(&state, state.number, "the export's last line is missing: it isn't whole")
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

  /// What a line says; `nil` for the last one.
  private func record(
    _ line: ArraySlice<UInt8>, _ state: inout State
  ) throws(LineProblem) -> StoreRecord? {
    // The last line is short.
    if line.count < 64, let end = try? Self.decode(MoveEnd.self, line) {
      state.isDone = true
      if end.records != state.records {
        throw LineProblem("the export had \(end.records) records, and \(state.records) are here")
      }
      if let more = try? Self.line(&state), !more.isEmpty {
        throw LineProblem("more stands behind the export's last line")
      }
      return nil
    }
    state.records += 1
    let record = try decoded(line)
    if case .registration(let registered) = record {
      if let channel = secrets.maskedChannel(registered) {
        throw LineProblem(
          "a secret of \(registered.registration.application)'s channel \(channel) was left out of "
            + "the export: export with --include-secrets, or put it there")
      }
      try rules.check(registered)
      state.commands += rules.commands(of: registered)
    }
    switch record {
    case .mute(let mute): try rules.check(mute)
    case .mark(let scope, _): try rules.check(scope)
    case .deployment(let entry): try rules.check(entry)
    case .registration: break
    }
    return record
  }

  private func decoded(_ line: ArraySlice<UInt8>) throws(LineProblem) -> StoreRecord {
    // Nearly all lines are such; of the others it is found out what is wrong with them.
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
      throw LineProblem(isJSON ? Self.problem(error) : "it is no JSON")
    } catch {
      throw LineProblem("it can't be read")
    }
  }

  private func note(_ state: inout State, _ line: Int, _ problem: String) {
    state.problems.count += 1
    guard state.problems.count <= Self.problemsShown else { return }
    state.problems.lines.append("line \(line): \(problem.printable)")
  }

  private static func line(_ state: inout State) throws -> ArraySlice<UInt8>? {
    do {
      guard let line = try state.lines.next() else { return nil }
      state.number += 1
      return line
    } catch {
      throw Failure(
        .badDocument, "line \(state.number + 1): the export \(error)")
    }
  }

  static func wrong(_ line: Int, _ problem: String) -> Failure {
    Failure(.badDocument, "line \(line): \(problem.printable)")
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, _ line: ArraySlice<UInt8>
  ) throws -> Value {
    try RowCoding.decode(type, from: String(decoding: line, as: UTF8.self))
  }

  /// Where and what, without the value.
  private static func problem(_ error: DecodingError) -> String {
    func place(_ keys: [any CodingKey]) -> String {
      keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "\(place(context.codingPath + [key])) is missing"
    case .valueNotFound(_, let context): return "\(place(context.codingPath)) is null"
    case .typeMismatch(_, let context):
      return context.codingPath.isEmpty
        ? "it is no JSON object" : "\(place(context.codingPath)) has another type"
    case .dataCorrupted(let context):
      let place = place(context.codingPath)
      return place.isEmpty ? context.debugDescription : "\(place): \(context.debugDescription)"
    @unknown default: return "it can't be read"
    }
  }
}

/// What is wrong with one line.
struct LineProblem: Error {
  var problem: String
  init(_ problem: String) { self.problem = problem }
}
