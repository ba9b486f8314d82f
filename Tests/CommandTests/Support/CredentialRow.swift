import Foundation

/// An environment in which credentials are looked for, and whose key is expected.
///
/// In all texts `{peer}` is the address of the peer that gives out credentials and `{port}` its
/// port, `{home}` the home directory, `{past}`, `{minute}`, `{soon}` and `{later}` times,
/// `{current}`, `{expired}` and `{foreign}` web identity tokens, and `{loginkey}` the key of `aws
/// login`.
struct CredentialRow: Sendable {
  var name: String
  /// The id of the key that signs, `none` where there is none, or `error`.
  var expected: String
  var variables: [String: String] = [:]
  /// The requested profile.
  var profile = ""
  var config: String?
  var credentials: String?
  /// More files, by their paths in the home directory.
  var files: [String: String] = [:]

  init(
    _ name: String, _ expected: String, _ variables: [String: String] = [:], profile: String = "",
    config: String? = nil, credentials: String? = nil, files: [String: String] = [:]
  ) {
    self.name = name
    self.expected = expected
    self.variables = variables
    self.profile = profile
    self.config = config
    self.credentials = credentials
    self.files = files
  }

  /// The row with its texts filled in, in a home directory of its own, whose files this writes.
  func settled(in home: String, _ peer: IdentityPeer) throws -> SettledRow {
    let now = Date()
    func time(_ seconds: TimeInterval) -> String { (now + seconds).formatted(.iso8601) }
    let values = [
      "peer": peer.endpoint, "port": String(peer.endpoint.split(separator: ":").last ?? ""),
      "home": home, "past": time(-3600), "minute": time(60), "soon": time(300),
      "later": time(8 * 3600),
      "current": peer.token("current"), "expired": peer.token("expired"),
      "foreign": peer.token("foreign"), "loginkey": peer.loginKey,
    ]
    func filled(_ text: String) -> String {
      values.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
    }
    var all = files
    all[".aws/config"] = config
    all[".aws/credentials"] = credentials
    for (path, text) in all {
      let url = URL(fileURLWithPath: "\(home)/\(path)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try filled(text).write(to: url, atomically: true, encoding: .utf8)
    }
    let usual = [
      "PATH": "/usr/bin:/bin", "HOME": home, "AWS_ENDPOINT_URL": peer.endpoint,
      "AWS_DEFAULT_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1",
      "AWS_EC2_METADATA_DISABLED": "true",
    ]
    return SettledRow(
      home: home, environment: usual.merging(variables.mapValues(filled)) { $1 }, profile: profile)
  }
}

/// A row as a program gets it.
struct SettledRow: Sendable, Encodable {
  var home: String
  var environment: [String: String]
  var profile: String
}
