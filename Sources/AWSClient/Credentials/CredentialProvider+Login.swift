import CodeDeployNotifications
import Crypto
import Foundation

extension CredentialProvider {
  /// A profile's `login_session`: the keys of a console session, which `aws login` left in the AWS
  /// CLI's cache (botocore's `LoginProvider`).
  static let login = CredentialProvider { context in
    guard let session = context.profile.settings.text("login_session") else {
      return .absent("login: profile \(context.name) has no login_session")
    }
    return .found(try await LoginSession(name: session, context: context).credentials())
  }
}

/// A session of `aws login` in the cache.
private struct LoginSession: Sendable {
  var name: String
  var context: CredentialContext

  private var environment: AWSEnvironment { context.environment }

  /// In seconds. Keys that expire sooner are renewed (`_REFRESH_THRESHOLD`).
  private static let margin: TimeInterval = 5 * 60

  private var path: String {
    let folder = environment.variable("AWS_LOGIN_CACHE_DIRECTORY") ?? "~/.aws/login/cache"
    return environment.expanded(folder) + "/"
      + SHA256.hash(data: Data(name.utf8)).hex + ".json"
  }

  func credentials() async throws -> AWSCredentials {
    guard let bytes = try read() else { throw loggedOut("there is no \(path)") }
    let source = "aws login (profile \(context.name))"
    guard let token = LoginToken(bytes),
      let current = try token.credentials(source: source, in: path),
      let expiration = current.expiration
    else { throw loggedOut("there is no token in \(path)") }
    let now = environment.now()
    if expiration.timeIntervalSince(now) > Self.margin { return current }
    do {
      let renewed = try await renewed(token, source)
      try save(renewed.document)
      return renewed.credentials
    } catch let failure as AWSFailure where failure.kind != .noCredentials {
      if expiration > now { return current }
      if let other = try await renewedByAnother(than: current, source) { return other }
      guard failure.meansNo else { throw failure }
      throw loggedOut("its session can't be renewed: \(failure.description.asClause)")
    }
  }

  /// The cache's file; `nil` where there is none.
  private func read() throws(AWSFailure) -> [UInt8]? {
    try environment.read(path, as: "The AWS CLI's session in \(path)")
  }

  /// The credentials that another program, or another profile of the session, renewed at the same
  /// time: a refresh token can be used only once.
  private func renewedByAnother(
    than current: AWSCredentials, _ source: String
  ) async throws -> AWSCredentials? {
    try await environment.sleep(.seconds(1))
    guard let bytes = try read(),
      let other = try LoginToken(bytes)?.credentials(source: source, in: path),
      other.accessKeyID != current.accessKeyID,
      let expiration = other.expiration, expiration > environment.now()
    else { return nil }
    return other
  }

  /// https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html
  private func renewed(
    _ token: LoginToken, _ source: String
  ) async throws -> (credentials: AWSCredentials, document: [UInt8]) {
    let region = context.session.region ?? context.region
    let input = [
      "clientId": token.clientID, "refreshToken": token.refreshToken,
      "grantType": "refresh_token",
    ]
    let body = [UInt8](try JSONEncoder().encode(input))
    let call = AWSCall(
      service: "signin", region: region, form: .rest(path: "/v1/token", body: body))
    let url = try context.session.endpoint(service: "signin", region: region).base + "/v1/token"
    let now = environment.now()
    // Each request has a number of its own, so that an overheard proof is worthless.
    let proof = try token.proof(for: url, at: now, number: UUID())
    let answer = try await context.api(secrets: [Secret(token.refreshToken)]).answer(to: call) {
      _ in
      HTTPRequest(
        .post, url,
        headers: [HTTPField("Content-Type", "application/json"), HTTPField("DPoP", proof)],
        body: body, timeout: call.timeout)
    }
    guard let renewal = try? ReceivedJSON.decode(LoginToken.Renewal.self, from: answer)
    else {
      throw AWSFailure(
        .nonsense, "The answer to signin CreateOAuth2Token in \(region) lacks credentials.")
    }
    return try token.renewed(renewal, at: now, source: source, region: region)
  }

  private func save(_ document: [UInt8]) throws {
    do {
      try environment.replaceFile(path, document)
    } catch {
      throw AWSFailure(
        .noCredentials, "The renewed keys can't be written to \(path), the AWS CLI's cache.",
        remedy: "Let this user write there, and run \"\(login)\".")
    }
  }

  private var login: String { "aws login --profile \(context.name.inSentence())" }

  private func loggedOut(_ why: String) -> AWSFailure {
    AWSFailure(
      .noCredentials, "The AWS profile \(context.name) isn't logged in: \(why).",
      remedy: "Run \"\(login)\".")
  }
}
