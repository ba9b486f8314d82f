import Foundation
import Synchronization

/// One run of a program, from its start to its end.
struct Run: Sendable {
  var status: Int32
  var output: String
  var error: String

  /// The command that was built beside these tests.
  static let builtCommand: String = {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    return tests.appendingPathComponent("cdnotify").path
  }()

  func json() throws -> JSON { try JSON(output) }

  /// Runs a program to its end. One that hangs is killed, which shows in its status.
  static func of(
    _ program: String, _ arguments: [String], environment: [String: String], folder: String,
    input: String = ""
  ) async throws -> Run {
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
    async let output = drain(standardOutput)
    async let error = drain(standardError)
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try standardInput.fileHandleForWriting.close()

    let watchdog = Task { [process = SendableProcess(process)] in
      try await Task.sleep(for: .seconds(120))
      process.kill()
    }
    var status: Int32 = -1
    for await value in ended.stream { status = value }
    watchdog.cancel()
    return Run(status: status, output: await output, error: await error)
  }

  /// Reads a pipe to its end on a thread of its own, since that blocks.
  private static func drain(_ pipe: Pipe) async -> String {
    let handle = SendableHandle(pipe.fileHandleForReading)
    return await withCheckedContinuation { continuation in
      let thread = Thread {
        let data = (try? handle.value.readToEnd()) ?? Data()
        continuation.resume(returning: String(decoding: data, as: UTF8.self))
      }
      thread.start()
    }
  }
}

/// Foundation's handle isn't marked as sendable; one thread uses it.
private struct SendableHandle: @unchecked Sendable {
  let value: FileHandle
  init(_ value: FileHandle) { self.value = value }
}

/// Only ever used to end the process, which is safe from any thread.
private struct SendableProcess: @unchecked Sendable {
  private let process: Process
  init(_ process: Process) { self.process = process }
  func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }
}
