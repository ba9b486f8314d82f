/// A scope and what it takes to reach it: the external id belongs to the role, but doesn't make
/// another scope of it.
public struct ScopeAccess: Hashable, Sendable {
  /// The account and region.
  public let scope: AWSScope
  /// What the role's trust policy may ask for (`sts:ExternalId`); `nil` for none.
  public let externalID: String?

  /// The access to `scope`; an empty external id is none.
  public init(_ scope: AWSScope, externalID: String? = nil) {
    self.scope = scope
    self.externalID = externalID.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// How a scope is reached for all its registrations together: with the first external id that one
  /// of them names.
  package init(_ scope: AWSScope, for registrations: some Sequence<Registration>) {
    self.init(scope, externalID: registrations.lazy.compactMap(\.externalID).first)
  }
}

extension Registration {
  /// How the registration's scope is reached.
  package var access: ScopeAccess { ScopeAccess(scope, externalID: externalID) }
}
