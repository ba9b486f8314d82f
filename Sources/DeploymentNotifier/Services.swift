import AWSClient
import CodeDeployNotifications
import CurlTransport
import Foundation
import Logging

extension DeploymentNotifier {
  /// What a notifier needs besides its store. Only this type puts it together, for the notifier of
  /// an embedding service and for the command's.
  package struct Services: Sendable {
    package let environment: AWSEnvironment
    package let accounts: AWSAccounts
    package var announcing: AnnouncingServices
    /// What references may refer to.
    package let references: ReferenceChoice
    package let logger: Logger
    /// Whether other hosts can read and write the store.
    package let isStoreShared: Bool

    /// Throws `DocumentProblem` where the environment's rules for what channels may use are
    /// invalid.
    package init(
      engine: CurlEngine, environment: AWSEnvironment, channels: ChannelCatalog,
      references: ReferenceChoice, isStoreShared: Bool, logger: Logger
    ) throws {
      let accounts = AWSAccounts(environment: environment, http: { engine.client(caBundle: $0) })
      // libcurl as a library doesn't read these variables.
      let bundle = AWSSettings.bundles.lazy.compactMap { environment.variables[$0] }
        .first { !$0.isEmpty }
      let http = engine.client(caBundle: bundle)
      let caller: @Sendable (ScopeAccess) -> AWSCaller = { accounts.caller(for: $0) }
      var announcing = AnnouncingServices(
        catalog: channels, http: http, aws: caller, mail: engine.mailClient(caBundle: bundle),
        references: references.resolver(aws: caller),
        permissions: try references.permissions(isStoreShared: isStoreShared),
        deployers: .standard(environment, http: http, accounts: accounts, logger: logger))
      announcing.secrets = ProxySettings(environment.variables).secrets
      announcing.hostVariables = environment.variables
      self.environment = environment
      self.accounts = accounts
      self.announcing = announcing
      self.references = references
      self.logger = logger
      self.isStoreShared = isStoreShared
    }

    /// CodeDeploy with the credentials of a scope's registrations.
    package func source(_ access: ScopeAccess) -> DeploymentSource {
      accounts.source(for: access)
    }

    /// The region for a profile's registrations that name none. Throws `AWSFailure` where the
    /// configuration can't be read, or names what is no region: it would be stored.
    package func region(_ profile: String) throws -> String? {
      guard let region = try accounts.region(profile: profile) else { return nil }
      do { try RegistrationRules.checkRegion(region.plainRegion, at: "") } catch {
        throw AWSFailure(
          .refused,
          "The AWS region can't be used: \(error.reason). Set AWS_REGION, or the profile's region.")
      }
      return region
    }

    /// The notifier's parts with this store, and with the store's name for messages.
    package func parts(_ store: any Store, label: String) -> Parts {
      var parts = Parts(
        store: store, source: source, announcing: announcing, region: region, logger: logger,
        references: references)
      parts.storeLabel = label
      parts.isStoreShared = isStoreShared
      return parts
    }
  }
}
