import Programs

/// Runs other programs. A struct of one closure, so that a test hands in its own.
package struct ProgramRunner: Sendable {
  /// What a program left when it ended.
  package struct Ending: Sendable {
    /// The exit status; for a program that a signal ended, 128 and the signal's number, as
    /// shells have it.
    package var status: Int32
    package var output: [UInt8]
    package var error: String

    package init(status: Int32, output: [UInt8] = [], error: String = "") {
      self.status = status
      self.output = output
      self.error = error
    }
  }

  /// Why there is no ending to tell of.
  package enum Failure: Error, Sendable, Hashable {
    /// There is no such program, or it may not be run.
    case notFound
    case notStarted
    case timedOut
    case outputTooLong
  }

  /// Runs a program, looked up in `PATH` where its name has no slash, with these variables and an
  /// empty standard input. Throws `Failure`, or `CancellationError`; the program has ended then.
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

  /// Runs programs of this machine, each in a group of its own: what it starts ends with it where it
  /// is stopped. That also keeps it from the terminal, at which there is nobody to ask.
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

  /// The most that a program may write to standard output.
  private static let outputLimit = 1 << 20
}
