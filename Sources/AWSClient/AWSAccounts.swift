import CodeDeployNotifications
import Synchronization

/// The entry point to AWS: gives out callers and deployment sources by scope. It keeps the
/// credentials, the retry tokens and the request count of each scope.
///
/// It reads nothing and sends nothing before the first call.
package final class AWSAccounts: Sendable {
  private struct State {
    var profiles: [String: RefreshingCredentials] = [:]
    var scopes: [ScopeAccess: AWSAPI] = [:]
  }

  private let environment: AWSEnvironment
  private let files: ConfigurationLoader
  private let http: @Sendable (_ caBundle: String?) -> HTTPClient
  private let chain: CredentialChain
  private let state = Mutex(State())

  /// - Parameter http: Returns a client that trusts the CAs in a file, or the system's CAs for
  ///   `nil`. The profile names the file.
  package convenience init(
    environment: AWSEnvironment, http: @escaping @Sendable (_ caBundle: String?) -> HTTPClient
  ) {
    self.init(environment: environment, http: http, chain: .standard)
  }

  /// Uses one client, whatever CAs the profile names.
  package convenience init(environment: AWSEnvironment, http: HTTPClient) {
    self.init(environment: environment, http: { _ in http }, chain: .standard)
  }

  init(
    environment: AWSEnvironment, http: @escaping @Sendable (_ caBundle: String?) -> HTTPClient,
    chain: CredentialChain
  ) {
    self.environment = environment
    files = ConfigurationLoader(environment)
    self.http = http
    self.chain = chain
  }

  /// Makes calls with the credentials of the scope's profile or role. All callers of one scope
  /// share its credentials and retry tokens.
  package func caller(for access: ScopeAccess) -> AWSCaller {
    api(for: access).caller
  }

  /// The same for a scope without an external id.
  package func caller(for scope: AWSScope) -> AWSCaller { caller(for: ScopeAccess(scope)) }

  /// Reads the scope's deployments. Each source counts its own requests.
  package func source(for access: ScopeAccess) -> DeploymentSource {
    var counted = api(for: access)
    counted.counter = RequestCounter()
    let api = counted
    return CodeDeploy(caller: api.caller, region: access.scope.region, logger: environment.logger)
      .source(
        requestCount: { api.counter.count(CodeDeploy.service) },
        clockOffset: { api.clock.offset })
  }

  /// The same for a scope without an external id.
  package func source(for scope: AWSScope) -> DeploymentSource { source(for: ScopeAccess(scope)) }

  /// The region that applies: the given one, else the environment's, else the profile's; `nil`
  /// where none of them names one. Throws `AWSFailure` where the configuration can't be read.
  package func region(explicit: String? = nil, profile: String = "") throws -> String? {
    if let explicit, !explicit.isEmpty { return explicit }
    return try files.profile(profile).region
  }

  private func api(for access: ScopeAccess) -> AWSAPI {
    let scope = access.scope
    return state.withLock { state in
      if let known = state.scopes[access] { return known }
      let own = credentials(ofProfile: scope.profile, region: scope.region, in: &state)
      var api = AWSAPI(
        environment: environment, http: client(ofProfile: scope.profile),
        profile: { [files] in try files.profile(scope.profile) },
        credentials: { try await own.credentials() }, refuse: refusal(of: own))
      if !scope.roleARN.isEmpty {
        let role = credentials(
          ofRole: AssumeRole(roleARN: scope.roleARN, externalID: access.externalID), in: scope,
          api: api)
        api.credentials = { try await role.credentials() }
        api.refuse = refusal(of: role)
      }
      state.scopes[access] = api
      return api
    }
  }

  /// The credentials of a role, assumed with those of `api`.
  private func credentials(
    ofRole role: AssumeRole, in scope: AWSScope, api: AWSAPI
  ) -> RefreshingCredentials {
    RefreshingCredentials(now: environment.now) { [environment] in
      let source = try await api.credentials()
      let endpoint = try api.profile().endpoint(service: "sts", region: scope.region)
      let kept = KeptCredentials(
        "role", role.ingredients(for: source, at: endpoint), environment)
      return try await kept.credentials {
        do {
          return try await role.credentials(region: scope.region, caller: api.caller)
        } catch let failure as AWSFailure where failure.kind == .accessDenied {
          throw failure.aboutRole(role)
        }
      }
    }
  }

  /// What to do when AWS rejects credentials: forget them, their file and the configuration that
  /// named them.
  private func refusal(
    of credentials: RefreshingCredentials
  ) -> @Sendable (AWSCredentials) -> Void {
    { [files, environment] refused in
      credentials.drop(refused)
      environment.credentialFiles?.drop(refused.accessKeyID)
      files.forget()
    }
  }

  /// A client with the profile's CAs. The profile is read when the first request is made.
  private func client(ofProfile name: String) -> HTTPClient {
    HTTPClient { [files, http] request in
      try await http(files.profile(name).caBundle).send(request)
    }
  }

  /// A profile's own credentials, shared by all scopes with that profile. They are valid in every
  /// region of their partition.
  ///
  /// They are requested in the environment's or the profile's region. A scope's region is used only
  /// where there is no such region, or it is in another partition. Otherwise a scope whose region
  /// is closed to the account would leave all other scopes without credentials.
  private func credentials(
    ofProfile name: String, region: String, in state: inout State
  ) -> RefreshingCredentials {
    if let known = state.profiles[name] { return known }
    let http = client(ofProfile: name)
    let credentials = RefreshingCredentials(now: environment.now) { [files, chain] in
      let profile = try files.profile(name)
      let partition = AWSPartition.of(region: region).name
      let own = profile.region.flatMap {
        AWSPartition.of(region: $0).name == partition ? $0 : nil
      }
      return try await chain.credentials(
        in: CredentialContext(profile: profile, region: own ?? region, http: http))
    }
    state.profiles[name] = credentials
    return credentials
  }
}
