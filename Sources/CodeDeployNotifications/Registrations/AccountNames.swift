/// What registrations call the accounts of their scopes. As in messages, a registration's names are
/// its own, and no other registration's.
package struct AccountNames: Sendable {
  private let accountIDs: [AWSScope: String]
  private var names: [AWSScope: Set<String>] = [:]

  /// - Parameter accountIDs: Of scopes whose role's ARN doesn't say it.
  package init(_ registrations: [Registration], accountIDs: [AWSScope: String]) {
    self.accountIDs = accountIDs
    for registration in registrations {
      guard let name = name(by: registration) else { continue }
      names[registration.scope, default: []].insert(name)
    }
  }

  package func id(of scope: AWSScope) -> String? { scope.accountID ?? accountIDs[scope] }

  package func name(by registration: Registration) -> String? {
    id(of: registration.scope).flatMap { registration.accounts[$0] }
  }

  /// The name that all registrations of a scope agree on, or else all their names.
  package func name(of scope: AWSScope) -> String? {
    names[scope].map { $0.sorted().joined(separator: " / ") }
  }
}
