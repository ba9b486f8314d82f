import Foundation

/// A small disk that only this test sees: a tmpfs in a mount namespace, which ends with the process
/// that holds it.
final class Disk: Sendable {
  private let process: Process
  private let input: Pipe
  private let kibibytes: Int
  /// The world on that disk.
  let world: World

  /// Users other than root get a user namespace, where the system permits it.
  private static let namespace = (geteuid() == 0 ? [] : ["--map-root-user"]) + ["--mount"]

  /// Whether this user may mount a file system.
  static let isAvailable: Bool = {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    process.arguments = namespace + ["sh", "-c", "mount -t tmpfs tmpfs /mnt && echo mounted"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    return !output.fileHandleForReading.availableData.isEmpty
  }()

  init(_ outside: World, kibibytes: Int) throws {
    let folder = outside.path("disk")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    // A folder that others can write isn't accepted for a store.
    let script =
      "mount -t tmpfs -o size=\(kibibytes)k,mode=700 tmpfs '\(folder)' && echo ready && exec cat"
    process.arguments = Self.namespace + ["sh", "-c", script]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    self.process = process
    self.input = input
    self.kibibytes = kibibytes
    var inside = outside
    inside.home = folder
    let entry = ["/usr/bin/nsenter", "--target", "\(process.processIdentifier)", "--mount"]
    // nsenter itself would change to the folder outside of the namespace.
    inside.runner =
      entry + (geteuid() == 0 ? [] : ["--user", "--preserve-credentials"])
      + ["/bin/sh", "-c", "cd '\(folder)' && exec \"$@\"", "sh"]
    world = inside
    guard !output.fileHandleForReading.availableData.isEmpty else {
      throw PeerFailure("no disk can be mounted at \(folder)")
    }
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.terminate()
  }

  /// Fills the disk except for that many pages of 4 KiB.
  func fill(leaving pages: Int) async throws {
    try await world.python(
      """
      import os
      filler = os.open("filler", os.O_WRONLY | os.O_CREAT)
      size = 0
      try:
        while size < \(kibibytes) * 1024: size += os.write(filler, bytes(4096))
      except OSError: pass
      os.truncate(filler, max(0, size - \(pages) * 4096))
      """)
  }

  func clear() async throws { try await world.python("import os; os.remove('filler')") }

  /// Makes it read-only, or writable again.
  func remount(_ mode: String) async throws {
    let command = world.runner + ["mount", "-o", "remount,\(mode)", world.home]
    let run = try await Run.of(
      command[0], Array(command.dropFirst()),
      environment: ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin"],
      folder: "/")
    guard run.status == 0 else { throw PeerFailure(run.error) }
  }
}
