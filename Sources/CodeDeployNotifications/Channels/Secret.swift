/// A value that must never be shown: it prints as `********` wherever it is printed, logged, dumped
/// or interpolated.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The text in a secret's place.
  public static let mask = "********"

  /// The value itself, for the one place that sends it.
  public let revealed: String

  /// Wraps a value.
  public init(_ value: String) { revealed = value }

  /// The mask.
  public var description: String { Self.mask }
  /// The mask.
  public var debugDescription: String { Self.mask }
  /// Empty, so that `dump` shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
