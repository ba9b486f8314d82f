/// A shell pattern for a whole name: `*` matches any run of characters, `?` any one, `[a-z]` one of
/// a set, `[!a-z]` one outside of it. `\` makes the next character literal.
package struct Glob: Sendable, Hashable {
  private enum Part: Sendable, Hashable {
    case anyRun
    case anyOne
    case one(Character)
    case set([ClosedRange<Character>], negated: Bool)
  }

  private let parts: [Part]

  package init(_ pattern: String) {
    var parts: [Part] = []
    var rest = pattern[...]
    while let character = rest.popFirst() {
      switch character {
      case "*": if parts.last != .anyRun { parts.append(.anyRun) }
      case "?": parts.append(.anyOne)
      case "\\": parts.append(.one(rest.popFirst() ?? "\\"))
      case "[":
        if let (set, after) = Self.set(in: rest) {
          parts.append(set)
          rest = after
        } else {
          parts.append(.one("["))
        }
      default: parts.append(.one(character))
      }
    }
    self.parts = parts
  }

  /// What is wrong with a pattern; `nil` where nothing is. Names in CodeDeploy have no brackets, so
  /// an open one is a mistake.
  package static func problem(in pattern: String) -> String? {
    var rest = pattern[...]
    while let character = rest.popFirst() {
      switch character {
      case "\\":
        if rest.popFirst() == nil {
          return "ends with \\, which must be followed by the character that it escapes"
        }
      case "[":
        guard let (_, after) = set(in: rest) else {
          return "has a [ without a closing ]; write \\[ for the character itself"
        }
        rest = after
      default: break
      }
    }
    return nil
  }

  /// Reads a set up to its `]`; `nil` where it isn't closed, so that `[` is literal.
  private static func set(in text: Substring) -> (Part, Substring)? {
    var rest = text
    var negated = false
    if let first = rest.first, first == "!" || first == "^" {
      negated = true
      rest.removeFirst()
    }
    var ranges: [ClosedRange<Character>] = []
    while let low = rest.popFirst() {
      if low == "]", !ranges.isEmpty { return (.set(ranges, negated: negated), rest) }
      if rest.first == "-", let high = rest.dropFirst().first, high != "]" {
        rest.removeFirst(2)
        ranges.append(min(low, high)...max(low, high))
      } else {
        ranges.append(low...low)
      }
    }
    return nil
  }

  /// Matches with a single backtracking point, so that no pattern takes exponential time.
  package func matches(_ name: String) -> Bool {
    let characters = Array(name)
    var part = 0
    var position = 0
    var retry: (part: Int, position: Int)?
    while position < characters.count {
      if part < parts.count, parts[part] == .anyRun {
        retry = (part, position)
        part += 1
      } else if part < parts.count, accepts(parts[part], characters[position]) {
        part += 1
        position += 1
      } else if let last = retry {
        retry = (last.part, last.position + 1)
        part = last.part + 1
        position = last.position + 1
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy { $0 == .anyRun }
  }

  private func accepts(_ part: Part, _ character: Character) -> Bool {
    switch part {
    case .anyRun: false
    case .anyOne: true
    case .one(let expected): expected == character
    case .set(let ranges, let negated): ranges.contains { $0.contains(character) } != negated
    }
  }
}
