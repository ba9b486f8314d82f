/// An account and region, as registrations reach it: all registrations with the same region,
/// profile and role share a listing.
///
/// An unset profile or role is an empty string, which makes scopes easy to compare and sort.
public struct AWSScope: Hashable, Sendable, Codable, Comparable {
  /// Empty for a registration that was made where no region was known. The first cycle that knows
  /// one fills it in.
  public var region: String
  /// A profile of the AWS configuration files; empty for the environment's own credentials.
  public var profile: String
  /// A role to assume first; empty for none.
  public var roleARN: String

  /// A scope with a region, and optionally a profile and a role.
  public init(region: String, profile: String = "", roleARN: String = "") {
    self.region = region
    self.profile = profile
    self.roleARN = roleARN
  }

  /// Orders by region, then profile, then role.
  public static func < (left: Self, right: Self) -> Bool {
    (left.region, left.profile, left.roleARN) < (right.region, right.profile, right.roleARN)
  }

  /// The id of the account, if the role's ARN contains it.
  public var accountID: String? {
    let parts = roleARN.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 6, parts[4].wholeMatch(of: /[0-9]{12}/) != nil else { return nil }
    return String(parts[4])
  }

  /// The region, and what distinguishes the scope from others, for messages.
  public var label: String {
    var label = region.isEmpty ? "no region" : region
    if !profile.isEmpty { label += ", profile \(profile)" }
    if !roleARN.isEmpty { label += ", role \(roleARN)" }
    return label
  }
}
