import Foundation
import FoundationNetworking

/// A running server of `Tests/Peers`. It ends when its standard input does, so also when the tests
/// crash.
final class PeerProcess: Sendable {
  private let process: Process
  private let input: Pipe
  /// What it printed when it was ready.
  let announcement: JSON

  /// The folder of the repository.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The Python with the servers' dependencies; `make test` sets it.
  static let python =
    ProcessInfo.processInfo.environment["CDNOTIFY_TEST_PYTHON"] ?? "/usr/bin/python3"

  init(module: String, arguments: [String] = []) throws {
    let process = Process()
    let input = Pipe()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: Self.python)
    process.arguments = ["-m", module] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: Self.root + "/Tests/Peers")
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    self.process = process
    self.input = input

    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let chunk = output.fileHandleForReading.availableData
      guard !chunk.isEmpty else { throw PeerFailure("the peer \(module) didn't start") }
      line += chunk
    }
    announcement = try JSON(String(decoding: line, as: UTF8.self))
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.terminate()
  }
}

struct PeerFailure: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

/// A client of a peer's control API.
struct PeerControl: Sendable {
  let base: String

  @discardableResult
  func call(_ method: String, _ path: String, _ body: String = "{}") async throws -> JSON {
    guard let url = URL(string: base + path) else { throw PeerFailure("no URL: \(path)") }
    var request = URLRequest(url: url, timeoutInterval: 60)
    request.httpMethod = method
    if method != "GET" {
      request.httpBody = Data(body.utf8)
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    }
    let (data, response) = try await URLSession.shared.data(for: request)
    let text = String(decoding: data, as: UTF8.self)
    guard let status = (response as? HTTPURLResponse)?.statusCode, status < 300 else {
      throw PeerFailure("\(method) \(path): \(text)")
    }
    return try JSON(text)
  }
}
