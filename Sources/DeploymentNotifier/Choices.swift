import AWSClient
import CodeDeployNotifications
import Foundation
import NotificationChannels
import NotificationStores

/// Where registrations and what was announced are kept.
public enum StoreChoice: Sendable, Hashable {
  /// A file of this host, which is made where it isn't there; its folder has to be.
  case sqlite(_ path: String)
  /// A table that several hosts share; without a region, in the one of the AWS settings.
  case dynamoDB(_ table: String, region: String? = nil)
  /// Nothing is kept when the notifier is gone: for tests.
  case inMemory

  /// Whether others than this host can write it.
  var isShared: Bool { if case .dynamoDB = self { true } else { false } }

  func open(_ accounts: AWSAccounts) throws -> any Store {
    switch self {
    case .sqlite(let path):
      return try SQLiteStore(path: path, making: true, trustingOwner: false)
    case .dynamoDB(let table, let region):
      guard let region = try accounts.region(explicit: region) else {
        throw NotifierProblem(
          .missingRegion,
          "no region for the table \(table): give it to .dynamoDB, or set AWS_REGION in the "
            + "notifier's AWS settings")
      }
      return DynamoDBStore(
        table: table, region: region, caller: accounts.caller(for: AWSScope(region: region)),
        keep: PollOptions().retention)
    case .inMemory: return InMemoryStore()
    }
  }
}

/// What settings that are references may lead to.
public struct ReferenceChoice: Sendable {
  fileprivate enum Kind: Sendable {
    case none
    case variables(@Sendable (_ name: String) -> String?, allowed: Set<String>)
    case standard([String: String])
  }

  fileprivate let kind: Kind

  /// To nothing: settings are written out.
  public static let none = Self(kind: .none)

  /// To these variables of this process, read when they are used.
  public static func environment(allowing names: Set<String>) -> Self {
    Self(
      kind: .variables({ ProcessInfo.processInfo.environment[$0] }, allowed: names))
  }

  /// To these values, as `env:NAME`.
  public static func values(_ values: [String: String]) -> Self {
    Self(kind: .variables({ values[$0] }, allowed: Set(values.keys)))
  }

  /// To all that the command takes: variables, files, systemd's credentials, and AWS's Parameter
  /// Store and Secrets Manager, within what `CDNOTIFY_ALLOW_REFERENCES` and `CDNOTIFY_ALLOW_EXEC`
  /// say. For services whose registrations come from people who may read all of that.
  public static var standard: Self {
    Self(kind: .standard(ProcessInfo.processInfo.environment))
  }

  /// Why a registration may not name this reference; `nil` where it leads somewhere, or may.
  func refusal(of reference: SettingReference) -> String? {
    switch kind {
    case .none: return "\(reference) leads nowhere here: this program follows no references"
    case .variables(_, let allowed):
      return reference.source == .environment && allowed.contains(reference.name)
        ? nil : "\(reference) is none of the references that this program follows"
    case .standard: return nil
    }
  }

  func permissions(isStoreShared: Bool) throws -> HostPermissions {
    var variables: [String: String] = [:]
    if case .standard(let all) = kind { variables = all }
    return try HostPermissions(environment: variables, isStoreShared: isStoreShared)
  }

  private func variable(_ name: String) -> String? {
    if case .variables(let value, _) = kind { value(name) } else { nil }
  }

  package func resolver(
    aws: @escaping @Sendable (AWSScope, _ externalID: String?) -> AWSCaller
  ) -> ReferenceResolver {
    switch kind {
    case .standard(let variables): return .standard(environment: variables, aws: aws)
    case .none, .variables:
      return ReferenceResolver { reference, _, _ in
        if let refusal = refusal(of: reference) { throw LeftToOthers(refusal) }
        guard let value = variable(reference.name), !value.isEmpty else {
          throw LeftToOthers("\(reference) is not set in this program's environment")
        }
        return value
      }
    }
  }
}

/// Where AWS's credentials, region and endpoints come from, in the AWS CLI's terms.
public struct AWSSettings: Sendable {
  /// Variables such as `AWS_REGION`, and beside them `CURL_CA_BUNDLE`, `SSL_CERT_FILE`,
  /// `GITHUB_API_URL` and `GITHUB_TOKEN`.
  public var variables: [String: String]
  /// The folder that `~/.aws` is in.
  public var homeDirectory: String

  /// - Parameters:
  ///   - variables: The variables that are looked at, and no other.
  ///   - homeDirectory: The folder that `~/.aws` is in.
  public init(variables: [String: String], homeDirectory: String) {
    self.variables = variables
    self.homeDirectory = homeDirectory
  }

  /// This process's variables that begin with `AWS_`, its CA bundles and its home directory; no
  /// other variable is looked at.
  public static var process: Self {
    let all = ProcessInfo.processInfo.environment
    return Self(
      variables: all.filter {
        $0.key.hasPrefix("AWS_") || ["CURL_CA_BUNDLE", "SSL_CERT_FILE"].contains($0.key)
      }, homeDirectory: all["HOME"] ?? NSHomeDirectory())
  }
}

extension ChannelCatalog {
  /// The channels that come with the library. Two of them run programs of this host: `exec` any, and
  /// `apprise` the one of that name.
  public static var builtIn: Self { .all }

  /// The catalog with more types; one of the same name takes the place of an earlier one.
  ///
  /// It stands here because an operator isn't re-exported with the type that it belongs to.
  public static func + (catalog: Self, more: [any Channel.Type]) -> Self {
    let names = more.map { $0.type }
    return Self(catalog.types.filter { !names.contains($0.type) } + more)
  }
}
