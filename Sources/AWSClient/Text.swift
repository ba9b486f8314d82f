extension StringProtocol {
  /// The text without white space at both ends.
  func trimmingSpace() -> SubSequence {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return self[endIndex...] }
    return self[first...last]
  }
}

extension Character {
  /// A letter or digit of ASCII.
  var isASCIIAlphanumeric: Bool { isASCII && (isLetter || isNumber) }
}

extension String {
  /// A region's name without the affix by which endpoints for FIPS used to be named as regions of
  /// their own. Source: botocore's `_normalize_fips_region`.
  package var plainRegion: String {
    replacing("fips-", with: "").replacing("-fips", with: "")
  }
}
