import CodeDeployNotifications

/// Why a notifier can't do what it was asked to.
public struct NotifierProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// What a caller may do about it.
  public enum Kind: Sendable, Hashable {
    /// CodeDeploy has no application of that name, where it was looked for.
    case unknownApplication
    /// No application of that name is registered.
    case notRegistered
    /// The registered application has no channel of that name.
    case unknownChannel
    /// Neither the request nor the notifier's AWS settings say which region is meant.
    case missingRegion
    /// Others keep changing the same registrations; it may work later.
    case conflict
  }

  /// What a caller may do about it.
  public var kind: Kind
  /// A sentence that names what is missing or wrong.
  public var description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  init(_ problem: SelectionProblem) {
    let kind: Kind =
      switch problem {
      case .unknownApplication, .elsewhere, .ambiguous: .notRegistered
      case .unknownChannel: .unknownChannel
      }
    self.init(kind, problem.description)
  }

  static func unknownApplication(_ name: String, in scopes: [AWSScope]) -> Self {
    let places = scopes.map(\.label).joined(separator: " and ")
    return Self(.unknownApplication, "CodeDeploy in \(places) has no application \"\(name)\"")
  }

  static let conflict = Self(
    .conflict, "others keep changing the same registration; try again later")
}
