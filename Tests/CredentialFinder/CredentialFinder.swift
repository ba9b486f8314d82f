import AWSClient
import CodeDeployNotifications
import CurlTransport
import Foundation

/// The counterpart of `identity.oracle` in `Tests/Peers`: reads environments as JSON from standard
/// input, and prints for each whose key signs a call of this program's own AWS client.
@main
struct CredentialFinder {
  static func main() async throws {
    let rows = try JSONDecoder().decode(
      [Row].self, from: FileHandle.standardInput.readToEnd() ?? Data())
    let configuration = CurlEngine.Configuration(userAgent: "cdnotify/test")
    let findings = try await CurlEngine.withEngine(configuration: configuration) { engine in
      let client = engine.client()
      return await withTaskGroup(of: (Int, Finding).self) { group in
        for (index, row) in rows.enumerated() {
          group.addTask { (index, await finding(row, client)) }
        }
        var found: [Int: Finding] = [:]
        for await (index, finding) in group { found[index] = finding }
        return rows.indices.compactMap { found[$0] }
      }
    }
    try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(findings))
  }

  private static func finding(_ row: Row, _ client: HTTPClient) async -> Finding {
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
      return Finding(outcome: id ?? "error", detail: answer)
    } catch let failure as AWSFailure {
      let isNone = failure.description.hasPrefix("No AWS credentials were found.")
      return Finding(outcome: isNone ? "none" : "error", detail: failure.description)
    } catch {
      return Finding(outcome: "error", detail: "\(error)")
    }
  }
}

/// An environment in which credentials are looked for.
private struct Row: Decodable {
  var home: String
  var environment: [String: String]
  var profile: String
}

/// Whose key signs (`none` for no key, `error` where that is unknown), and the answer.
private struct Finding: Encodable {
  var outcome: String
  var detail: String
}
