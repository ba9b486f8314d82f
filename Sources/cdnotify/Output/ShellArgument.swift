import CodeDeployNotifications

extension String {
  /// One argument of a POSIX shell's command line, in quotes where it needs them.
  var shellArgument: String {
    let isPlain =
      !isEmpty
      && utf8.allSatisfy { byte in
        let scalar = Unicode.Scalar(byte)
        return scalar.isASCII && scalar.properties.isAlphabetic
          || "0123456789_./:@%+,-".unicodeScalars.contains(scalar)
      }
    return isPlain ? self : "'\(substituting("'", with: #"'\''"#))'"
  }
}
