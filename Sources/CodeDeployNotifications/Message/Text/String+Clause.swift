extension StringProtocol {
  /// A sentence for use as a clause of another one: without its full stop.
  package var asClause: String {
    var clause = self[...]
    while clause.last == "." { clause = clause.dropLast() }
    return String(clause)
  }

  /// A clause for use as a sentence: with a full stop.
  package var asSentence: String { hasSuffix(".") ? String(self) : self + "." }
}
