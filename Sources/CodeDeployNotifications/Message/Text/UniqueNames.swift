/// Names for labels in places that allow fewer characters, such as an environment variable's. Each
/// has `_` in place of what isn't allowed there, and a number if another label comes to the same.
package struct UniqueNames {
  private var taken: Set<String> = []

  package init() {}

  /// The name for a label, of ASCII letters, digits and `_` behind `prefix`.
  package mutating func name(_ prefix: String, _ label: String) -> String {
    let plain = prefix + String(label.map { Self.isPlain($0) ? $0 : "_" })
    var number = 1
    var unique = plain
    while !taken.insert(unique).inserted {
      number += 1
      unique = "\(plain)_\(number)"
    }
    return unique
  }

  private static func isPlain(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || character == "_")
  }
}
