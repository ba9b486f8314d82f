import Foundation

/// Where a program is on this host.
package enum ProgramSearch {
  /// The path of a command's program; `nil` where there is no executable one. A command with a slash
  /// is a path already.
  /// - Parameter path: The folders to look in, in order, separated by colons.
  package static func program(_ command: String, path: String) -> String? {
    let places =
      command.contains("/") ? [command] : path.split(separator: ":").map { "\($0)/\(command)" }
    return places.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
