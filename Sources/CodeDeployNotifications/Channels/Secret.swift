/// A value that must never be seen: it prints itself as `********` wherever it is printed,
/// logged, dumped or interpolated.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// What stands wherever a secret would.
  public static let mask = "********"

  /// The value itself, for the one place that sends it.
  public let revealed: String

  public init(_ value: String) { revealed = value }

  public var description: String { Self.mask }
  public var debugDescription: String { Self.mask }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
