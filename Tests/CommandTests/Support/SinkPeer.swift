/// The providers of `Tests/Peers/sink`: a server that accepts anything, webhooks that verify their
/// signatures, and New Relic.
struct SinkPeer: Sendable {
  let url: String
  /// The same server by TLS, with a certificate of the private CA in `caFile`.
  let httpsURL: String
  let caFile: String
  private let process: PeerProcess
  private let control: PeerControl

  init() throws {
    process = try PeerProcess(module: "sink", arguments: ["--tls"])
    url = process.announcement["http"].string ?? ""
    httpsURL = process.announcement["https"].string ?? ""
    caFile = process.announcement["ca_file"].string ?? ""
    control = PeerControl(base: (process.announcement["control"].string ?? "") + "/_sink/")
  }

  func reset() async throws { try await control.call("POST", "reset") }

  func requests(_ path: String) async throws -> [JSON] {
    try await control.call("GET", "requests?path=\(path)")["requests"].array
  }

  /// Waits until a path has had that many requests.
  func wait(for count: Int, _ path: String) async throws {
    try await control.call("GET", "wait?path=\(path)&count=\(count)&timeout=30")
  }

  /// Clears the requests and New Relic's events.
  func forget() async throws {
    try await control.call("DELETE", "requests")
    try await control.call("DELETE", "newrelic")
  }

  /// The JSON bodies posted to a path.
  func bodies(_ path: String) async throws -> [JSON] {
    try await requests(path).map { try JSON($0["body"].string ?? "") }
  }

  /// Scripts the answers to the next requests to a path, or to one and its repetitions.
  func script(
    _ path: String, method: String? = nil, count: Int = -1, same: Bool = false, _ answer: String
  ) async throws {
    let only = method.map { #", "method": "\#($0)""# } ?? ""
    let script = #""path": "\#(path)", "count": \#(count), "same": \#(same)\#(only)"#
    try await control.call("POST", "script", #"{\#(script), "answer": {\#(answer)}}"#)
  }

  /// How many requests each script has answered.
  func scriptHits() async throws -> [Int] {
    try await control.call("GET", "script")["scripts"].array.compactMap { $0["used"].int }
  }

  func clearScripts() async throws { try await control.call("DELETE", "script") }

  func webhookSecret(_ path: String, _ secret: String) async throws {
    try await control.call(
      "POST", "webhook-secrets", #"{"path": "\#(path)", "secret": "\#(secret)"}"#)
  }

  func newRelic(_ json: String) async throws { try await control.call("POST", "newrelic", json) }

  func newRelicEvents() async throws -> [JSON] {
    try await control.call("GET", "newrelic")["events"].array
  }

  /// Configures a provider by its control path, such as `slack`.
  func set(_ provider: String, _ json: String) async throws {
    try await control.call("POST", provider, json)
  }

  /// A provider's state, by its control path.
  func state(_ provider: String) async throws -> JSON { try await control.call("GET", provider) }
}
