/// One account and region, as the registrations reach it: every registration with the same
/// region, profile and role is served by the same listing.
///
/// An unset profile or role is the empty text, so that scopes compare and sort plainly.
public struct AWSScope: Hashable, Sendable, Codable, Comparable {
  /// Empty for a registration that was made where no region was known; the first cycle that knows
  /// one fills it in.
  public var region: String
  /// A profile of the AWS configuration files; empty for the environment's own credentials.
  public var profile: String
  /// A role to assume first; empty for none.
  public var roleARN: String

  /// Takes a region, and a profile and a role where there are any.
  public init(region: String, profile: String = "", roleARN: String = "") {
    self.region = region
    self.profile = profile
    self.roleARN = roleARN
  }

  /// By region, then profile, then role.
  public static func < (left: Self, right: Self) -> Bool {
    (left.region, left.profile, left.roleARN) < (right.region, right.profile, right.roleARN)
  }

  /// The id of the account, where the role's ARN says it.
  public var accountID: String? {
    let parts = roleARN.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 6, parts[4].wholeMatch(of: /[0-9]{12}/) != nil else { return nil }
    return String(parts[4])
  }

  /// For messages: the region, and what else tells it from others.
  public var label: String {
    var label = region.isEmpty ? "no region" : region
    if !profile.isEmpty { label += ", profile \(profile)" }
    if !roleARN.isEmpty { label += ", role \(roleARN)" }
    return label
  }
}
