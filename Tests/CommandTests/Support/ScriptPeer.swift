import Foundation

/// Runs Python scripts that look into a store, in forks of a process that has already imported
/// their modules: the imports take longer than any of the scripts.
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

  /// Returns the script's output. Throws its standard error if it failed.
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
