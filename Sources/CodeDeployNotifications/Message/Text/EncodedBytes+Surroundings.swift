// The text around a finding.

extension EncodedBytes {
  /// Whether the text at `range` isn't part of a longer word.
  func isWord(_ range: Range<Int>) -> Bool {
    func continues(_ position: Int) -> Bool {
      guard bytes.indices.contains(position) else { return false }
      switch bytes[position] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        return true
      default: return false
      }
    }
    return !continues(range.lowerBound - 1) && !continues(range.upperBound)
  }

  /// Whether a sign that precedes values stands before the range.
  func isValue(_ range: Range<Int>) -> Bool {
    var before = range.lowerBound - 1
    while before >= 0, bytes[before] == 32 { before -= 1 }
    guard before >= 0 else { return false }
    // The apostrophe of `isn't` begins no value, unlike that of `b't'`.
    let apostrophe = UInt8(ascii: "'")
    if bytes[before] == apostrophe, before > 0,
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[before - 1] | 0x20)
    {
      return range.upperBound < bytes.count && bytes[range.upperBound] == apostrophe
    }
    return [UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "\""), UInt8(ascii: "'")]
      .contains(bytes[before])
  }

  /// The range extended by the characters at both ends that share bits with it, and by the padding.
  func base64(around range: Range<Int>) -> Range<Int> {
    func isCoded(_ position: Int) -> Bool {
      guard bytes.indices.contains(position) else { return false }
      switch bytes[position] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"),
        UInt8(ascii: "-"), UInt8(ascii: "_"):
        return true
      default: return false
      }
    }
    let lower = isCoded(range.lowerBound - 1) ? range.lowerBound - 1 : range.lowerBound
    var upper = isCoded(range.upperBound) ? range.upperBound + 1 : range.upperBound
    while upper < bytes.count, bytes[upper] == UInt8(ascii: "="), upper - range.upperBound < 3 {
      upper += 1
    }
    return lower..<upper
  }
}
