extension Character {
  /// A letter or digit of ASCII.
  var isASCIIAlphanumeric: Bool { isASCII && (isLetter || isNumber) }
}
