import CodeDeployNotifications

/// Why a notifier can't do what it was asked to do.
public struct NotifierProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The causes that call for different reactions.
  public enum Kind: Sendable, Hashable {
    /// CodeDeploy has no application of that name in the scopes that were searched.
    case unknownApplication
    /// No application of that name is registered.
    case notRegistered
    /// The registered application has no channel of that name.
    case unknownChannel
    /// Neither the request nor the notifier's AWS settings name a region.
    case missingRegion
    /// Others keep changing the same registrations. Trying again later may help.
    case conflict
    /// Another process works on the same store. Trying again later may help.
    case busy
    /// A file can't be read or written.
    case file
  }

  /// The cause, which decides what a caller may do.
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
      case .unknownChannel, .unusedChannelName: .unknownChannel
      }
    self.init(kind, problem.description)
  }

  static func unknownApplication(_ name: String, in scopes: [AWSScope]) -> Self {
    let names = scopes.map(\.label).joined(separator: " and ")
    return Self(.unknownApplication, "CodeDeploy in \(names) has no application \"\(name)\"")
  }

  /// - Parameter store: The store's name in the sentence.
  package static func busy(_ store: String) -> Self {
    Self(
      .busy,
      "a poll, an export or an import is running on \(store): try again when it has ended")
  }

  static let conflict = Self(
    .conflict, "others keep changing the same registration; try again later")
}
