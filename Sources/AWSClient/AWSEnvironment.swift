import CodeDeployNotifications
import Foundation
import HostFiles
import Logging

/// Everything that this target takes from outside. It uses nothing global, so a test decides the
/// variables, files, time and random numbers.
package struct AWSEnvironment: Sendable {
  /// The environment variables.
  package var variables: [String: String]
  /// The home directory, for `~` in file names.
  package var homeDirectory: String
  /// Returns a file's bytes, or `nil` where there is no such file; throws where there is one that
  /// can't be read.
  package var readFile: @Sendable (_ path: String) throws -> [UInt8]?
  /// Replaces or creates a file that only its owner can read.
  package var replaceFile: @Sendable (_ path: String, _ bytes: [UInt8]) throws -> Void
  /// Runs a program until it ends.
  package var runProgram: ProgramRunner
  package var now: @Sendable () -> Date
  /// Waits; throws `CancellationError` at once when the task is cancelled.
  package var sleep: @Sendable (Duration) async throws -> Void
  /// A number from 0 up to 1, for the jitter of retries.
  package var random: @Sendable () -> Double
  /// Receives what helps with debugging, such as what was left out of an answer.
  package var logger: Logger
  /// Where credentials that cost requests are kept between runs; `nil` for nowhere.
  package var credentialFiles: CredentialFiles?
  /// Called with a sentence, at every use, about a setting that is followed although it is a risk.
  package var warn: @Sendable (_ warning: String) -> Void = { _ in }

  package init(
    variables: [String: String], homeDirectory: String,
    readFile: @escaping @Sendable (_ path: String) throws -> [UInt8]? = Self.file,
    replaceFile: @escaping @Sendable (_ path: String, _ bytes: [UInt8]) throws -> Void = Self
      .replace,
    runProgram: ProgramRunner = .system,
    now: @escaping @Sendable () -> Date = { Date() },
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
    logger: Logger = .silent
  ) {
    self.variables = variables
    self.homeDirectory = homeDirectory
    self.readFile = readFile
    self.replaceFile = replaceFile
    self.runProgram = runProgram
    self.now = now
    self.sleep = sleep
    self.random = random
    self.logger = logger
  }

  /// The environment of this process.
  package static func process() -> Self {
    Self(
      variables: ProcessInfo.processInfo.environment,
      homeDirectory: ProcessInfo.processInfo.environment["HOME"] ?? NSHomeDirectory())
  }

  /// A variable's value. An empty one counts as unset, as a unit file's `Environment=NAME=` or a
  /// CI system's undefined setting means it.
  func variable(_ name: String) -> String? {
    guard let value = variables[name], !value.isEmpty else { return nil }
    return value
  }

  /// A file's bytes, or `nil` where there is no such file. Throws `AWSFailure` where it can't be
  /// read.
  /// - Parameter name: What it is and where, for the message.
  func read(_ path: String, as name: String) throws(AWSFailure) -> [UInt8]? {
    do { return try readFile(path) } catch { throw unreadable(name, error) }
  }

  /// The failure for a file that couldn't be read.
  func unreadable(_ name: String, _ error: any Error) -> AWSFailure {
    let why = (error as? BoundedFile.Problem)?.description ?? "can't be read"
    return AWSFailure(.noCredentials, "\(name) \(why).")
  }

  /// A path with `~`, `$NAME` and `${NAME}` replaced, as botocore does it for its two files
  /// (`raw_config_parse`: `expandvars`, then `expanduser`). An unknown variable stays as it is.
  func expanded(_ path: String) -> String {
    var expanded = ""
    var rest = path[...]
    while let dollar = rest.firstIndex(of: "$") {
      expanded += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      let braced = rest.first == "{"
      let name =
        braced
        ? rest.dropFirst().prefix { $0 != "}" }
        : rest.prefix { $0 == "_" || $0.isLetter || $0.isNumber }
      let end = rest.index(name.endIndex, offsetBy: braced ? 1 : 0, limitedBy: rest.endIndex)
      guard let end, let value = variables[String(name)] else {
        expanded += "$"
        continue
      }
      expanded += value
      rest = rest[end...]
    }
    expanded += rest
    guard expanded == "~" || expanded.hasPrefix("~/") else { return expanded }
    return homeDirectory + expanded.dropFirst()
  }

  /// Reads a file of this machine, of 16 MiB at most. Throws `BoundedFile.Problem`.
  package static let file: @Sendable (_ path: String) throws -> [UInt8]? = { path in
    do throws(BoundedFile.Problem) {
      return try BoundedFile.read(path, limit: 16 << 20, waits: false)
    } catch .system(ENOENT), .system(ENOTDIR) {
      return nil
    }
  }

  /// Writes a temporary file and renames it, so that nobody reads half of it.
  /// Throws `SystemError`.
  package static let replace: @Sendable (_ path: String, _ bytes: [UInt8]) throws -> Void = {
    path, bytes in
    try WholeFile.write(
      bytes, to: path, mode: 0o600, as: ProcessInfo.processInfo.globallyUniqueString,
      durably: true)
  }
}

extension Logger {
  /// Logs nothing.
  package static var silent: Logger {
    Logger(label: "cdnotify") { _ in SwiftLogNoOpLogHandler() }
  }
}
