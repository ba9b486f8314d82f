import Foundation
import Subprocess

/// Runs other programs. A struct of one closure, so that a test hands in its own.
public struct ProgramRunner: Sendable {
  /// What a program left when it ended.
  public struct Ending: Sendable {
    /// The exit status; for a program that a signal ended, 128 and the signal's number, as
    /// shells have it.
    public var status: Int32
    public var output: [UInt8]
    public var error: String

    public init(status: Int32, output: [UInt8] = [], error: String = "") {
      self.status = status
      self.output = output
      self.error = error
    }
  }

  /// Why there is no ending to tell of.
  public enum Failure: Error, Sendable, Hashable {
    /// There is no such program, or it may not be run.
    case notFound
    case notStarted
    case timedOut
    case outputTooLong
  }

  /// Runs a program, looked up in `PATH` where its name has no slash, with these variables and an
  /// empty standard input. Throws `Failure`, or `CancellationError`; the program has ended then.
  public var run:
    @Sendable (_ words: [String], _ variables: [String: String], _ timeout: Duration) async throws
      -> Ending

  public init(
    run:
      @escaping @Sendable (
        _ words: [String], _ variables: [String: String], _ timeout: Duration
      ) async throws -> Ending
  ) {
    self.run = run
  }

  /// Runs programs of this machine.
  public static let system = ProgramRunner { words, variables, timeout in
    try await withThrowingTaskGroup(of: Ending?.self) { group in
      group.addTask { try await start(words, variables) }
      group.addTask {
        try await Task.sleep(for: timeout)
        return nil
      }
      defer { group.cancelAll() }
      let first = try await group.next() ?? nil
      try Task.checkCancellation()
      guard let ending = first else { throw Failure.timedOut }
      return ending
    }
  }

  /// The most that a program may write to either stream.
  private static let outputLimit = 1 << 20

  private static func start(
    _ words: [String], _ variables: [String: String]
  ) async throws -> Ending {
    guard let program = words.first, !program.isEmpty else { throw Failure.notFound }
    // A group of its own: what it starts ends with it. That also keeps it from the terminal, at
    // which there is nobody to ask.
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
    ]
    let pairs = variables.map { (Subprocess.Environment.Key(rawValue: $0.key), $0.value) }
    let environment = pairs.reduce(into: [Subprocess.Environment.Key: String]()) {
      if let key = $1.0 { $0[key] = $1.1 }
    }
    do {
      let result = try await Subprocess.run(
        program.contains("/") ? .path(.init(program)) : .name(program),
        arguments: Arguments(Array(words.dropFirst())), environment: .custom(environment),
        platformOptions: options, output: .bytes(limit: outputLimit),
        error: .string(limit: outputLimit))
      let status: Int32 =
        switch result.terminationStatus {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
      return Ending(status: status, output: result.standardOutput, error: result.standardError)
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      if error.code == .executableNotFound { throw Failure.notFound }
      if error.underlyingError == .noSuchFileOrDirectory { throw Failure.notFound }
      if error.code == .outputLimitExceeded { throw Failure.outputTooLong }
      throw Failure.notStarted
    }
  }
}
