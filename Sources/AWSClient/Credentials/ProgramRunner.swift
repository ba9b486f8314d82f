import Programs

/// Runs other programs. A struct of one closure, so that a test can pass its own.
package struct ProgramRunner: Sendable {
  /// How a program ended, and its output.
  package struct Ending: Sendable {
    /// The exit status; as in shells, 128 plus the signal's number for a program that a signal
    /// ended.
    package var status: Int32
    package var output: [UInt8]
    package var error: String

    package init(status: Int32, output: [UInt8] = [], error: String = "") {
      self.status = status
      self.output = output
      self.error = error
    }
  }

  /// Why a program has no ending.
  package enum Failure: Error, Sendable, Hashable {
    /// There is no such program, or it may not be executed.
    case notFound
    case notStarted
    case timedOut
    case outputTooLong
  }

  /// Runs a program with these variables and an empty standard input. A name without a slash is
  /// looked up in `PATH`. Throws `Failure`, or `CancellationError`; in both cases the program has
  /// ended.
  package var run:
    @Sendable (_ words: [String], _ variables: [String: String], _ timeout: Duration) async throws
      -> Ending

  package init(
    run:
      @escaping @Sendable (
        _ words: [String], _ variables: [String: String], _ timeout: Duration
      ) async throws -> Ending
  ) {
    self.run = run
  }

  /// Runs programs of this machine, each in a process group of its own, so that the processes it
  /// started are stopped with it. The group also has no access to the terminal, so a program can't
  /// prompt there.
  package static let system = ProgramRunner { words, variables, timeout in
    guard let program = words.first, !program.isEmpty else { throw Failure.notFound }
    let run = CommandRun(
      program: program, arguments: Array(words.dropFirst()), variables: variables,
      limit: outputLimit)
    let ending: CommandRun.Ending
    do {
      try Task.checkCancellation()
      ending = try await run.ending(within: timeout)
    } catch let error as CommandRun.NotStarted {
      throw error.isMissing ? Failure.notFound : Failure.notStarted
    }
    let status: Int32
    switch ending.end {
    case .exited(let code): status = code
    case .signalled(let signal): status = 128 + signal
    case .stopped:
      try Task.checkCancellation()
      throw Failure.timedOut
    }
    guard !ending.output.isCut else { throw Failure.outputTooLong }
    return Ending(
      status: status, output: ending.output.bytes,
      error: String(decoding: ending.error.bytes, as: UTF8.self))
  }

  /// The most bytes that a program may write to standard output.
  private static let outputLimit = 1 << 20
}
