import CodeDeployNotifications
import Foundation

extension CredentialProvider {
  /// A role of IAM Identity Center (AWS SSO), by the token that `aws sso login` left.
  static let identityCenter = CredentialProvider { context in
    guard let profile = try SSOProfile(context.profile) else {
      return .absent("IAM Identity Center: profile \(context.name) has no sso_account_id")
    }
    let tokens = SSOTokens(profile: profile, context: context)
    let token = try await tokens.token()
    let endpoint = try context.session.endpoint(service: "portal.sso", region: profile.region)
    let kept = KeptCredentials(
      "sso",
      [profile.startURL, profile.accountID, profile.roleName, token.revealed, endpoint.base],
      context.environment)
    do {
      return .found(
        try await kept.credentials { try await roleCredentials(profile, token, context) })
    } catch let failure as AWSFailure where failure.code == "UnauthorizedException" {
      throw tokens.loggedOut("its token isn't accepted")
    } catch var failure as AWSFailure where failure.code == "ForbiddenException" {
      failure.remedy =
        "Check sso_account_id and sso_role_name of the AWS profile \(context.name), and that the "
        + "user who logged in is assigned to that account with that permission set."
      throw failure
    }
  }

  /// https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
  private static func roleCredentials(
    _ profile: SSOProfile, _ token: Secret, _ context: CredentialContext
  ) async throws -> AWSCredentials {
    struct Answer: Decodable {
      struct Keys: Decodable {
        var accessKeyId: String
        var secretAccessKey: String
        var sessionToken: String
        /// In milliseconds since 1970.
        var expiration: Double
      }
      var roleCredentials: Keys
    }
    let call = AWSCall(
      service: "portal.sso", region: profile.region,
      form: .rest(path: "/federation/credentials", body: []))
    let query =
      "role_name=\(profile.roleName.percentEncoded)"
      + "&account_id=\(profile.accountID.percentEncoded)"
    let answer = try await context.api(secrets: [token]).answer(to: call) { endpoint in
      HTTPRequest(
        .get, "\(endpoint.base)/federation/credentials?\(query)",
        headers: [HTTPField("x-amz-sso_bearer_token", token.revealed)], timeout: call.timeout)
    }
    guard let keys = try? ReceivedJSON.decode(Answer.self, from: answer).roleCredentials,
      let expiration = WireTime.date(seconds: keys.expiration / 1000)
    else {
      throw AWSFailure(
        .nonsense,
        "The answer to sso GetRoleCredentials in \(profile.region) lacks credentials.")
    }
    let credentials = AWSCredentials(
      accessKeyID: keys.accessKeyId, secretAccessKey: Secret(keys.secretAccessKey),
      sessionToken: Secret(keys.sessionToken),
      expiration: expiration,
      source: "IAM Identity Center (profile \(context.name))")
    return try credentials.checked(
      KeyPlaces(in: "sso GetRoleCredentials", areAnswered: true))
  }
}
