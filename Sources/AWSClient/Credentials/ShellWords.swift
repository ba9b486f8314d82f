/// Splits a command into words as Python's `shlex.split` does, which botocore uses for
/// `credential_process`: quotes and backslashes work as in a shell, and nothing else does.
/// https://docs.python.org/3/library/shlex.html#parsing-rules (the POSIX ones)
enum ShellWords {
  /// Why a command can't be split.
  struct Malformed: Error, Equatable {
    var reason: String
  }

  static func split(_ command: String) throws(Malformed) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Unicode.Scalar?
    var rest = command.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch (scalar, quote) {
      case (let closing, let open?) where closing == open:
        quote = nil
      case ("\\", nil), ("\\", "\""):
        guard let next = rest.popFirst() else {
          throw Malformed(reason: "it ends in a backslash")
        }
        // Within quotes a backslash is literal, unless it precedes a quote or another backslash.
        if quote != nil, next != "\"", next != "\\" { word = (word ?? "") + "\\" }
        word = (word ?? "") + String(next)
      case (_, _?):
        word = (word ?? "") + String(scalar)
      case ("\"", nil), ("'", nil):
        quote = scalar
        word = word ?? ""
      case (" ", nil), ("\t", nil), ("\r", nil), ("\n", nil):
        if let word { words.append(word) }
        word = nil
      case (_, nil):
        word = (word ?? "") + String(scalar)
      }
    }
    guard quote == nil else { throw Malformed(reason: "a quotation mark isn't closed") }
    if let word { words.append(word) }
    return words
  }
}
