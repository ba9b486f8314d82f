import Foundation
import TestSupport

/// A machine for the built program: a home of its own, an AWS and providers on loopback.
struct World: Sendable {
  let aws: AWSPeer
  let sink: SinkPeer
  /// A folder for this test alone; also `HOME`.
  var home: String
  /// A prefix for command lines; empty for none.
  var runner: [String] = []
  /// The command that was built, or a copy of it.
  var command = Run.builtCommand
  /// The table of the store; `nil` for the file `store.db` in the home.
  var table: Table?
  /// Whether a command knows what earlier ones have reported. If not, each reports all of its
  /// problems.
  var remembersTroubles = false

  static let apiKey = "NRAK-PEERPEERPEERPEERPEERPEERPEE"

  /// Runs `body` in a fresh world and removes it afterwards.
  static func with(_ body: (World) async throws -> Void) async throws {
    let peers = try await PeerPool.shared.take()
    let home = FileManager.default.temporaryDirectory
      .appendingPathComponent("cdnotify-tests-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: home) }
    do {
      try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
      try await body(World(aws: peers.aws, sink: peers.sink, home: home))
      try await peers.aws.reset()
      try await peers.sink.reset()
    } catch {
      // Peers of an unfinished test may be in any state, so they aren't used again.
      await PeerPool.shared.putBack(nil)
      throw error
    }
    await PeerPool.shared.putBack(peers)
  }

  /// The environment of a well configured cron job.
  var environment: [String: String] {
    [
      "PATH": "/usr/bin:/bin", "HOME": home, "CDNOTIFY_STORE": table?.store ?? path("store.db"),
      "AWS_ENDPOINT_URL_DYNAMODB": table?.endpoint ?? "",
      "AWS_ENDPOINT_URL": aws.endpoint, "AWS_REGION": "us-east-1",
      "AWS_ACCESS_KEY_ID": AWSPeer.accessKey, "AWS_SECRET_ACCESS_KEY": AWSPeer.secretKey,
      "NEW_RELIC_API_KEY": Self.apiKey, "GITHUB_API_URL": sink.url + "/api/v3",
      // No test asks the network whether this is an EC2 instance.
      "AWS_EC2_METADATA_DISABLED": "true",
      // Every command reads its credentials itself, except in tests about caching them.
      "CDNOTIFY_CREDENTIAL_CACHE": "off",
    ].filter { !$0.value.isEmpty }
  }

  func path(_ name: String) -> String { home + "/" + name }

  func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    return path(name)
  }

  /// Changes the store behind the program's back, as time or an older version would.
  func sql(_ statement: String) async throws {
    let script = "import os, sqlite3; sqlite3.connect('store.db').executescript(os.environ['SQL'])"
    _ = try await ScriptPeer.run(script, environment: ["SQL": statement], folder: home)
  }

  /// Runs the built command. `changes` sets or, with an empty value, unsets variables.
  @discardableResult
  func cdnotify(
    _ arguments: String..., input: String = "", changes: [String: String] = [:]
  ) async throws -> Run {
    try await cdnotify(arguments, input: input, changes: changes)
  }

  @discardableResult
  func cdnotify(
    _ arguments: [String], input: String = "", changes: [String: String] = [:]
  ) async throws -> Run {
    try await start(arguments, input: input, changes: changes).end()
  }

  /// Starts the built command without waiting for its end.
  func start(
    _ arguments: [String], input: String = "", changes: [String: String] = [:]
  ) throws -> RunningCommand {
    if !remembersTroubles {
      for name in ["store.db.troubles", ".local/state/cdnotify"] {
        try? FileManager.default.removeItem(atPath: path(name))
      }
    }
    let environment = environment.merging(changes) { _, new in new }.filter { !$0.value.isEmpty }
    let command = runner + [self.command] + arguments
    return try RunningCommand(
      command[0], Array(command.dropFirst()), environment: environment, folder: home, input: input)
  }
}

/// Running peers that aren't in use, so that most tests needn't start any. Their number is limited
/// for small machines.
actor PeerPool {
  struct Peers: Sendable {
    let aws: AWSPeer
    let sink: SinkPeer
  }

  static let shared = PeerPool()

  // Most of these tests wait for a deadline, a retry or a disk, so more of them than there are cores.
  private let places = Places(8)
  private var idle: [Peers] = []

  func take() async throws -> Peers {
    await places.take()
    do {
      if let peers = idle.popLast() { return peers }
      return Peers(aws: try AWSPeer(), sink: try SinkPeer())
    } catch {
      await places.leave()
      throw error
    }
  }

  /// Returns a place; `nil` for peers that are not to be used again.
  func putBack(_ peers: Peers?) async {
    if let peers { idle.append(peers) }
    await places.leave()
  }
}
