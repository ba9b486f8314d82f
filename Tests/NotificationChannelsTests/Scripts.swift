import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// A folder of scripts for the channel `exec`, which is also their working folder.
struct Scripts: Sendable {
  let folder: String

  static func with(_ body: (Scripts) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("cdnotify-scripts-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(Scripts(folder: folder))
  }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func read(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  /// Writes a script and returns its path. Another test's child process may have inherited a file
  /// that was open for writing, and such a file can't be executed. So another process copies it:
  /// the copy was never open here.
  func script(_ text: String, interpreter: String = "#!/bin/sh\n") throws -> String {
    let name = path("script-\(UUID().uuidString)")
    let text =
      interpreter.hasPrefix("#!/bin")
      ? "\(interpreter)cd '\(folder)'\n\(text)\n" : interpreter + text
    try text.write(toFile: name + ".txt", atomically: true, encoding: .utf8)
    let copy = Process()
    copy.executableURL = URL(fileURLWithPath: "/usr/bin/install")
    copy.arguments = ["-m", "755", name + ".txt", name]
    try copy.run()
    copy.waitUntilExit()
    return name
  }

  /// Delivers through a command; `resolve` resolves the settings' references.
  func run(
    _ command: String, _ settings: [String: [String]] = [:],
    message: ChannelMessage = Sample.message(), timeout: Duration = .seconds(60),
    resolving resolve: @Sendable (String) -> String = { $0 }
  ) async throws -> Outcome {
    let values = SettingValues(
      settings.merging(["command": [command], "timeout": ["10m"]]) { $1 },
      settings: ExecChannel.settings)
    let resolved = try await values.resolved { _, value in
      if case .reference = SettingReference.read(value) { resolve(value) } else { value }
    }
    let channel = try ExecChannel(settings: resolved)
    var services = Provider().services()
    services.timeout = timeout
    return try await Outcome.of { [services] in
      try await channel.deliver(message, with: services)
    }
  }

  /// Waits until a script has written a file.
  func wait(for name: String) async throws {
    for _ in 0..<3000 where !FileManager.default.fileExists(atPath: path(name)) {
      try await Task.sleep(for: .milliseconds(10))
    }
    try #require(FileManager.default.fileExists(atPath: path(name)))
  }

  /// Expects that the process whose id a script wrote has ended. A kill takes a moment.
  func expectGone(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let number = try read(name).trimmingCharacters(in: .newlines)
    let process = try #require(pid_t(number), sourceLocation: sourceLocation)
    for _ in 0..<500 where !Self.isGone(process) { try await Task.sleep(for: .milliseconds(10)) }
    #expect(Self.isGone(process), sourceLocation: sourceLocation)
    if !Self.isGone(process) { kill(process, SIGKILL) }
  }

  /// Whether a process has ended, even if nobody reaps it.
  static func isGone(_ process: pid_t) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let end = stat.lastIndex(of: ")")
    else { return true }
    return stat[end...].dropFirst(2).first == "Z"
  }
}
