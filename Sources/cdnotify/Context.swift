import AWSClient
import CodeDeployNotifications
import CurlTransport
import DeploymentNotifier
import Foundation
import GitHubClient
import Logging
import NotificationChannels

/// Connects the parts for one run of the command.
struct Context: Sendable {
  let global: GlobalOptions
  let environment: AWSEnvironment
  let catalog = ChannelCatalog.all
  let announcing: AnnouncingServices
  /// Whether the store is a table, which other hosts can write.
  let isStoreShared: Bool
  private let accounts: AWSAccounts
  private let logger: Logger
  private let warnings = SharedWarnings()

  /// Runs `body` with a context, and closes it afterwards.
  static func with<Result: Sendable>(
    _ global: GlobalOptions, _ body: (Context) async throws -> Result
  ) async throws -> Result {
    if global.trustStoreOwner,
      let path = try storePath(global, ProcessInfo.processInfo.environment)
    {
      try StoreOwner.actAsOwner(ofStore: path)
    }
    let configuration = CurlEngine.Configuration(userAgent: "cdnotify/\(Version.current)")
    return try await CurlEngine.withEngine(configuration: configuration) { engine in
      let context = try Context(global, engine: engine)
      defer { context.printWarnings() }
      return try await body(context)
    }
  }

  private static func storePath(
    _ global: GlobalOptions, _ variables: [String: String]
  ) throws -> String? {
    try StoreLocation.path(named: global.storeName(variables), environment: variables)
  }

  /// Prints warnings about risky settings, once. Under cron they don't cause a mail in every cycle.
  private func printWarnings() {
    guard Console.isTerminal || global.verbose, !global.quiet else { return }
    for warning in awsWarnings { Console.error("cdnotify: \(warning.printable)") }
  }

  /// The warnings about AWS endpoints so far.
  var awsWarnings: [String] { warnings.all }

  /// Where credentials are cached between runs: beside the store, or where a default store would
  /// be; `nil` where that is turned off or there is no such place.
  private static func credentialFiles(
    _ global: GlobalOptions, _ variables: [String: String]
  ) -> CredentialFiles? {
    guard variables["CDNOTIFY_CREDENTIAL_CACHE"]?.lowercased() != "off",
      let folder = StoreLocation.stateFolder(
        named: global.storeName(variables), environment: variables)
    else { return nil }
    return CredentialFiles(folder: folder + "/credentials")
  }

  private init(_ global: GlobalOptions, engine: CurlEngine) throws {
    self.global = global
    let logger = Self.logger(verbose: global.verbose)
    var environment = AWSEnvironment.process()
    environment.logger = logger
    environment.credentialFiles = Self.credentialFiles(global, environment.variables)
    environment.warn = { [warnings] in warnings.add($0) }
    self.environment = environment
    let variables = environment.variables
    // libcurl as a library doesn't read these variables.
    func bundle(_ names: String...) -> String? {
      names.lazy.compactMap { variables[$0] }.first { !$0.isEmpty }
    }
    let accounts = AWSAccounts(
      environment: environment, http: { engine.client(caBundle: $0) })
    self.accounts = accounts
    let aws: @Sendable (AWSScope, String?) -> AWSCaller = {
      accounts.caller(for: $0, externalID: $1)
    }
    let channelBundle = bundle("CURL_CA_BUNDLE", "SSL_CERT_FILE")
    let http = engine.client(caBundle: channelBundle)
    self.logger = logger
    isStoreShared = global.storeName(variables).map(StoreChoice.isTable(named:)) ?? false
    let permissions: HostPermissions
    do {
      permissions = try HostPermissions(environment: variables, isStoreShared: isStoreShared)
    } catch {
      throw Failure(.usage, error.description)
    }
    var announcing = AnnouncingServices(
      catalog: catalog, http: http, aws: aws, mail: engine.mailClient(caBundle: channelBundle),
      references: .standard(environment: variables, aws: aws), permissions: permissions,
      deployers: .standard(environment, http: http, accounts: accounts, logger: logger))
    announcing.secrets = CurlEngine.proxySecrets
    self.announcing = announcing
  }

  func storeLocation() throws -> StoreLocation {
    let variables = environment.variables
    return try StoreLocation(
      named: global.storeName(variables), environment: variables,
      trustsOwner: global.trustStoreOwner, accounts: accounts)
  }

  func openStore() throws -> any Store { try storeLocation().open() }

  func region(profile: String) throws -> String? { try accounts.region(profile: profile) }

  func source(_ scope: AWSScope, _ externalID: String?) -> DeploymentSource {
    accounts.source(for: scope, externalID: externalID)
  }

  /// A plan, used for the default events of channels.
  var plan: Plan { Plan(catalog: catalog, now: Date(), maximumAge: .zero) }

  func pollServices(_ store: any Store) -> PollServices {
    PollServices(
      store: store, source: { [accounts] in accounts.source(for: $0, externalID: $1) },
      announcing: announcing, clock: .system(), logger: logger)
  }

  private static func logger(verbose: Bool) -> Logger {
    var logger = Logger(label: "cdnotify") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = verbose ? .debug : .error
    return logger
  }

  /// Opens the store for a cycle. Registrations that were made where no region was known get this
  /// host's region.
  func opening(_ store: any Store, _ options: PollOptions) async throws -> Opening {
    try await store.opening(options, fillingIn: region)
  }

  var registrationWarnings: RegistrationWarnings {
    RegistrationWarnings(announcing, isStoreShared: isStoreShared)
  }

  func checks(_ location: StoreLocation) -> Checks {
    Checks(
      label: location.label, isStoreShared: isStoreShared, source: { source($0, $1) },
      announcing: announcing, region: { try region(profile: $0) },
      awsWarnings: { awsWarnings })
  }
}
