/// The local AWS of `Tests/Peers/aws`.
struct AWSPeer: Sendable {
  static let accessKey = "AKIDEXAMPLE00000PEER"
  static let secretKey = "peer-secret-key-0123456789abcdefghijklmn"

  let endpoint: String
  private let process: PeerProcess
  private let control: PeerControl

  init() throws {
    process = try PeerProcess(module: "aws")
    endpoint = process.announcement["endpoint"].string ?? ""
    control = PeerControl(base: endpoint + "/_peer/")
  }

  func reset() async throws { try await control.call("POST", "reset") }

  func settings(_ json: String) async throws { try await control.call("POST", "settings", json) }

  func applications(
    _ names: [String], groups: [String] = ["prod"], region: String = "us-east-1"
  ) async throws {
    try await control.call(
      "POST", "applications",
      #"{"names": \#(names), "groups": \#(groups), "region": "\#(region)"}"#)
  }

  /// Creates deployments and returns their ids. `fields` are the control API's, without braces.
  @discardableResult
  func deploy(_ application: String, _ fields: String = "") async throws -> [String] {
    let more = fields.isEmpty ? "" : ", " + fields
    return try await control.call(
      "POST", "deployments", #"{"application": "\#(application)"\#(more)}"#
    )["ids"].array.compactMap(\.string)
  }

  func change(_ id: String, _ fields: String) async throws {
    try await control.call("PATCH", "deployments/\(id)", "{\(fields)}")
  }

  func remove(_ id: String) async throws { try await control.call("DELETE", "deployments/\(id)") }

  func topic(_ name: String) async throws -> String {
    try await control.call("POST", "topics", #"{"name": "\#(name)"}"#)["topic_arn"].string ?? ""
  }

  func published(to topic: String) async throws -> [JSON] {
    try await control.call("GET", "sns?topic_arn=\(topic)")["messages"].array
  }

  /// Puts a value into the Parameter Store, encrypted.
  func parameter(_ name: String, _ value: String) async throws {
    try await control.call("POST", "parameters", #"{"name": "\#(name)", "value": "\#(value)"}"#)
  }

  /// Puts a value, with JSON's escapes, into Secrets Manager, and returns the secret's ARN.
  @discardableResult
  func secret(
    _ name: String, _ value: String, region: String = "us-east-1"
  ) async throws -> String {
    try await control.call(
      "POST", "secrets", #"{"name": "\#(name)", "value": "\#(value)", "region": "\#(region)"}"#
    )["arn"].string ?? ""
  }

  /// Verifies a domain as a sender of mail.
  func identity(domain: String) async throws {
    try await control.call("POST", "identities", #"{"domain": "\#(domain)"}"#)
  }

  /// The requests for mails that SES accepted.
  func mails() async throws -> [JSON] {
    try await control.call("GET", "ses")["messages"].array.map { $0["input"] }
  }

  /// Puts an event of `CreateDeployment` into CloudTrail. `fields` are the control API's.
  func trail(_ fields: String) async throws {
    try await control.call("POST", "trail", "{\(fields)}")
  }

  func fault(_ json: String) async throws { try await control.call("POST", "faults", json) }
  func clearFaults() async throws { try await control.call("DELETE", "faults") }

  func deny(_ json: String) async throws { try await control.call("POST", "deny", json) }

  func role(_ json: String) async throws { try await control.call("POST", "roles", json) }

  func credentials(_ json: String) async throws {
    try await control.call("POST", "credentials", json)
  }

  /// The recorded requests that match a query, such as `service=sns&operation=Publish`.
  func requests(_ query: String = "") async throws -> [JSON] {
    try await control.call("GET", "requests?\(query)")["requests"].array
  }

  func forgetPublished() async throws { try await control.call("DELETE", "sns") }

  func forgetRequests() async throws { try await control.call("DELETE", "requests") }

  /// How many requests the faults have hit.
  func faultHits() async throws -> Int {
    try await control.call("GET", "faults")["faults"].array.compactMap { $0["hits"].int }.reduce(
      0, +)
  }

  /// CodeDeploy's operations since the last call.
  func takeOperations() async throws -> [String] {
    let requests = try await control.call("GET", "requests?service=codedeploy")["requests"].array
    try await control.call("DELETE", "requests")
    return requests.compactMap { $0["operation"].string }
  }
}
