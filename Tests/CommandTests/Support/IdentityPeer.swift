/// The servers of `Tests/Peers/identity`, which hand out credentials.
struct IdentityPeer: Sendable {
  let endpoint: String
  private let process: PeerProcess

  init() throws {
    process = try PeerProcess(module: "identity")
    endpoint = process.announcement["endpoint"].string ?? ""
  }

  /// A web identity token: `current`, `expired`, or `foreign`, of an issuer that nobody trusts.
  func token(_ name: String) -> String { process.announcement["tokens"][name].string ?? "" }

  /// The key that a session of `aws login` is bound to, as it stands in JSON.
  var loginKey: String {
    (process.announcement["login_key"].string ?? "").replacing("\n", with: "\\n")
  }

  /// What was asked so far.
  func requests() async throws -> [JSON] {
    try await PeerControl(base: endpoint + "/_peer/").call("GET", "requests")["requests"].array
  }
}
