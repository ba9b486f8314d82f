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
  private let services: DeploymentNotifier.Services
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
    let environment = AWSEnvironment.process()
    var configuration = CurlEngine.Configuration(userAgent: "cdnotify/\(Version.current)")
    configuration.proxies = ProxySettings(environment.variables)
    return try await CurlEngine.withEngine(configuration: configuration) { engine in
      let context = try Context(global, engine: engine, environment)
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
    for warning in awsWarnings { Console.error(warning.printable) }
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

  private init(_ global: GlobalOptions, engine: CurlEngine, _ environment: AWSEnvironment) throws {
    self.global = global
    var environment = environment
    environment.logger = Self.logger(verbose: global.verbose)
    environment.credentialFiles = Self.credentialFiles(global, environment.variables)
    environment.warn = { [warnings] in warnings.add($0) }
    do {
      services = try DeploymentNotifier.Services(
        engine: engine, environment: environment, channels: .all,
        references: .standard(in: environment.variables),
        isStoreShared: global.storeName(environment.variables)
          .map(StoreChoice.isTable(named:)) ?? false,
        logger: environment.logger)
    } catch let problem as DocumentProblem {
      throw Failure(.usage, problem.description)
    }
  }

  var environment: AWSEnvironment { services.environment }

  var announcing: AnnouncingServices { services.announcing }

  var references: ReferenceChoice { services.references }

  var catalog: ChannelCatalog { announcing.catalog }

  func storeLocation() throws -> StoreLocation {
    let variables = environment.variables
    return try StoreLocation(
      named: global.storeName(variables), environment: variables,
      trustsOwner: global.trustStoreOwner, accounts: services.accounts)
  }

  func openStore() throws -> any Store { try storeLocation().open() }

  func region(profile: String) throws -> String? { try services.region(profile) }

  func source(_ access: ScopeAccess) -> DeploymentSource {
    services.source(access)
  }

  /// A plan, used for the default events of channels.
  var plan: Plan { Plan(catalog: catalog, now: Date(), maximumAge: .zero) }

  /// A notifier on an open store.
  ///
  /// It leaves notifications that can't be sent from here to other hosts only for a while, and only
  /// if the store has other hosts. A service's notifier leaves them for ever.
  func notifier(_ store: any Store) -> DeploymentNotifier {
    var parts = services.parts(store, label: "")
    parts.announcing.leavesToOthers = false
    return DeploymentNotifier(parts)
  }

  private static func logger(verbose: Bool) -> Logger {
    var logger = Logger(label: "cdnotify") { _ in ConsoleLogHandler() }
    logger.logLevel = verbose ? .debug : .error
    return logger
  }

  var registrationWarnings: RegistrationWarnings {
    RegistrationWarnings(announcing, isStoreShared: services.isStoreShared)
  }

  func checks(_ location: StoreLocation) -> Checks {
    services.checks(label: location.label, awsWarnings: { awsWarnings })
  }
}
