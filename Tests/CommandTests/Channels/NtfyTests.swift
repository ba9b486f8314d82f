import Foundation
import Testing

/// `contrib/exec/ntfy`, the model for your own commands, with bad input and failing servers.
@Suite struct NtfyTests {
  @Test(
    "Whatever the command is given, it ends with a sentence and no traceback",
    arguments: [
      ("http://h:99999 topic", #"{"event": "failed"}"#, 1, "http://h:99999 is not an address"),
      ("http:// topic", #"{"event": "failed"}"#, 1, "http:// is not an address"),
      ("http://h/€ topic", #"{"event": "failed"}"#, 1, "http://h/\\u20ac is not an address"),
      ("http://[ topic", #"{"event": "failed"}"#, 1, "http://[ is not an address"),
      (
        "file:///etc/passwd topic", #"{"event": "failed"}"#, 1,
        "file:///etc/passwd is not an address"
      ),
      ("http://127.0.0.1:9 topic", #"{"event": "failed"}"#, 75, "http://127.0.0.1:9 gave no"),
      ("http://127.0.0.1:9 topic /", #"{"event": "failed"}"#, 1, "the token can't be read from /"),
      ("http://127.0.0.1:9", #"{"event": "failed"}"#, 1, "args must be the server's address"),
      ("http://127.0.0.1:9 topic", "", 1, "standard input is not cdnotify's JSON"),
      ("http://127.0.0.1:9 topic", "[]", 1, "standard input is not cdnotify's JSON"),
      ("http://127.0.0.1:9 topic", #"{"event": null}"#, 1, "standard input is not cdnotify's"),
      (
        "http://127.0.0.1:9 topic", String(repeating: "[", count: 100_000), 1,
        "standard input is not cdnotify's JSON"
      ),
      ("http://127.0.0.1:9 topic", #"{"event": "\ud800", "rollback": 1}"#, 75, "http://127"),
      ("http://127.0.0.1:9 topic <&-", "", 1, "standard input is not cdnotify's JSON"),
      ("http://127.0.0.1:9 topic >&-", #"{"event": "failed"}"#, 75, "http://127.0.0.1:9 gave"),
      ("http://127.0.0.1:9 topic 2>&-", #"{"event": "failed"}"#, 75, ""),
      ("http://127.0.0.1:9 topic 2>/dev/full", #"{"event": "failed"}"#, 75, ""),
    ] as [(String, String, Int32, String)])
  func trouble(
    arguments: String, input: String, status: Int32, says: String
  ) async throws {
    let script = PeerProcess.root + "/contrib/exec/ntfy"
    let run = try await Run.of(
      "/bin/bash", ["-c", "exec \(script) \(arguments)"],
      environment: ["PATH": "/usr/bin:/bin"], folder: "/", input: input)
    #expect(run.status == status, "\(run.error)")
    #expect(run.error.hasPrefix(says), "\(run.error)")
    #expect(run.error.split(separator: "\n").count == (says.isEmpty ? 0 : 1), "\(run.error)")
    #expect(run.output == "")
  }
}
