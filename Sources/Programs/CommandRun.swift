import CMemoryFile
import Foundation
import Subprocess

/// One run of a program, without a shell between, in a process group of its own.
///
/// It has ended when its process has: what that left running in the background, with our pipes
/// open or not, is none of our business. When it is stopped, all of the group is.
package struct CommandRun: Sendable {
  /// A path, or a name without a slash that is looked up in the `PATH` of `variables`.
  private let program: String
  private let arguments: [String]
  private let variables: [String: String]
  private let input: [UInt8]
  private let limit: Int

  /// - Parameters:
  ///   - variables: The whole environment.
  ///   - limit: How many bytes are kept of either stream.
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

  /// Why it wasn't even started.
  package struct NotStarted: Error, CustomStringConvertible {
    /// What the system says, where it was asked.
    package var code: Int32?
    /// Whether there is no such program, or none that may be run.
    package var isMissing = false
    package var description: String
  }

  /// How it ended.
  package enum End: Sendable, Hashable {
    case exited(Int32)
    case signalled(Int32)
    /// It was stopped, since its time was up or the calling task was cancelled.
    case stopped
  }

  package struct Ending: Sendable {
    package var end: End
    /// The beginning of what it wrote to standard output.
    package var output: KeptOutput
    /// The end of what it wrote to standard error.
    package var error: KeptOutput
  }

  /// What a group that is told to stop has left, before it is killed.
  package static let grace: Duration = .seconds(1)

  /// Runs it to its end, which is never later than `time` and the grace after it. Throws
  /// `NotStarted`.
  package func ending(within time: Duration) async throws -> Ending {
    let time = Task { _ = try? await Task.sleep(for: time) }
    do {
      return try await withTaskCancellationHandler {
        // In a task that nobody cancels: what was started is to be stopped in order.
        try await Task { try await run(until: time) }.value
      } onCancel: {
        time.cancel()
      }
    } catch let error as SubprocessError {
      let code = error.underlyingError?.rawValue
      throw NotStarted(
        code: code, isMissing: error.code == .executableNotFound || code == ENOENT,
        description: "\(error)")
    } catch let error as POSIXError {
      throw NotStarted(code: error.code.rawValue, description: error.localizedDescription)
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

  /// Reads what the process writes until it ends, and stops it when the time is up. As long as this
  /// doesn't return the process isn't reaped, so its number is no other's.
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

  /// A file without a name, to be read from its start. Unlike a pipe it can be left unread: nobody
  /// has to write to it while the program runs, and no signal says that it was closed.
  private static func memoryFile(_ bytes: [UInt8]) throws -> Int32 {
    let file = cmemoryfile_open()
    guard file >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .ENOMEM) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        let code = errno
        close(file)
        throw POSIXError(.init(rawValue: code) ?? .ENOSPC)
      }
      rest = rest.dropFirst(written)
    }
    lseek(file, 0, SEEK_SET)
    return file
  }
}

/// A process that was started as the leader of its group, and isn't reaped yet.
private struct ChildProcess: Sendable {
  var id: pid_t

  /// How often is looked, where nothing tells of an end.
  private static let pause: Duration = .milliseconds(10)

  /// Looks without reaping it, which is for who started it.
  var hasEnded: Bool {
    var information = siginfo_t()
    let answer = waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT)
    return answer == 0 ? information.si_signo != 0 : errno != EINTR
  }

  /// Waits for its end. Its streams have ended by then, and so it has but for one that closed them.
  func end() async {
    while !hasEnded { try? await Task.sleep(for: Self.pause) }
  }

  /// Tells the group to stop, and kills what is left of it when the process has ended or the grace
  /// is over.
  func stop(grace: Duration) async {
    kill(-id, SIGTERM)
    let deadline = ContinuousClock.now + grace
    while !hasEnded, ContinuousClock.now < deadline { try? await Task.sleep(for: Self.pause) }
    kill(-id, SIGKILL)
  }
}

/// As much of a program's output as is of use. The rest is read and dropped, so that no program
/// waits for a reader.
package struct KeptOutput: Sendable {
  enum Part: Sendable { case beginning, end }

  /// What is still read once the process has ended: more than a pipe holds (64 KB, and 1 MB for who
  /// asks) and than was read ahead of it. Whatever writes more is something else.
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
      // What came until then is kept.
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
