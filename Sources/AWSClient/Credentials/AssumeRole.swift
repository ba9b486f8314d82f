import CodeDeployNotifications
import Foundation

/// STS `AssumeRole` and `AssumeRoleWithWebIdentity`: short-term keys for a role.
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
struct AssumeRole: Sendable {
  var roleARN: String
  var externalID: String?
  /// The name of the role's sessions in CloudTrail.
  var sessionName = "cdnotify"
  /// How long the keys last, in seconds; STS' default is an hour.
  var duration: Int?
  /// An identity provider's token, where the token and not a key authenticates the caller.
  var webIdentityToken: Secret?

  /// Everything that the keys depend on, to tell cached ones apart.
  func ingredients(for source: AWSCredentials?, at endpoint: AWSEndpoint) -> [String?] {
    [
      roleARN, externalID, sessionName, duration.map(String.init), webIdentityToken?.revealed,
      source?.accessKeyID, source?.secretAccessKey.revealed, endpoint.base,
    ]
  }

  func credentials(region: String, caller: AWSCaller) async throws -> AWSCredentials {
    let action = webIdentityToken == nil ? "AssumeRole" : "AssumeRoleWithWebIdentity"
    var parameters = [("RoleArn", roleARN), ("RoleSessionName", sessionName)]
    if let externalID, !externalID.isEmpty { parameters.append(("ExternalId", externalID)) }
    if let duration { parameters.append(("DurationSeconds", String(duration))) }
    if let webIdentityToken {
      parameters.append(("WebIdentityToken", webIdentityToken.revealed))
    }
    let answer = try await caller.call(
      AWSCall(
        service: "sts", region: region,
        form: .query(action: action, version: "2011-06-15", parameters: parameters)))
    let keys = XMLNode.parse(answer)?.child("\(action)Result")?.child("Credentials")
    guard let id = keys?.child("AccessKeyId")?.trimmedText, !id.isEmpty,
      let secret = keys?.child("SecretAccessKey")?.trimmedText, !secret.isEmpty,
      let token = keys?.child("SessionToken")?.trimmedText, !token.isEmpty,
      let expiration = keys?.child("Expiration").flatMap({ WireTime.iso8601($0.trimmedText) })
    else {
      throw AWSFailure(
        .nonsense, "The answer to sts \(action) for \(roleARN) in \(region) lacks credentials.")
    }
    let credentials = AWSCredentials(
      accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: Secret(token),
      expiration: expiration, source: "the role \(roleARN)")
    return try credentials.checked(
      KeyPlaces(
        id: "The AccessKeyId of sts \(action)", secret: "The SecretAccessKey of sts \(action)",
        token: "The SessionToken of sts \(action)", areAnswered: true))
  }
}
