/// A problem of a registration document or a channel SPEC, and its place.
public struct DocumentProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The place, such as `notifications[0].slack_notification.name`; empty for the whole document.
  public var path: String
  /// What is wrong, and what would be right.
  public var reason: String
  /// The application of the registration that contains it; `nil` where it isn't known.
  public var application: String?

  /// A problem at a place of a document.
  public init(_ path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  /// The place and the reason. An address or a token that was put into the place by mistake is
  /// masked.
  public var description: String {
    path.isEmpty ? reason : "\(AddressSecrets.shown(name: path)): \(reason)"
  }
}
