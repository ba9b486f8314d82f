import Foundation
import Programs
import Testing

@testable import AWSClient

/// Running programs of this machine.
@Suite struct ProgramRunnerTests {
  @Test("A program that the system doesn't start is told in the system's words, in small letters")
  func notStarted() async throws {
    let run = CommandRun(
      program: "/bin/true", arguments: [String(repeating: "x", count: 200_000)], variables: [:])
    let error = await #expect(throws: CommandRun.NotStarted.self) {
      try await run.ending(within: .seconds(60))
    }
    #expect(error?.code == E2BIG)
    #expect(error?.description == "argument list too long")
  }

  private static let variables = ["PATH": "/usr/bin:/bin", "NAME": "value"]

  private static func run(
    _ words: String..., timeout: Duration = .seconds(60)
  ) async throws -> ProgramRunner.Ending {
    try await ProgramRunner.system.run(words, variables, timeout)
  }

  @Test("A program's output, error output and exit status are returned")
  func results() async throws {
    let ending = try await Self.run("sh", "-c", #"echo "$NAME"; cat; echo oh >&2; exit 3"#)
    #expect(ending.status == 3)
    #expect(String(decoding: ending.output, as: UTF8.self) == "value\n")
    #expect(ending.error == "oh\n")
    #expect(try await Self.run("/bin/sh", "-c", "kill -9 $$").status == 137)
  }

  @Test(
    "A program that isn't there or can't be run is not found",
    arguments: [
      (["cdnotify-no-such-program"], .notFound), (["/no/such/program"], .notFound),
      (["/etc/passwd"], .notFound), ([""], .notFound), ([], .notFound),
    ] as [([String], ProgramRunner.Failure)])
  func trouble(words: [String], failure: ProgramRunner.Failure) async {
    await #expect(throws: failure) {
      try await ProgramRunner.system.run(words, Self.variables, .seconds(60))
    }
  }

  /// Some tools leave an agent running.
  @Test("A process that the program leaves running is not waited for")
  func leftRunning() async throws {
    let ending = try await Self.run(
      "sh", "-c", "sleep 600 & echo keys", timeout: .seconds(300))
    #expect(ending.status == 0)
    #expect(String(decoding: ending.output, as: UTF8.self) == "keys\n")
  }

  @Test("A program that prints too much fails") func longOutput() async {
    await #expect(throws: ProgramRunner.Failure.outputTooLong) {
      try await Self.run("sh", "-c", "yes | head -c 3000000")
    }
  }

  /// A named pipe that shows a test whether a program's children still run.
  private final class Fifo {
    let path: String
    private let folder: URL
    private let descriptor: Int32

    init() throws {
      folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("cdnotify-runner-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      path = folder.appendingPathComponent("fifo").path
      #expect(mkfifo(path, 0o600) == 0)
      descriptor = open(path, O_RDONLY | O_NONBLOCK)
    }

    deinit {
      close(descriptor)
      try? FileManager.default.removeItem(at: folder)
    }

    /// Waits until there is something to read; without events, until the last writer has ended.
    func wait(for events: Int32 = 0) -> Bool {
      var state = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      return poll(&state, 1, 60_000) == 1
    }
  }

  @Test("A program whose time is up ends, with all that it started")
  func timeout() async throws {
    let fifo = try Fifo()
    await #expect(throws: ProgramRunner.Failure.timedOut) {
      try await Self.run(
        "sh", "-c", "sleep 600 > '\(fifo.path)' & wait", timeout: .milliseconds(300))
    }
    #expect(fifo.wait())
  }

  @Test("A cancelled task ends its program") func cancelled() async throws {
    let fifo = try Fifo()
    let path = fifo.path
    let task = Task {
      try await Self.run("sh", "-c", "exec > '\(path)'; echo running; sleep 600")
    }
    #expect(fifo.wait(for: POLLIN))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(fifo.wait())
  }
}
