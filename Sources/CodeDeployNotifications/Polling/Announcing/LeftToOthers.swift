/// Thrown where this program can't send a notification, but another one on the same store may be
/// able to. The notification stays pending with this reason, and no attempt is counted.
package struct LeftToOthers: Error, Hashable, CustomStringConvertible {
  /// The reason: a sentence without secrets.
  package var description: String

  package init(_ description: String) { self.description = description }
}
