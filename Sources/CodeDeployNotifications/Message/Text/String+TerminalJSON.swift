extension String {
  /// The same JSON, with escapes for every character that a terminal would interpret or not show.
  /// JSON itself requires escapes for the first 32 characters only.
  package var escapingInvisiblesOfJSON: String {
    if utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A }) { return self }
    var json = UnicodeScalarView()
    func escape(_ scalar: Unicode.Scalar) {
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        let zeros = String(repeating: "0", count: 4 - digits.count)
        json.append(contentsOf: "\\u\(zeros)\(digits)".unicodeScalars)
      }
    }
    TextCleaner.walk(self) { part in
      switch part {
      case .shown(let scalars): json.append(contentsOf: scalars)
      case .control(let scalar): escape(scalar)
      case .invisible(let scalars):
        // What looks like a terminal sequence can be the end of a JSON string.
        if let first = scalars.first { escape(first) }
        json.append(contentsOf: scalars.dropFirst())
      }
    }
    return String(json)
  }
}
