import Foundation

/// The mail servers of `Tests/Peers/mail`: Exim, and one that does what it is told.
struct MailPeer: Sendable {
  /// Exim's ports, by STARTTLS and by TLS; 0 where Exim doesn't run.
  let port: Int
  let tlsPort: Int
  let username: String
  let password: String
  /// The port of the server that does what it is told.
  let scriptedPort: Int
  let caFile: String
  private let process: PeerProcess
  private let control: PeerControl

  /// Whether there is an Exim to test against, which a machine with another mail server lacks.
  static let hasExim = FileManager.default.isExecutableFile(atPath: "/usr/sbin/exim4")

  init() throws {
    process = try PeerProcess(module: "mail")
    let said = process.announcement
    port = said["smtp"].int ?? 0
    tlsPort = said["smtps"].int ?? 0
    username = said["username"].string ?? ""
    password = said["password"].string ?? ""
    scriptedPort = said["scripted"].int ?? 0
    caFile = said["ca_file"].string ?? ""
    control = PeerControl(base: (said["control"].string ?? "") + "/_mail/")
  }

  /// What is set for the command: the private CA, and the password that settings refer to.
  var variables: [String: String] { ["CURL_CA_BUNDLE": caFile, "SMTP_PASSWORD": password] }

  /// The beginning of a SPEC that sends through Exim with a login.
  var spec: String {
    "email,host=localhost,port=\(port),username=\(username),password=env:SMTP_PASSWORD,"
      + "from=Deploy Bot <ci@example.com>"
  }

  /// The same for the other server, in the clear.
  var scriptedSpec: String {
    "email,host=127.0.0.1,port=\(scriptedPort),security=none,from=ci@example.com"
  }

  /// What arrived, once there are that many.
  func messages(_ count: Int) async throws -> [JSON] {
    try await control.call("GET", "messages?count=\(count)&timeout=30")["messages"].array
  }

  /// What Exim says to recipients.
  func replies(_ replies: [String: String]) async throws {
    let data = try JSONEncoder().encode(replies)
    try await control.call("POST", "replies", String(decoding: data, as: UTF8.self))
  }

  /// What the other server does at a moment.
  func script(_ fields: String) async throws {
    try await control.call("POST", "script", "{\(fields)}")
  }

  func commands() async throws -> [String] {
    try await control.call("GET", "commands")["commands"].array.compactMap(\.string)
  }
}
