import AWSClient
import CodeDeployNotifications
import CurlTransport
import Foundation
import NotificationStores
import TestSupport

/// A DynamoDB server of `Tests/Peers`, which runs as long as these tests do.
final class DynamoDBServer: Sendable, CustomStringConvertible {
  /// moto behind the local AWS, which verifies signatures, and ministack.
  static let all = [DynamoDBServer("moto", "aws"), DynamoDBServer("ministack", "second_dynamodb")]

  static let region = "eu-west-1"

  let description: String
  private let peer: LazyPeer
  /// The server handles one request after the other, and none may wait longer than a client's
  /// time-out. There are more places than the moves between two tables need.
  private let places = Places(4)

  private init(_ description: String, _ module: String) {
    self.description = description
    peer = LazyPeer(module)
  }

  /// A table of one test, and how it is reached.
  struct Table: Sendable {
    let name: String
    let caller: AWSCaller

    func store(
      retention: Duration = .seconds(90 * 86_400),
      through edit: (AWSCaller) -> AWSCaller = { $0 }
    ) -> DynamoDBStore {
      DynamoDBStore(
        table: name, region: DynamoDBServer.region, caller: edit(caller), retention: retention,
        random: { 0.2 })
    }

    /// Makes a call to DynamoDB and returns its raw answer.
    func call(_ operation: String, _ body: String) async throws -> String {
      let form = AWSCall.Form.json(
        version: "1.0", target: "DynamoDB_20120810.\(operation)", body: Array(body.utf8))
      let call = AWSCall(service: "dynamodb", region: DynamoDBServer.region, form: form)
      return String(decoding: try await caller.call(call), as: UTF8.self)
    }
  }

  func withTable(_ body: (Table) async throws -> Void) async throws {
    try await withCaller { caller in
      let name = "cdnotify-\(UUID().uuidString)"
      let setup = DynamoDBSetup(table: name, region: Self.region, caller: caller)
      _ = try await setup.create()
      try await body(Table(name: name, caller: caller))
    }
  }

  func withCaller(_ body: (AWSCaller) async throws -> Void) async throws {
    await places.take()
    do {
      try await call(body)
      await places.leave()
    } catch {
      await places.leave()
      throw error
    }
  }

  private func call(_ body: (AWSCaller) async throws -> Void) async throws {
    let environment = AWSEnvironment(
      variables: [
        "AWS_ENDPOINT_URL": try peer.endpoint(), "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE00000PEER",
        "AWS_SECRET_ACCESS_KEY": "peer-secret-key-0123456789abcdefghijklmn",
      ], homeDirectory: "/nonexistent")
    let configuration = CurlEngine.Configuration(userAgent: "cdnotify-tests")
    try await CurlEngine.withEngine(configuration: configuration) { engine in
      let accounts = AWSAccounts(environment: environment, http: engine.client())
      let caller = accounts.caller(for: AWSScope(region: Self.region))
      // A server copies a large table for each transaction, which takes long on a busy machine.
      try await body(
        AWSCaller { call in
          var patient = call
          patient.timeout = .seconds(120)
          return try await caller.call(patient)
        })
    }
  }
}

/// A server that is started when it is first needed. It ends with this process, which closes its
/// standard input.
private final class LazyPeer: @unchecked Sendable {
  private let module: String
  private let lock = NSLock()
  private var process: Process?
  private var address: String?

  init(_ module: String) { self.module = module }

  func endpoint() throws -> String {
    lock.lock()
    defer { lock.unlock() }
    if let address { return address }
    let process = Process()
    let output = Pipe()
    let python = ProcessInfo.processInfo.environment["CDNOTIFY_TEST_PYTHON"] ?? "/usr/bin/python3"
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = ["-m", module]
    process.currentDirectoryURL = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Peers")
    process.standardInput = Pipe()
    process.standardOutput = output
    try process.run()
    self.process = process
    struct Announcement: Decodable { var endpoint: String }
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let chunk = output.fileHandleForReading.availableData
      guard !chunk.isEmpty else { throw StoreFailure(.unreachable, "\(module) didn't start") }
      line += chunk
    }
    let announced = try JSONDecoder().decode(Announcement.self, from: line).endpoint
    address = announced
    return announced
  }
}
