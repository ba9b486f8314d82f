extension StringProtocol {
  /// A sentence for use as a clause of another one: without its full stop, and with a small letter
  /// at its beginning unless that is a name.
  package var asClause: String {
    let isName = !ordinaryOpenings.contains(String(prefix { $0.isLetter }))
    return isName ? withoutFullStop : withoutFullStop.lowercasingFirst
  }

  /// The words of somebody else, for use at the end of a sentence.
  package var withoutFullStop: String {
    var clause = self[...]
    while clause.last == "." { clause = clause.dropLast() }
    return String(clause)
  }

  /// A clause for use as a sentence: with a full stop.
  package var asSentence: String { hasSuffix(".") ? String(self) : self + "." }
}

/// The words that begin this program's own sentences and aren't names.
private let ordinaryOpenings: Set = ["The", "There", "No", "What"]
