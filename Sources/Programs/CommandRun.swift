import CMemoryFile
import Foundation
import HostFiles
import Subprocess

/// One run of a program, without a shell, in a process group of its own.
///
/// The run ends when the program's process does. Background processes that it left are ignored,
/// even if they hold our pipes open. When the run is stopped, the whole group is.
package struct CommandRun: Sendable {
  /// A path, or a name without a slash that is looked up in the `PATH` of `variables`.
  private let program: String
  private let arguments: [String]
  private let variables: [String: String]
  private let input: [UInt8]
  private let limit: Int

  /// - Parameters:
  ///   - variables: The whole environment.
  ///   - limit: How many bytes are kept of each output stream.
  package init(
    program: String, arguments: [String], variables: [String: String], input: [UInt8] = [],
    limit: Int = 4 << 10
  ) {
    self.program = program
    self.arguments = arguments
    self.variables = variables
    self.input = input
    self.limit = limit
  }

  /// Why the program wasn't started.
  package struct NotStarted: Error, CustomStringConvertible {
    /// The system's error number, if it came from the system.
    package var code: Int32?
    /// Whether no such program exists, or it isn't executable.
    package var isMissing = false
    package var description: String
  }

  /// How the run ended.
  package enum End: Sendable, Hashable {
    case exited(Int32)
    case signalled(Int32)
    /// It was stopped, because its time was up or the calling task was cancelled.
    case stopped

    /// Whether a signal ended it by which others ask a program to end.
    package var wasAskedToEnd: Bool {
      if case .signalled(let signal) = self {
        [SIGTERM, SIGINT, SIGHUP].contains(signal)
      } else {
        false
      }
    }
  }

  /// The time within which a signal to all processes of a service has reached this one too.
  package static let signalDelay: Duration = .milliseconds(200)

  package struct Ending: Sendable {
    package var end: End
    /// The beginning of standard output.
    package var output: KeptOutput
    /// The end of standard error.
    package var error: KeptOutput
  }

  /// The time from telling a group to stop until killing it.
  package static let grace: Duration = .seconds(1)

  /// Runs the program to its end, at the latest `time` and the grace later. Throws `NotStarted`.
  package func ending(within time: Duration) async throws -> Ending {
    let time = Task { _ = try? await Task.sleep(for: time) }
    do {
      return try await withTaskCancellationHandler {
        // In a task that is never cancelled, so that a started program is stopped properly.
        try await Task { try await run(until: time) }.value
      } onCancel: {
        time.cancel()
      }
    } catch let error as SubprocessError {
      let code = error.underlyingError?.rawValue
      throw NotStarted(
        code: code, isMissing: error.code == .executableNotFound || code == ENOENT,
        description: code.map { "\(SystemError($0))" } ?? "\(error)")
    } catch let error as SystemError {
      throw NotStarted(code: error.number, description: "\(error)")
    }
  }

  private func run(until time: Task<Void, Never>) async throws -> Ending {
    defer { time.cancel() }
    let file = try Self.memoryFile(input)
    defer { close(file) }
    var options = PlatformOptions()
    options.processGroupID = 0
    var environment: [Subprocess.Environment.Key: String] = [:]
    for (name, value) in variables {
      if let key = Subprocess.Environment.Key(rawValue: name) { environment[key] = value }
    }
    let result = try await Subprocess.run(
      program.contains("/") ? .path(.init(program)) : .name(program),
      arguments: Arguments(arguments), environment: .custom(environment),
      platformOptions: options,
      input: .fileDescriptor(.init(rawValue: file), closeAfterSpawningProcess: false),
      output: .sequence, error: .sequence
    ) { [limit] execution in
      await Self.attend(
        keeping: limit, ChildProcess(id: execution.processIdentifier.value),
        execution.standardOutput,
        execution.standardError, until: time)
    }
    var ending = result.closureResult
    guard ending.end != .stopped else { return ending }
    switch result.terminationStatus {
    case .exited(let status): ending.end = .exited(status)
    case .signaled(let signal): ending.end = .signalled(signal)
    }
    return ending
  }

  /// Reads what the process writes until it ends, and stops it when its time is up. The process
  /// isn't reaped before this returns, so that its id isn't reused.
  private static func attend(
    keeping limit: Int, _ process: ChildProcess, _ output: SubprocessOutputSequence,
    _ error: SubprocessOutputSequence,
    until time: Task<Void, Never>
  ) async -> Ending {
    let output = Task { await KeptOutput.reading(output, of: process, keeping: .beginning, limit) }
    let error = Task { await KeptOutput.reading(error, of: process, keeping: .end, limit) }
    let isStopped = await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        _ = await (output.value, error.value)
        await process.end()
        return false
      }
      group.addTask {
        await time.value
        return !process.hasEnded
      }
      let isLate = await group.next() ?? false
      if isLate { await process.stop(grace: grace) }
      time.cancel()
      return isLate
    }
    return Ending(
      end: isStopped ? .stopped : .exited(0), output: await output.value,
      error: await error.value)
  }

  /// An unnamed file with these bytes, to be read from its start. Unlike a pipe it can stay unread:
  /// nobody has to write to it while the program runs, and no SIGPIPE occurs.
  private static func memoryFile(_ bytes: [UInt8]) throws -> Int32 {
    let file = cmemoryfile_open()
    guard file >= 0 else { throw SystemError.last }
    do { try SystemError.write(bytes, to: file) } catch {
      close(file)
      throw error
    }
    lseek(file, 0, SEEK_SET)
    return file
  }
}

