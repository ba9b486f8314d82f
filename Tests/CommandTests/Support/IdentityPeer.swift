/// The servers of `Tests/Peers/identity`, which give out credentials.
struct IdentityPeer: Sendable {
  let endpoint: String
  private let process: PeerProcess

  init() throws {
    process = try PeerProcess(module: "identity")
    endpoint = process.announcement["endpoint"].string ?? ""
  }

  /// A web identity token: `current`, `expired`, or `foreign`, from an issuer that nobody trusts.
  func token(_ name: String) -> String { process.announcement["tokens"][name].string ?? "" }

  /// The key to which a session of `aws login` is bound, with JSON's escapes.
  var loginKey: String {
    (process.announcement["login_key"].string ?? "").replacing("\n", with: "\\n")
  }

  /// The requests so far.
  func requests() async throws -> [JSON] {
    try await PeerControl(base: endpoint + "/_peer/").call("GET", "requests")["requests"].array
  }
}
