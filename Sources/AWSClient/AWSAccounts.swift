import CodeDeployNotifications
import Synchronization

/// The way into AWS: hands out callers and deployment sources by scope, and keeps for each scope
/// its credentials, its retry tokens and its count of requests.
///
/// Nothing is read or sent before the first call is made.
public final class AWSAccounts: Sendable {
  private struct Key: Hashable {
    var scope: AWSScope
    var externalID: String
  }

  private struct State {
    var profiles: [String: RefreshingCredentials] = [:]
    var scopes: [Key: AWSAPI] = [:]
  }

  private let environment: AWSEnvironment
  private let files: ConfigurationLoader
  private let http: HTTPClient
  private let chain: CredentialChain
  private let state = Mutex(State())

  public convenience init(environment: AWSEnvironment, http: HTTPClient) {
    self.init(environment: environment, http: http, chain: .standard)
  }

  init(environment: AWSEnvironment, http: HTTPClient, chain: CredentialChain) {
    self.environment = environment
    files = ConfigurationLoader(environment)
    self.http = http
    self.chain = chain
  }

  /// Makes calls as the scope's profile or role says. The same scope is given the same caller's
  /// credentials and retry tokens.
  public func caller(for scope: AWSScope, externalID: String? = nil) -> AWSCaller {
    api(for: scope, externalID: externalID).caller
  }

  /// Reads the scope's deployments.
  public func source(for scope: AWSScope, externalID: String? = nil) -> DeploymentSource {
    let api = api(for: scope, externalID: externalID)
    return CodeDeploy(caller: api.caller, region: scope.region)
      .source(
        requestCount: { api.counter.count(CodeDeploy.service) },
        clockOffset: { api.clock.offset })
  }

  /// The region that applies: the given one, else the environment's, else the profile's; `nil`
  /// where nothing says one. Throws `AWSFailure` where the settings can't be read.
  public func region(explicit: String? = nil, profile: String = "") throws -> String? {
    if let explicit, !explicit.isEmpty { return explicit }
    return try files.profile(profile).region
  }

  private func api(for scope: AWSScope, externalID: String?) -> AWSAPI {
    let key = Key(scope: scope, externalID: externalID ?? "")
    return state.withLock { state in
      if let known = state.scopes[key] { return known }
      let own = credentials(ofProfile: scope.profile, region: scope.region, in: &state)
      var api = AWSAPI(
        environment: environment, http: http,
        profile: { [files] in try files.profile(scope.profile) },
        credentials: { try await own.credentials() })
      if !scope.roleARN.isEmpty {
        let role = RefreshingCredentials(now: environment.now) { [caller = api.caller] in
          let role = AssumeRole(roleARN: scope.roleARN, externalID: externalID)
          do {
            return try await role.credentials(region: scope.region, caller: caller)
          } catch let failure as AWSFailure where failure.kind == .accessDenied {
            throw failure.aboutRole(role)
          }
        }
        api.credentials = { try await role.credentials() }
      }
      state.scopes[key] = api
      return api
    }
  }

  /// The credentials that a profile has by itself, shared by all scopes with that profile. They
  /// are good in every region, so the first scope's is as good as another's to ask for them.
  private func credentials(
    ofProfile name: String, region: String, in state: inout State
  ) -> RefreshingCredentials {
    if let known = state.profiles[name] { return known }
    let credentials = RefreshingCredentials(now: environment.now) { [files, chain, http] in
      try await chain.credentials(
        in: CredentialContext(profile: files.profile(name), region: region, http: http))
    }
    state.profiles[name] = credentials
    return credentials
  }
}
