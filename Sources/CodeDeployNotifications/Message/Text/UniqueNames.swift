/// Names for labels in places that allow fewer characters, such as an environment variable's.
package enum UniqueNames {
  /// The name for each label: `prefix` and the label, with `_` in place of what isn't an ASCII letter,
  /// a digit or `_`. A label that needs no such change keeps its name; others that come to the same
  /// get a number, in the labels' order.
  ///
  /// - Parameter isUpper: Whether names are in capitals.
  package static func of(
    _ labels: some Sequence<String>, prefix: String, isUpper: Bool = false
  ) -> [String: String] {
    typealias Wish = (label: String, name: String, isOwn: Bool)
    let wishes = labels.map { label -> Wish in
      let cased = isUpper ? label.uppercased() : label
      let name = plain(cased)
      return (label, name, name == cased)
    }
    var names: [String: String] = [:]
    var taken: Set<String> = []
    for wish in wishes.sorted(by: { ($0.isOwn ? 0 : 1, $0.label) < ($1.isOwn ? 0 : 1, $1.label) }) {
      var number = 1
      var unique = wish.name
      while !taken.insert(unique).inserted {
        number += 1
        unique = "\(wish.name)_\(number)"
      }
      names[wish.label] = prefix + unique
    }
    return names
  }

  private static func plain(_ label: String) -> String {
    String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "_" })
  }
}
