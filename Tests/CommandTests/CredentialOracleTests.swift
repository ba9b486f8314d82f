import Foundation
import Testing

/// boto3 is the oracle: in every environment of the tables, the same key has to sign.
///
/// Known differences are in no row. With both `AWS_PROFILE` and `AWS_DEFAULT_PROFILE` set, this
/// program follows the AWS CLI's order. Empty variables count as unset. White space around a web
/// identity token is ignored.
@Suite struct CredentialOracleTests {
  private static let table =
    CredentialRows.environment + CredentialRows.files + CredentialRows.roles
    + CredentialRows.webIdentities + CredentialRows.identityCenter + CredentialRows.programs
    + CredentialRows.logins + CredentialRows.containers + CredentialRows.instances

  @Test("Credentials are those that boto3 finds")
  func agreesWithBoto3() async throws {
    #expect(Self.table.count >= 40)
    #expect(Set(Self.table.map(\.name)).count == Self.table.count)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("cdnotify-oracle-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let peer = try IdentityPeer()
    // Each row has a home of its own, because renewing a token changes it.
    func rows(_ name: String) throws -> [SettledRow] {
      try Self.table.enumerated().map { index, row in
        let home = "\(folder)/\(name)/\(index)"
        try FileManager.default.createDirectory(
          atPath: home, withIntermediateDirectories: true)
        return try row.settled(in: home, peer)
      }
    }
    let (theirs, ours) = (try rows("boto3"), try rows("cdnotify"))
    // One after the other: instance metadata has to answer within a second.
    let oracle = try await Self.boto3(theirs)
    let found = try await Self.cdnotify(ours)
    #expect(found.count == Self.table.count)
    for ((row, theirs), ours) in zip(zip(Self.table, oracle), found) {
      let (outcome, detail) = (theirs["outcome"].string ?? "", theirs["detail"].string ?? "")
      let finding = (outcome: ours["outcome"].string ?? "", detail: ours["detail"].string ?? "")
      #expect(
        outcome == finding.outcome,
        "\(row)\nboto3: \(outcome) \(detail)\ncdnotify: \(finding.outcome) \(finding.detail)")
      #expect(
        finding.outcome == row.expected, "\(row)\nboto3: \(outcome) \(detail)\n\(finding.detail)")
    }
  }

  private static func boto3(_ rows: [SettledRow]) async throws -> [JSON] {
    try await answers(
      of: PeerProcess.python, ["-m", "identity.oracle"], to: rows,
      environment: ["PATH": "/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED": "true"])
  }

  /// What this program's own AWS client finds, in a process of its own: the command's tests don't
  /// import the program's modules.
  private static func cdnotify(_ rows: [SettledRow]) async throws -> [JSON] {
    try await answers(of: Run.builtProgram("CredentialFinder"), [], to: rows, environment: [:])
  }

  private static func answers(
    of program: String, _ arguments: [String], to rows: [SettledRow], environment: [String: String]
  ) async throws -> [JSON] {
    let run = try await Run.of(
      program, arguments, environment: environment, folder: PeerProcess.root + "/Tests/Peers",
      input: String(decoding: JSONEncoder().encode(rows), as: UTF8.self))
    guard run.status == 0 else { throw PeerFailure(run.error) }
    return try run.json().array
  }
}
