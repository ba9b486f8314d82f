import AWSClient
import CodeDeployNotifications
import CurlTransport
import Foundation
import Testing

/// boto3 is the oracle: in every environment of the tables, the same key signs.
///
/// Known differences stand in no row: with both `AWS_PROFILE` and `AWS_DEFAULT_PROFILE` set, this
/// program has the AWS CLI's order; variables that are set to nothing count as unset; and white
/// space around a web identity token is none of it.
@Suite struct CredentialOracleTests {
  private static let table =
    CredentialRows.environment + CredentialRows.files + CredentialRows.roles
    + CredentialRows.webIdentities + CredentialRows.identityCenter + CredentialRows.programs
    + CredentialRows.logins + CredentialRows.containers + CredentialRows.instances

  @Test("credentials are those that boto3 finds")
  func agreesWithBoto3() async throws {
    #expect(Self.table.count >= 40)
    #expect(Set(Self.table.map(\.name)).count == Self.table.count)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("cdnotify-oracle-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let peer = try IdentityPeer()
    // Each has homes of its own, because renewing a token changes them.
    func rows(_ name: String) throws -> [SettledRow] {
      try Self.table.enumerated().map { index, row in
        let home = "\(folder)/\(name)/\(index)"
        try FileManager.default.createDirectory(
          atPath: home, withIntermediateDirectories: true)
        return try row.settled(in: home, peer)
      }
    }
    let (theirs, ours) = (try rows("boto3"), try rows("cdnotify"))
    async let oracle = Self.boto3(theirs)
    let found = try await Self.cdnotify(ours)
    for ((row, answer), finding) in zip(zip(Self.table, try await oracle), found) {
      let (outcome, detail) = (answer["outcome"].string ?? "", answer["detail"].string ?? "")
      #expect(
        outcome == finding.outcome,
        "\(row)\nboto3: \(outcome) \(detail)\ncdnotify: \(finding.outcome) \(finding.detail)")
      #expect(
        finding.outcome == row.expected, "\(row)\nboto3: \(outcome) \(detail)\n\(finding.detail)")
    }
  }

  private static func boto3(_ rows: [SettledRow]) async throws -> [JSON] {
    let run = try await Run.of(
      PeerProcess.python, ["-m", "identity.oracle"],
      environment: ["PATH": "/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED": "true"],
      folder: PeerProcess.root + "/Tests/Peers",
      input: String(decoding: JSONEncoder().encode(rows), as: UTF8.self))
    guard run.status == 0 else { throw PeerFailure(run.error) }
    return try run.json().array
  }

  private typealias Finding = (outcome: String, detail: String)

  private static func cdnotify(_ rows: [SettledRow]) async throws -> [Finding] {
    let configuration = CurlEngine.Configuration(userAgent: "cdnotify/test")
    return try await CurlEngine.withEngine(configuration: configuration) { engine in
      let client = engine.client()
      return await withTaskGroup(of: (Int, Finding).self) { group in
        for (index, row) in rows.enumerated() {
          group.addTask { (index, await finding(row, client)) }
        }
        var found: [Int: Finding] = [:]
        for await (index, finding) in group { found[index] = finding }
        return rows.indices.map { found[$0] ?? ("", "") }
      }
    }
  }

  /// Whose key signs a call of this program's own AWS client.
  private static func finding(_ row: SettledRow, _ client: HTTPClient) async -> Finding {
    let accounts = AWSAccounts(
      environment: AWSEnvironment(
        variables: row.environment, homeDirectory: row.home, sleep: { _ in }), http: client)
    do {
      let scope = AWSScope(
        region: try accounts.region(profile: row.profile) ?? "", profile: row.profile)
      let call = AWSCall(
        service: "sts", region: scope.region,
        form: .query(action: "GetCallerIdentity", version: "2011-06-15", parameters: []))
      let answer = String(decoding: try await accounts.caller(for: scope).call(call), as: UTF8.self)
      let id = answer.firstMatch(of: /<UserId>([^<]*)</).map { String($0.output.1) }
      return (id ?? "error", answer)
    } catch let failure as AWSFailure {
      let isNone = failure.description.hasPrefix("No AWS credentials were found.")
      return (isNone ? "none" : "error", failure.description)
    } catch {
      return ("error", "\(error)")
    }
  }
}
