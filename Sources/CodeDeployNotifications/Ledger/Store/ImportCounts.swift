/// The result of an import.
package struct ImportCounts: Sendable, Hashable {
  /// How many records are new.
  package var added = 0
  /// How many records the store already held, equal to these.
  package var known = 0

  package init(added: Int = 0, known: Int = 0) {
    self.added = added
    self.known = known
  }
}
