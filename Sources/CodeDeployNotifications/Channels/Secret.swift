/// A value that must never be seen: it prints itself as `********` wherever it is printed,
/// logged, dumped or interpolated.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// What stands wherever a secret would.
  public static let mask = "********"

  /// The value itself, for the one place that sends it.
  public let revealed: String

  /// Takes the value itself.
  public init(_ value: String) { revealed = value }

  /// The mask.
  public var description: String { Self.mask }
  /// The mask.
  public var debugDescription: String { Self.mask }
  /// Nothing, so that `dump` shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
