/// Finds the known name that an unknown one may be meant as.
public enum NearestName {
  /// The known name that takes the fewest edits, at most two or a third of its letters, or
  /// begins with it; `nil` where none is near.
  public static func of(_ name: String, among known: some Sequence<String>) -> String? {
    let longer = known.filter {
      name.count > 2 && $0.lowercased().hasPrefix(name.lowercased())
    }.min { ($0.count, $0) < ($1.count, $1) }
    let scored = known.map { (name: $0, distance: distance(name.lowercased(), $0.lowercased())) }
    guard let best = scored.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }),
      best.distance <= max(2, max(name.count, best.name.count) / 3)
    else { return longer }
    return best.distance > 2 ? longer ?? best.name : best.name
  }

  /// The text after a semicolon in a message: "did you mean X? Known: X, Y", or "known: X, Y".
  ///
  /// - Parameter synonyms: The known names for words that people use instead, which resemble others.
  public static func hint(
    _ name: String, among known: [String], synonyms: [String: String] = [:]
  ) -> String {
    let names = known.joined(separator: ", ")
    guard let nearest = synonyms[name.lowercased()] ?? of(name, among: known) else {
      return "known: \(names)"
    }
    return "did you mean \(nearest)? Known: \(names)"
  }

  /// The Levenshtein distance.
  static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let substitution = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, diagonal + 1, row[j] + 1)
      }
    }
    return row[right.count]
  }
}
