import AWSClient
import CodeDeployNotifications
import CurlTransport
import Foundation
import Logging

/// Announces deployments of AWS CodeDeploy from your own service.
///
/// One notifier serves any number of cycles, including overlapping ones, for as long as the service
/// runs. It prints nothing. It keeps its store and its connections open until nothing refers to it.
public final class DeploymentNotifier: Sendable {
  /// The parts that a notifier uses.
  package struct Parts: Sendable {
    package var store: any Store
    package var source: @Sendable (ScopeAccess) -> DeploymentSource
    package var announcing: AnnouncingServices
    /// The region for registrations without one, by profile.
    package var region: @Sendable (_ profile: String) throws -> String?
    package var logger: Logger
    /// What references may refer to.
    package var references: ReferenceChoice
    /// The store's name for messages.
    package var storeLabel = "this store"
    /// Whether other hosts can read and write the store.
    package var isStoreShared = false
    /// The store's file, which has a lock beside it; `nil` for other stores.
    package var storePath: String?

    package init(
      store: any Store,
      source: @escaping @Sendable (ScopeAccess) -> DeploymentSource,
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
  ///   - store: Where registrations and the ledger are kept. A missing SQLite file is created; a
  ///     DynamoDB table has to exist.
  ///   - channels: The types of channel that registrations can use. Notifications for other types
  ///     stay pending, for another program on the same store.
  ///   - references: What references such as `env:NAME` may refer to; nothing by default.
  ///   - aws: Where AWS credentials, the region and endpoints come from.
  ///   - logger: Receives every failure, as an error.
  ///
  /// Throws `StoreFailure` where the store can't be opened, `AWSFailure` where the AWS
  /// configuration can't be read, and `NotifierProblem` where a region is needed and none is known.
  /// With `.standard` references it throws `DocumentProblem` where `CDNOTIFY_ALLOW_EXEC` or
  /// `CDNOTIFY_ALLOW_REFERENCES` is invalid.
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
    var parts = services.parts(try Self.open(store, services.accounts), label: store.label)
    parts.storePath = store.path
    self.parts = parts
  }

  package init(_ parts: Parts) { self.parts = parts }

  private static func open(_ store: StoreChoice, _ accounts: AWSAccounts) throws -> any Store {
    do { return try store.open(accounts) } catch let problem as StoreNameProblem {
      throw NotifierProblem(.missingRegion, problem.description)
    }
  }

  /// Every registration in the store, sorted by application and scope. Throws `StoreFailure`.
  public func registrations() async throws -> [Registration] {
    try await parts.store.registrations().map(\.registration)
  }

  /// Registrations as JSON that `register(document:)` accepts: a list of documents.
  ///
  /// Secrets appear as `********`, and addresses that may contain one as `https://host/********`,
  /// so that the text can be shown. When it is registered again, masked values keep what the
  /// channel has. Encoding a `Registration` itself reveals its secrets.
  public func document(of registrations: [Registration]) -> String {
    let writer = RegistrationWriter(catalog: parts.announcing.catalog)
    return DocumentValue.list(registrations.map(writer.document)).json()
  }
}
