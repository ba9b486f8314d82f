extension String {
  /// The text with `breaker` inserted into each `:name:` that a chat would show as an emoji, such
  /// as the `:100:` of `main.go:100:12`: before the first colon, or after it.
  package func breakingShortcodes(with breaker: Unicode.Scalar, before: Bool) -> String {
    guard utf8.lazy.filter({ $0 == UInt8(ascii: ":") }).dropFirst().first != nil else {
      return self
    }
    let scalars = Array(unicodeScalars)
    var broken = UnicodeScalarView()
    var colon: Int?
    var marked: Set<Int> = []
    for (position, scalar) in scalars.enumerated() {
      if scalar == ":" {
        if let start = colon, position - start > 1 { marked.insert(start) }
        colon = position
      } else if !scalar.isOfShortcode {
        colon = nil
      }
    }
    guard !marked.isEmpty else { return self }
    for (position, scalar) in scalars.enumerated() {
      guard marked.contains(position) else {
        broken.append(scalar)
        continue
      }
      if before { broken.append(breaker) }
      broken.append(scalar)
      if !before { broken.append(breaker) }
    }
    return String(broken)
  }
}

extension Unicode.Scalar {
  /// Whether emoji names may contain the character. They have letters of any script, because a
  /// workspace can name its own.
  fileprivate var isOfShortcode: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-", "+", "'", "\\": true
    default: value > 0xBF && !properties.isWhitespace
    }
  }
}
