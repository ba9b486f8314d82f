import CodeDeployNotifications
import Crypto
import Foundation

/// The token that `aws sso login` leaves in the AWS CLI's cache, with what is needed to renew it.
struct SSOToken: Sendable, Codable {
  var startUrl: String?
  var region: String?
  var accessToken: String
  var expiresAt: String
  var clientId: String?
  var clientSecret: String?
  var registrationExpiresAt: String?
  var refreshToken: String?

  var expiration: Date? { WireTime.iso8601(expiresAt) }

  /// In seconds. A token that expires sooner is renewed while it is still valid
  /// (`_REFRESH_WINDOW`).
  static let window: TimeInterval = 15 * 60

  /// Where the CLI stores the token: under the SHA-1 of the session's name or of the start URL.
  static func path(_ profile: SSOProfile, _ environment: AWSEnvironment) -> String {
    let name = profile.session ?? profile.startURL
    let digest = Insecure.SHA1.hash(data: Data(name.utf8)).hex
    return environment.homeDirectory + "/.aws/sso/cache/\(digest).json"
  }

  /// Whether the client registration that the token belongs to is there and still valid.
  func canBeRenewed(at now: Date) -> Bool {
    guard refreshToken != nil, clientId != nil, clientSecret != nil,
      let end = registrationExpiresAt.flatMap(WireTime.iso8601)
    else { return false }
    return end > now
  }
}

/// The AWS CLI's token cache: reads it, and renews tokens that are about to expire (botocore's
/// `SSOTokenProvider`).
struct SSOTokens: Sendable {
  var profile: SSOProfile
  var context: CredentialContext

  private var environment: AWSEnvironment { context.environment }

  /// A token that is valid now. Throws `AWSFailure` that tells the user to log in where there is
  /// none.
  func token() async throws -> Secret {
    let path = SSOToken.path(profile, environment)
    let cached = try read(path)
    let now = environment.now()
    guard let expiration = cached.expiration else {
      throw loggedOut("the token in \(path) has no expiration time")
    }
    // Only the form with a session has a client registration, which a renewal needs.
    if profile.session != nil, expiration.timeIntervalSince(now) < SSOToken.window,
      cached.canBeRenewed(at: now)
    {
      do {
        let renewed = try await renew(cached)
        try save(renewed, path)
        return Secret(renewed.accessToken)
      } catch let failure as AWSFailure where failure.kind != .noCredentials {
        if expiration > now { return Secret(cached.accessToken) }
        if let other = try await renewedByAnother(than: cached, path) { return other }
        guard failure.meansNo else { throw failure }
        throw loggedOut(
          "its token expired, and renewing it failed: \(failure.description.asClause)")
      }
    }
    guard expiration > now else {
      throw loggedOut("its token expired at \(expiration.formatted(.iso8601))")
    }
    return Secret(cached.accessToken)
  }

  /// A refresh token can be used only once. Where another profile of the session or the AWS CLI
  /// renewed at the same time, the one that lost finds the other's token in the cache.
  private func renewedByAnother(than cached: SSOToken, _ path: String) async throws -> Secret? {
    try await environment.sleep(.seconds(1))
    guard let token = try? read(path), token.accessToken != cached.accessToken,
      let expiration = token.expiration, expiration > environment.now()
    else { return nil }
    return Secret(token.accessToken)
  }

  private func read(_ path: String) throws -> SSOToken {
    guard let bytes = try environment.read(path, as: "The AWS CLI's token in \(path)") else {
      throw loggedOut("there is no \(path)")
    }
    guard let token = try? ReceivedJSON.decode(SSOToken.self, from: bytes),
      !token.accessToken.isEmpty
    else { throw loggedOut("there is no token in \(path)") }
    if let fault = AWSCredentials.fault(in: token.accessToken) {
      throw loggedOut("the token in \(path) \(fault), which no token has")
    }
    return token
  }

  private struct Renewal: Decodable {
    var accessToken: String
    var expiresIn: Double
    var refreshToken: String?
  }

  /// https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
  private func renew(_ token: SSOToken) async throws -> SSOToken {
    let input = [
      "grantType": "refresh_token", "clientId": token.clientId ?? "",
      "clientSecret": token.clientSecret ?? "", "refreshToken": token.refreshToken ?? "",
    ]
    let call = AWSCall(
      service: "oidc", region: profile.region,
      form: .rest(path: "/token", body: [UInt8](try JSONEncoder().encode(input))))
    let secrets = [token.clientSecret, token.refreshToken].compactMap { $0.map(Secret.init) }
    let answer = try await context.api(secrets: secrets).answer(to: call)
    guard let renewal = try? ReceivedJSON.decode(Renewal.self, from: answer),
      !renewal.accessToken.isEmpty, AWSCredentials.fault(in: renewal.accessToken) == nil,
      let end = WireTime.date(
        seconds: (environment.now().timeIntervalSince1970 + renewal.expiresIn).rounded(.down))
    else {
      throw AWSFailure(
        .nonsense, "The answer to oidc CreateToken in \(profile.region) has no valid token.")
    }
    var renewed = token
    renewed.startUrl = profile.startURL
    renewed.region = profile.region
    renewed.accessToken = renewal.accessToken
    renewed.expiresAt = end.formatted(.iso8601)
    renewed.refreshToken = renewal.refreshToken
    return renewed
  }

  /// Stores the new token. The old refresh token has been used, so without the new one the next run
  /// and the AWS CLI would have to log in.
  private func save(_ token: SSOToken, _ path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      try environment.replaceFile(path, [UInt8](encoder.encode(token)))
    } catch {
      throw AWSFailure(
        .noCredentials, "The renewed token can't be written to \(path), the AWS CLI's cache.",
        remedy: "Let this user write there, and run \(login).")
    }
  }

  /// The command for the user to run.
  private var login: String {
    if let session = profile.session {
      return "aws sso login --sso-session \(session.inSentence())"
    }
    return "aws sso login --profile \(context.name.inSentence())"
  }

  /// The failure that says that nobody is logged in, and why it seems so.
  func loggedOut(_ why: String) -> AWSFailure {
    AWSFailure(
      .noCredentials,
      "The AWS profile \(context.name) isn't logged in to IAM Identity Center: \(why).",
      remedy: "Run \"\(login)\".")
  }
}

extension AWSFailure {
  /// Whether AWS rejected the request, rather than having trouble that may pass.
  var meansNo: Bool {
    switch kind {
    case .refused, .accessDenied, .credentialsRefused, .noCredentials: true
    case .throttled, .clockOff, .unreachable, .nonsense, .serviceFault: false
    }
  }
}
