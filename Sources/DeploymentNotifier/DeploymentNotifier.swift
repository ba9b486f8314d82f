import AWSClient
import CodeDeployNotifications
import CurlTransport
import Foundation
import Logging

/// Announces deployments of AWS CodeDeploy, from a service of one's own.
///
/// One notifier serves any number of cycles, also overlapping ones, for as long as the service runs.
/// It prints nothing, and holds its store and its connections open until nothing refers to it.
public final class DeploymentNotifier: Sendable {
  /// What a notifier works with.
  package struct Parts: Sendable {
    package var store: any Store
    package var source: @Sendable (AWSScope, _ externalID: String?) -> DeploymentSource
    package var announcing: AnnouncingServices
    /// The region of registrations of a profile that name none.
    package var region: @Sendable (_ profile: String) throws -> String?
    package var logger: Logger
    /// What registrations may refer to.
    package var references: ReferenceChoice
    /// What the store is called.
    package var storeLabel = "this store"
    /// Whether others than this host can read and write the store.
    package var isStoreShared = false

    package init(
      store: any Store,
      source: @escaping @Sendable (AWSScope, _ externalID: String?) -> DeploymentSource,
      announcing: AnnouncingServices,
      region: @escaping @Sendable (_ profile: String) throws -> String?, logger: Logger,
      references: ReferenceChoice
    ) {
      self.store = store
      self.source = source
      self.announcing = announcing
      self.region = region
      self.logger = logger
      self.references = references
      self.announcing.leavesToOthers = true
    }
  }

  let parts: Parts

  /// - Parameters:
  ///   - store: Where registrations and what was announced are kept. A SQLite file is made where
  ///     none is; a DynamoDB table has to be there.
  ///   - channels: The types of channel that registrations can name. Notifications to others stay
  ///     pending, for another program on the same store.
  ///   - references: What settings such as `env:NAME` may lead to. Nothing, unless it is said.
  ///   - aws: Where AWS's credentials, region and endpoints come from.
  ///   - logger: Is told of every failure, as an error.
  ///
  /// Throws `StoreFailure` where the store can't be opened, `AWSFailure` where the AWS configuration
  /// can't be read, and `NotifierProblem` where something that it needs isn't given.
  public init(
    store: StoreChoice, channels: ChannelCatalog = .builtIn,
    references: ReferenceChoice = .none, aws: AWSSettings = .process, logger: Logger
  ) throws {
    var configuration = CurlEngine.Configuration(userAgent: "DeploymentNotifier")
    configuration.proxies = ProxySettings(aws.variables)
    var environment = AWSEnvironment(variables: aws.variables, homeDirectory: aws.homeDirectory)
    environment.logger = logger
    environment.warn = { logger.debug("\($0)") }
    let services = try Services(
      engine: try CurlEngine(configuration: configuration), environment: environment,
      channels: channels, references: references, isStoreShared: store.isShared, logger: logger)
    parts = services.parts(try Self.open(store, services.accounts), label: store.label)
  }

  package init(_ parts: Parts) { self.parts = parts }

  private static func open(_ store: StoreChoice, _ accounts: AWSAccounts) throws -> any Store {
    do { return try store.open(accounts) } catch let problem as StoreNameProblem {
      throw NotifierProblem(.missingRegion, problem.description)
    }
  }

  /// Every registration on the store, by application and scope. Throws `StoreFailure`.
  public func registrations() async throws -> [Registration] {
    try await parts.store.registrations().map(\.registration)
  }

  /// Registrations as the JSON that `register(document:)` takes: a list of documents.
  ///
  /// Secrets stand as `********`, and addresses that may hold one as `https://host/********`, so that
  /// the text can be shown. Registered again, a masked value keeps what the channel has. To encode a
  /// `Registration` itself reveals its secrets.
  public func document(of registrations: [Registration]) -> String {
    let writer = RegistrationWriter(catalog: parts.announcing.catalog)
    return DocumentValue.list(registrations.map(writer.document)).json()
  }
}
