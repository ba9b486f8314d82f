/// A scope and what it takes to reach it: the external id belongs to the role, but doesn't make
/// another scope of it.
package struct ScopeAccess: Hashable, Sendable {
  /// The account and region.
  package let scope: AWSScope
  /// What the role's trust policy may ask for (`sts:ExternalId`); `nil` for none.
  package let externalID: String?

  /// The access to `scope`; an empty external id is none.
  package init(_ scope: AWSScope, externalID: String? = nil) {
    self.scope = scope
    self.externalID = externalID.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// How a scope is reached for all its registrations together.
  package init(_ scope: AWSScope, for registrations: some Sequence<Registration>) {
    self.init(scope, amongExternalIDs: registrations.lazy.map(\.externalID))
  }

  /// How a scope is reached for all that name these external ids: with the smallest. A store can
  /// tell which that is without reading the registrations.
  package init(_ scope: AWSScope, amongExternalIDs ids: some Sequence<String?>) {
    self.init(scope, externalID: ids.lazy.compactMap(\.self).filter { !$0.isEmpty }.min())
  }
}

extension Registration {
  /// How the registration's scope is reached.
  package var access: ScopeAccess { ScopeAccess(scope, externalID: externalID) }
}