/// A process that was started as the leader of its group and isn't reaped yet.
private struct ChildProcess: Sendable {
  var id: pid_t

  /// How often the process is checked, where nothing signals its end.
  private static let pause: Duration = .milliseconds(10)

  /// Checks without reaping it, which its starter does.
  var hasEnded: Bool {
    var information = siginfo_t()
    let answer = waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT)
    return answer == 0 ? information.si_signo != 0 : errno != EINTR
  }

  /// Waits for its end. Its output streams have ended by then, so the process has too, unless it
  /// closed them itself.
  func end() async {
    while !hasEnded { try? await Task.sleep(for: Self.pause) }
  }

  /// Tells the group to stop, and kills the rest of it when the process has ended or the grace is
  /// over.
  func stop(grace: Duration) async {
    kill(-id, SIGTERM)
    let deadline = ContinuousClock.now + grace
    while !hasEnded, ContinuousClock.now < deadline { try? await Task.sleep(for: Self.pause) }
    kill(-id, SIGKILL)
  }
}

/// The useful part of a program's output. The rest is read and dropped, so that no program blocks
/// on a full pipe.
package struct KeptOutput: Sendable {
  enum Part: Sendable { case beginning, end }

  /// In bytes. How much is still read after the process has ended: more than a pipe holds (64 KB,
  /// or 1 MB on request) and than was read ahead. Anything beyond comes from another process.
  private static let rest = 2 << 20

  package private(set) var bytes: [UInt8] = []
  /// Whether something is missing, at the end that isn't kept.
  package private(set) var isCut = false

  fileprivate static func reading(
    _ stream: SubprocessOutputSequence, of process: ChildProcess, keeping part: Part, _ limit: Int
  ) async -> KeptOutput {
    var kept = KeptOutput()
    var rest = Self.rest
    do {
      for try await buffer in stream {
        buffer.withUnsafeBytes { kept.add($0, keeping: part, limit) }
        if process.hasEnded { rest -= buffer.count }
        if rest <= 0 { break }
      }
    } catch {
      // What came before the error is kept.
    }
    return kept
  }

  private mutating func add(
    _ more: UnsafeRawBufferPointer, keeping part: Part, _ limit: Int
  ) {
    bytes += more
    guard bytes.count > limit else { return }
    isCut = true
    switch part {
    case .beginning: bytes.removeLast(bytes.count - limit)
    case .end: bytes.removeFirst(bytes.count - limit)
    }
  }
}
