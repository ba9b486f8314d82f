/// Entities of markup, escaped once or several times, and possibly percent-encoded as well.
extension EncodedBytes {
  /// The character that an entity stands for, and where the entity ends.
  struct Reference {
    var value: UInt32
    var end: Int
  }

  /// All meanings of an entity whose `&` ends before `position`. If it is escaped again, the sign
  /// itself is `&amp;`. Only a few levels of escaping are followed.
  func references(behindSign position: Int) -> [Reference] {
    var references: [Reference] = []
    var start = position
    for _ in 0..<8 {
      guard let reference = reference(at: start) else { break }
      references.append(reference)
      guard reference.value == 38 else { break }
      start = reference.end
    }
    return references
  }

  private func reference(at start: Int) -> Reference? {
    guard start < end else { return nil }
    switch bytes[start] {
    case UInt8(ascii: "#"), UInt8(ascii: "%"):
      return skip("#", at: start).flatMap { number(at: $0) }
    case let first where first < 128:
      for (name, value) in Self.byFirst[Int(first)] {
        if let end = skip(name, at: start) { return Reference(value: value, end: end) }
      }
      return nil
    default: return nil
    }
  }

  /// Reads `#122;`, `#x7A;`, with leading zeros, and also without the `;`, as browsers do.
  private func number(at start: Int) -> Reference? {
    let hexadecimal = skip("x", at: start) ?? skip("X", at: start)
    var next = hexadecimal ?? start
    let first = next
    var value: UInt32 = 0
    while next < end, next - first < 12, let digit = digit(bytes[next]),
      hexadecimal != nil || digit < 10
    {
      // No character has a larger number.
      guard value < 0x1_00_00_00 else { return nil }
      value = value * (hexadecimal == nil ? 10 : 16) + digit
      next += 1
    }
    guard next > first else { return nil }
    return Reference(value: value, end: skip(";", at: next) ?? next)
  }

  /// The end of a text that begins at `position`, with its signs percent-encoded or not.
  private func skip(_ text: StaticString, at position: Int) -> Int? {
    var position = position
    for index in 0..<text.utf8CodeUnitCount {
      guard position < end else { return nil }
      let wanted = text.utf8Start[index]
      if bytes[position] == wanted {
        position += 1
      } else if bytes[position] == UInt8(ascii: "%"),
        hexadecimal(position + 1, 2) == UInt32(wanted)
      {
        position += 3
      } else {
        return nil
      }
    }
    return position
  }

  /// The named entities of ASCII's characters.
  /// https://html.spec.whatwg.org/multipage/named-characters.html
  private static let names: [(StaticString, UInt32)] = [
    ("amp;", 38), ("AMP;", 38), ("lt;", 60), ("LT;", 60), ("gt;", 62), ("GT;", 62), ("quot;", 34),
    ("QUOT;", 34), ("apos;", 39), ("Tab;", 9), ("NewLine;", 10), ("excl;", 33), ("num;", 35),
    ("dollar;", 36), ("percnt;", 37), ("lpar;", 40), ("rpar;", 41), ("ast;", 42), ("midast;", 42),
    ("plus;", 43), ("comma;", 44), ("period;", 46), ("sol;", 47), ("colon;", 58), ("semi;", 59),
    ("equals;", 61), ("quest;", 63), ("commat;", 64), ("lsqb;", 91), ("lbrack;", 91),
    ("bsol;", 92), ("rsqb;", 93), ("rbrack;", 93), ("Hat;", 94), ("lowbar;", 95),
    ("UnderBar;", 95), ("grave;", 96), ("DiacriticalGrave;", 96), ("lcub;", 123),
    ("lbrace;", 123), ("verbar;", 124), ("vert;", 124), ("VerticalLine;", 124), ("rcub;", 125),
    ("rbrace;", 125),
  ]

  private static let byFirst: [[(StaticString, UInt32)]] = {
    var table = [[(StaticString, UInt32)]](repeating: [], count: 128)
    for name in names { table[Int(name.0.utf8Start[0])].append(name) }
    return table
  }()
}
