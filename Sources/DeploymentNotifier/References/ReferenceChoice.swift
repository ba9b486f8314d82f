import CodeDeployNotifications
import Foundation

/// What references in settings may refer to.
public struct ReferenceChoice: Sendable {
  fileprivate enum Kind: Sendable {
    case none
    case variables(@Sendable (_ name: String) -> String?, allowed: Set<String>)
    case standard([String: String])
  }

  fileprivate let kind: Kind

  /// Nothing: every setting is a literal.
  public static let none = Self(kind: .none)

  /// These environment variables of this process, read when they are used.
  public static func environment(allowing names: Set<String>) -> Self {
    Self(
      kind: .variables({ ProcessInfo.processInfo.environment[$0] }, allowed: names))
  }

  /// These values, as `env:NAME`.
  public static func values(_ values: [String: String]) -> Self {
    Self(kind: .variables({ values[$0] }, allowed: Set(values.keys)))
  }

  /// Everything that the command accepts: variables, files, systemd's credentials, AWS's Parameter
  /// Store and Secrets Manager, within the limits of `CDNOTIFY_ALLOW_REFERENCES` and
  /// `CDNOTIFY_ALLOW_EXEC`. For services whose registrations come from people who may read all of
  /// that.
  public static var standard: Self {
    .standard(in: ProcessInfo.processInfo.environment)
  }

  /// The same with these variables.
  package static func standard(in environment: [String: String]) -> Self {
    Self(kind: .standard(environment))
  }

  /// Why a registration may not use this reference; `nil` where it may.
  func refusal(of reference: SettingReference) -> String? {
    switch kind {
    case .none: return "\(reference) can't be resolved: this program allows no references"
    case .variables(_, let allowed):
      return reference.source == .environment && allowed.contains(reference.name)
        ? nil : "\(reference) is not one of the references that this program allows"
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

  /// What looks them up.
  package func resolver(
    aws: @escaping @Sendable (ScopeAccess) -> AWSCaller
  ) -> ReferenceResolver {
    switch kind {
    case .standard(let variables): return .standard(environment: variables, aws: aws)
    case .none, .variables:
      return ReferenceResolver { reference, _ in
        if let refusal = refusal(of: reference) { throw LeftToOthers(refusal) }
        guard let value = variable(reference.name), !value.isEmpty else {
          throw LeftToOthers("\(reference) is not set in this program's environment")
        }
        return value
      }
    }
  }
}
