/// A notification can't be sent by this program, and another one on the same store may be able to.
/// It stays pending with this reason, and that is no attempt.
package struct LeftToOthers: Error, Hashable, CustomStringConvertible {
  /// A sentence without secrets.
  package var description: String

  package init(_ description: String) { self.description = description }
}
