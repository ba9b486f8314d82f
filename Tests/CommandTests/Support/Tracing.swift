import Foundation

/// Runs of the command under strace, which counts system calls and makes them fail.
struct Tracing: Sendable {
  let world: World

  /// What is injected at which call. strace counts the calls of each thread separately.
  struct Injection: Sendable {
    /// `error=EIO`, `signal=KILL`.
    var action: String
    /// strace's `when`: `3` for the third call, `3+` for all from the third on.
    var when: String
  }

  /// Throws a sentence where strace is missing or may not trace.
  init(_ world: World) async throws {
    self.world = world
    let advice = "install it with contrib/install-packages, and allow ptrace where that is denied"
    do {
      let run = try await Run.of(
        "/usr/bin/strace", ["-f", "-o", world.path("trace"), "/bin/true"], environment: [:],
        folder: world.home)
      guard run.status == 0 else {
        throw PeerFailure("strace can't trace here (\(run.error)): \(advice)")
      }
    } catch let failure as PeerFailure {
      throw failure
    } catch {
      throw PeerFailure("strace can't be run: \(advice)")
    }
  }

  /// A run of the command, and its trace.
  struct Traced: Sendable {
    var run: Run
    /// How many calls to the file there were, by thread.
    var calls: [Substring: Int]
    var wasHit: Bool
  }

  /// Starts the command with something injected at each of these calls, such as
  /// `delay_enter=100000`, a pause of so many microseconds, or `error=EMFILE`.
  func start(
    _ arguments: [String], injecting action: String, at calls: String
  ) throws -> RunningCommand {
    try RunningCommand(
      "/usr/bin/strace",
      [
        "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(calls)", "-e", "inject=\(calls):\(action)",
        Run.builtCommand,
      ] + arguments, environment: world.environment, folder: world.home)
  }

  /// Runs the command to its end and traces its calls to one file.
  func run(
    _ arguments: [String], file: String, calls: String, _ injection: Injection? = nil
  ) async throws -> Traced {
    // Not with --seccomp-bpf, which is faster but loses the signals.
    var options = ["-f", "-qq", "-o", world.path("trace")]
    options += ["-P", world.path(file), "-e", "trace=\(calls)"]
    if let injection {
      options += ["-e", "inject=\(calls):\(injection.action):when=\(injection.when)"]
    }
    let run = try await Run.of(
      "/usr/bin/strace", options + [Run.builtCommand] + arguments, environment: world.environment,
      folder: world.home)
    let trace = try String(contentsOfFile: world.path("trace"), encoding: .utf8)
    let names = calls.split(separator: ",")
    let lines = trace.split(separator: "\n").filter { line in
      names.contains { line.contains(" \($0)(") }
    }
    return Traced(
      run: run,
      calls: Dictionary(lines.map { ($0.prefix { $0 != " " }, 1) }, uniquingKeysWith: +),
      // The trace of a killed process lacks the call in which it died.
      wasHit: run.status == -1 || trace.contains("(INJECTED)"))
  }
}
