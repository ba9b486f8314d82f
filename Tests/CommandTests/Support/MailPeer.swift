import Foundation

/// The mail servers of `Tests/Peers/mail`: Exim, and a scripted one.
struct MailPeer: Sendable {
  /// Exim's ports, by STARTTLS and by TLS; 0 where Exim doesn't run.
  let port: Int
  let tlsPort: Int
  let username: String
  let password: String
  /// The port of the scripted server.
  let scriptedPort: Int
  let caFile: String
  private let process: PeerProcess
  private let control: PeerControl

  /// Whether Exim is installed. A machine with another mail server doesn't have it.
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

  /// The command's variables: the private CA, and the password that settings refer to.
  var variables: [String: String] { ["CURL_CA_BUNDLE": caFile, "SMTP_PASSWORD": password] }

  /// The beginning of a SPEC that sends through Exim with a login.
  var spec: String {
    "email,host=localhost,port=\(port),username=\(username),password=env:SMTP_PASSWORD,"
      + "from=Deploy Bot <ci@example.com>"
  }

  /// The same for the scripted server, without encryption.
  var scriptedSpec: String {
    "email,host=127.0.0.1,port=\(scriptedPort),security=none,from=ci@example.com"
  }

  /// The mails that arrived, once there are that many.
  func messages(_ count: Int) async throws -> [JSON] {
    try await control.call("GET", "messages?count=\(count)&timeout=30")["messages"].array
  }

  /// Sets Exim's replies about recipients.
  func replies(_ replies: [String: String]) async throws {
    let data = try JSONEncoder().encode(replies)
    try await control.call("POST", "replies", String(decoding: data, as: UTF8.self))
  }

  /// Scripts the other server.
  func script(_ fields: String) async throws {
    try await control.call("POST", "script", "{\(fields)}")
  }

  func commands() async throws -> [String] {
    try await control.call("GET", "commands")["commands"].array.compactMap(\.string)
  }
}
