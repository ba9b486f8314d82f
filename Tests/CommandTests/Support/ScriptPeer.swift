import Foundation

/// Runs the Python by which tests look into a store: in a fork of a process that has loaded what
/// such scripts import, since loading it takes longer than any of them.
struct ScriptPeer: Sendable {
  private let process: PeerProcess
  private let control: PeerControl

  private static let shared = Result { try ScriptPeer() }

  private init() throws {
    process = try PeerProcess(module: "scripts")
    control = PeerControl(base: process.announcement["url"].string ?? "")
  }

  private struct Script: Encodable {
    var script: String
    var environment: [String: String]
    var folder: String
  }

  /// Returns what the script printed. Throws what it wrote to standard error where it failed.
  static func run(
    _ script: String, environment: [String: String] = [:], folder: String
  ) async throws -> String {
    let script = Script(script: script, environment: environment, folder: folder)
    let body = String(decoding: try JSONEncoder().encode(script), as: UTF8.self)
    let answer = try await shared.get().control.call("POST", "", body)
    guard answer["status"].int == 0 else { throw PeerFailure(answer["error"].string ?? "") }
    return answer["output"].string ?? ""
  }
}
