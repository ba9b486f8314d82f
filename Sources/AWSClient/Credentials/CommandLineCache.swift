import CodeDeployNotifications
import Crypto
import Foundation

/// The role sessions that the AWS CLI caches in `~/.aws/cli/cache`. A profile with an `mfa_serial`
/// works for as long as the session that a person opened there lasts.
struct CommandLineCache: Sendable {
  var role: AssumeRole
  /// The `role_session_name` that the profile sets, if it does.
  var sessionName: String?
  /// The MFA device whose code was entered.
  var serialNumber: String

  /// The file's name: the SHA-1 of the request to STS, written as JSON the way Python does it
  /// (botocore's `BaseAssumeRoleCredentialFetcher._create_cache_key`).
  var key: String {
    var members = [
      ("DurationSeconds", role.duration.map(String.init)),
      ("ExternalId", role.externalID.map(Self.quoted)), ("RoleArn", Self.quoted(role.roleARN)),
      ("RoleSessionName", sessionName.map(Self.quoted)),
      ("SerialNumber", Self.quoted(serialNumber)),
    ]
    members.removeAll { $0.1 == nil }
    let json = members.map { "\"\($0.0)\": \($0.1 ?? "")" }.joined(separator: ", ")
    return Insecure.SHA1.hash(data: Data("{\(json)}".utf8)).hex
  }

  /// The session's keys, unless it has ended or there is none. Throws `AWSFailure` where the
  /// cache can't be read.
  func credentials(_ environment: AWSEnvironment) throws(AWSFailure) -> AWSCredentials? {
    let path = environment.homeDirectory + "/.aws/cli/cache/\(key).json"
    guard let bytes = try environment.read(path, as: "The AWS CLI's session in \(path)"),
      let file = try? ReceivedJSON.decode(File.self, from: bytes),
      let keys = try? file.credentials.credentials(
        needs: [.token, .expiration], source: "the AWS CLI's session of the role \(role.roleARN)"),
      let expiration = keys.expiration, expiration > environment.now()
    else { return nil }
    return keys
  }

  private struct File: Decodable {
    var credentials: CredentialDocument

    enum CodingKeys: String, CodingKey { case credentials = "Credentials" }
  }

  /// A text as `json.dumps` writes it: in ASCII.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for unit in text.utf16 {
      switch unit {
      case 0x22: quoted += "\\\""
      case 0x5C: quoted += "\\\\"
      case 0x20..<0x7F: quoted.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default:
        let digits = String(unit, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return quoted + "\""
  }
}
