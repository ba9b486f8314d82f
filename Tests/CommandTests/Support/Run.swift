import Foundation
import Synchronization

/// One run of a program, from its start to its end.
struct Run: Sendable {
  var status: Int32
  var output: String
  var error: String

  /// The command that was built with these tests, or another one from the environment.
  static let builtCommand: String = {
    if let named = ProcessInfo.processInfo.environment["CDNOTIFY_TEST_COMMAND"] { return named }
    return builtProgram("cdnotify")
  }()

  /// A program that was built with these tests.
  static func builtProgram(_ name: String) -> String {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent(name).path
  }

  /// Whether the command comes from the environment, as the optimised one does.
  static let isOptimised = ProcessInfo.processInfo.environment["CDNOTIFY_TEST_COMMAND"] != nil

  func json() throws -> JSON { try JSON(output) }

  /// Copies a program to a place where another user can run it. Done by `cp`: a process that
  /// another test starts meanwhile would inherit this process's open copy, and what is open for
  /// writing can't be run ("text file busy").
  static func copy(_ program: String, to path: String) async throws {
    let run = try await Run.of("/bin/cp", [program, path], environment: [:], folder: "/")
    guard run.status == 0 else { throw PeerFailure("no copy of the command: \(run.error)") }
  }

  /// Adds what was said to the file of `CDNOTIFY_TEST_SAID`, for `make said`.
  func keepWhatWasSaid() {
    guard let path = ProcessInfo.processInfo.environment["CDNOTIFY_TEST_SAID"] else { return }
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    let text = Array((output + "\n" + error + "\n").utf8)
    // One write each, so that runs beside each other don't mix their lines.
    _ = write(file, text, text.count)
    close(file)
  }

  /// Runs a program to its end. A program that hangs is killed, which its status shows.
  static func of(
    _ program: String, _ arguments: [String], environment: [String: String], folder: String,
    input: String = ""
  ) async throws -> Run {
    try await RunningCommand(
      program, arguments, environment: environment, folder: folder, input: input
    ).end()
  }
}

/// A program that has been started.
struct RunningCommand: Sendable {
  /// Whether it is the command, or a program that runs it, and not another one.
  private let isOfCommand: Bool
  private let process: SendableProcess
  private let ended: AsyncStream<Int32>
  private let output: Task<String, Never>
  private let error: Task<String, Never>

  init(
    _ program: String, _ arguments: [String], environment: [String: String], folder: String,
    input: String = ""
  ) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let (standardInput, standardOutput, standardError) = (Pipe(), Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = standardError

    let ended = AsyncStream<Int32>.makeStream()
    process.terminationHandler = { process in
      ended.continuation.yield(
        process.terminationReason == .exit ? process.terminationStatus : -1)
      ended.continuation.finish()
    }
    try process.run()
    self.process = SendableProcess(process)
    isOfCommand = ([program] + arguments).contains {
      $0.contains(Run.builtCommand) || $0.hasSuffix("/cdnotify")
    }
    self.ended = ended.stream
    output = Task { [pipe = SendableHandle(standardOutput)] in await pipe.drain() }
    error = Task { [pipe = SendableHandle(standardError)] in await pipe.drain() }
    try Self.withoutBrokenPipes {
      // A program that has ended, or closed its input, doesn't read it.
      try? standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
      try standardInput.fileHandleForWriting.close()
    }
  }

  /// Runs `body` without the signal that otherwise ends this process when it writes to a pipe that
  /// nobody reads.
  private static func withoutBrokenPipes(_ body: () throws -> Void) rethrows {
    var (pipe, before) = (sigset_t(), sigset_t())
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    defer {
      var none = timespec()
      _ = sigtimedwait(&pipe, nil, &none)
      pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    try body()
  }

  var processIdentifier: Int32 { process.processIdentifier }

  func signal(_ number: Int32) { process.signal(number) }

  /// Waits for its end; after two minutes it is killed.
  func end() async -> Run {
    let watchdog = Task {
      try await Task.sleep(for: .seconds(120))
      process.signal(SIGKILL)
    }
    var status: Int32 = -1
    for await value in ended { status = value }
    watchdog.cancel()
    let run = Run(status: status, output: await output.value, error: await error.value)
    if isOfCommand { run.keepWhatWasSaid() }
    return run
  }
}

/// Foundation's handle isn't marked `Sendable`; only one thread uses it.
private struct SendableHandle: @unchecked Sendable {
  private let handle: FileHandle
  init(_ pipe: Pipe) { handle = pipe.fileHandleForReading }

  /// Reads to the end on a thread of its own, because that blocks.
  func drain() async -> String {
    await withCheckedContinuation { continuation in
      let thread = Thread {
        let data = (try? handle.readToEnd()) ?? Data()
        try? handle.close()
        continuation.resume(returning: String(decoding: data, as: UTF8.self))
      }
      thread.start()
    }
  }
}

/// It is only sent signals, which is safe from any thread.
private struct SendableProcess: @unchecked Sendable {
  private let process: Process
  init(_ process: Process) { self.process = process }
  var processIdentifier: Int32 { process.processIdentifier }
  func signal(_ number: Int32) {
    if process.isRunning { kill(process.processIdentifier, number) }
  }
}
