import AWSClient
import CodeDeployNotifications
import CurlTransport
import Foundation
import GitHubClient
import Logging
import NotificationChannels

/// Wires the parts together for one run of the command.
struct Context: Sendable {
  let global: GlobalOptions
  let environment: AWSEnvironment
  let catalog = ChannelCatalog.all
  let announcing: AnnouncingServices
  private let accounts: AWSAccounts
  private let logger: Logger

  /// Runs `body` with everything it takes, and closes it afterwards.
  static func with<Result: Sendable>(
    _ global: GlobalOptions, _ body: (Context) async throws -> Result
  ) async throws -> Result {
    let configuration = CurlEngine.Configuration(userAgent: "cdnotify/\(Version.current)")
    return try await CurlEngine.withEngine(configuration: configuration) { engine in
      try await body(Context(global, engine: engine))
    }
  }

  private init(_ global: GlobalOptions, engine: CurlEngine) {
    self.global = global
    environment = .process()
    let variables = environment.variables
    // libcurl's library reads none of these by itself.
    func bundle(_ names: String...) -> String? {
      names.lazy.compactMap { variables[$0] }.first { !$0.isEmpty }
    }
    let accounts = AWSAccounts(
      environment: environment, http: engine.client(caBundle: bundle("AWS_CA_BUNDLE")))
    self.accounts = accounts
    let aws: @Sendable (AWSScope, String?) -> AWSCaller = {
      accounts.caller(for: $0, externalID: $1)
    }
    let channelBundle = bundle("CURL_CA_BUNDLE", "SSL_CERT_FILE")
    let http = engine.client(caBundle: channelBundle)
    logger = Self.logger(verbose: global.verbose)
    announcing = AnnouncingServices(
      catalog: catalog, http: http, aws: aws, mail: engine.mailClient(caBundle: channelBundle),
      references: .standard(environment: variables, aws: aws),
      deployers: .standard(environment, http: http, accounts: accounts, logger: logger))
  }

  func storeLocation() throws -> StoreLocation {
    try StoreLocation(global.store, environment: environment.variables, accounts: accounts)
  }

  func openStore() throws -> any Store { try storeLocation().open() }

  func region(profile: String) throws -> String? { try accounts.region(profile: profile) }

  func source(_ scope: AWSScope, _ externalID: String?) -> DeploymentSource {
    accounts.source(for: scope, externalID: externalID)
  }

  /// The plan, for what it knows of channels' events.
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

  /// Opens the store for a cycle, and gives registrations that were made where no region was known
  /// the region of here.
  func opening(_ store: any Store, _ options: PollOptions) async throws -> Opening {
    let opening = try await store.opening(options.filter, now: Date())
    let records = opening.registrations
    let homeless = records.filter(\.registration.scope.region.isEmpty)
    guard !homeless.isEmpty, !options.isDryRun else { return opening }
    var changes: [RegistrationChange] = []
    for record in homeless {
      var settled = record
      let scope = record.registration.scope
      guard let region = try region(profile: scope.profile) else { continue }
      settled.registration.scope.region = region
      guard !records.contains(where: { $0.registration.identity == settled.registration.identity })
      else { continue }
      changes += [.remove(record), .put(settled, over: nil)]
    }
    guard !changes.isEmpty else { return opening }
    _ = try await store.change(changes)
    return try await store.opening(options.filter, now: Date())
  }
}
