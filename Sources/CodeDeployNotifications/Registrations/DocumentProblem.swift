/// A problem of a registration document or a channel SPEC, and its place.
public struct DocumentProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The place, such as `notifications[0].slack_notification.name`; empty for the whole document.
  public var path: String
  /// What is wrong, and what would be right.
  public var reason: String
  /// The line where it is, counted from 1, in a text that has no places yet because it can't be
  /// read; `nil` where `path` says where it is.
  public var line: Int?
  /// The column in `line`, counted from 1; `nil` where it isn't known.
  public var column: Int?
  /// The application of the registration that contains it; `nil` where it isn't known.
  public var application: String?

  /// A problem at a place of a document.
  public init(_ path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  /// A problem at a position of a text.
  package init(_ path: String = "", line: Int, column: Int? = nil, _ reason: String) {
    self.init(path, reason)
    (self.line, self.column) = (line, column)
  }

  /// The place and the reason. An address or a token that was put into the place by mistake is
  /// masked.
  public var description: String {
    guard let line else { return withoutLine }
    return "line \(line)" + (column.map { ", column \($0)" } ?? "") + ": \(withoutLine)"
  }

  /// The description for a reader who is told the line otherwise.
  package var withoutLine: String {
    path.isEmpty ? reason : "\(AddressSecrets.shown(name: path)): \(reason)"
  }
}
