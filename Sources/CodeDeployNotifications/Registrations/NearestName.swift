/// Finds the known name that an unknown one may be meant as.
package enum NearestName {
  /// The known name that takes the fewest edits, at most two or a third of its letters, and fewer
  /// than half of them, or begins with it; `nil` where none is near.
  package static func of(_ name: String, among known: some Sequence<String>) -> String? {
    let longer = known.filter {
      name.count > 2 && $0.lowercased().hasPrefix(name.lowercased())
    }.min { ($0.count, $0) < ($1.count, $1) }
    let scored = known.map { (name: $0, distance: distance(name.lowercased(), $0.lowercased())) }
    guard let best = scored.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }),
      best.distance <= max(2, max(name.count, best.name.count) / 3),
      2 * best.distance < max(name.count, best.name.count)
    else { return longer }
    return best.distance > 2 ? longer ?? best.name : best.name
  }

  /// The text after a semicolon in a message: "did you mean X? Known: X, Y", or "known: X, Y".
  ///
  /// - Parameter synonyms: The known names for words that people use instead, which resemble others.
  package static func hint(
    _ name: String, among known: [String], synonyms: [String: String] = [:]
  ) -> String {
    let names = known.joined(separator: ", ")
    guard let nearest = of(name, among: known + synonyms.keys) else { return "known: \(names)" }
    return "did you mean \(synonyms[nearest] ?? nearest)? Known: \(names)"
  }

  /// How many edits make one text of the other: a letter added, left out or replaced, or two
  /// neighbours that change places (optimal string alignment).
  static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var before: [Int] = []
    var last = Array(0...right.count)
    for i in left.indices {
      var row = [i + 1]
      row.reserveCapacity(right.count + 1)
      for j in right.indices {
        let replaced = last[j] + (left[i] == right[j] ? 0 : 1)
        var edits = min(replaced, last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          edits = min(edits, before[j - 1] + 1)
        }
        row.append(edits)
      }
      (before, last) = (last, row)
    }
    return last[right.count]
  }
}
