/// Names that precede a secret, such as `DB_PASSWORD`, `clientSecret` or `x-api-key`.
enum CredentialNames {
  enum Strength {
    /// Whatever follows is a secret.
    case sure
    /// What follows is a secret if it looks like one: these words have other uses too.
    case perhaps
  }

  /// Words that are enough as the end of a longer one: `PGPASSWORD`, `apitoken`.
  private static let endings = [
    "password", "passwd", "passphrase", "passcode", "secret", "token", "apikey", "accesskey",
    "secretkey", "privatekey", "authkey",
  ]
  private static let words: Set = [
    "pwd", "pass", "pw", "dbpass", "userpass", "adminpass", "rootpass", "ftppass", "smtppass",
    "mysqlpwd", "pswd", "passwort",
  ]
  private static let unsure: Set = ["credentials", "credential", "creds", "auth"]
  /// Words before `key` that make it a secret.
  private static let keys: Set = [
    "api", "access", "account", "private", "encryption", "signing", "master", "auth", "license",
    "secret", "shared", "storage", "subscription", "integration", "routing",
  ]
  /// Words that may follow the decisive one within a name.
  private static let suffixes: Set = [
    "access", "key", "id", "value", "string", "text", "hash", "base", "base64", "plain",
    "plaintext",
    "current", "new", "old", "prod", "production", "staging", "dev",
  ]

  /// Whether a name, without its quotes, precedes a secret; `nil` where it doesn't.
  static func strength(_ name: ArraySlice<UInt8>) -> Strength? {
    // Something that long is a path or a sentence.
    guard name.count <= 100 else { return nil }
    var words = words(of: name)
    while let last = words.last, words.count > 1,
      suffixes.contains(last) || last.count <= 3 && last.allSatisfy(\.isNumber)
    {
      // For `…_KEY` the word before it decides.
      if last == "key", keys.contains(words[words.count - 2]) { return .sure }
      words.removeLast()
    }
    guard var last = words.last else { return nil }
    while let digit = last.last, digit.isNumber { last.removeLast() }
    if Self.words.contains(last) { return .sure }
    if unsure.contains(last) { return .perhaps }
    return endings.contains { last.hasSuffix($0) } ? .sure : nil
  }

  /// Whether a name is written like a shell variable: `API_TOKEN`.
  static func isVariable(_ name: ArraySlice<UInt8>) -> Bool {
    name.contains(UInt8(ascii: "_"))
      && name.allSatisfy {
        $0 == UInt8(ascii: "_") || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
      }
  }

  /// The name's words in lower case, split at punctuation and before capitals.
  private static func words(of name: ArraySlice<UInt8>) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    func end() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word = []
    }
    var isAfterSmall = false
    for byte in name {
      let isCapital = (0x41...0x5A).contains(byte)
      let isPart = isCapital || (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
      if !isPart || isCapital && isAfterSmall { end() }
      if isPart { word.append(isCapital ? byte | 0x20 : byte) }
      isAfterSmall = (0x61...0x7A).contains(byte)
    }
    end()
    return words
  }

  /// Values that stand in a secret's place but aren't secret.
  static let innocent: Set = [
    "null", "nil", "none", "true", "false", "undefined", "empty", "required", "missing", "invalid",
    "valid", "expired", "not", "is", "was", "are", "has", "must", "should", "cannot", "could",
    "can",
    "will", "unset", "file", "the", "no", "it", "an", "this", "that", "check", "in", "at", "from",
    "denied", "<nil>", "n/a", "incorrect", "mismatch", "authentication", "failed",
  ]

  /// Words that follow one such as `credentials` without being a secret.
  static let ordinary: Set = [
    "ok", "found", "loaded", "default", "from", "for", "in", "the", "and", "or", "of", "to",
    "using",
    "instance", "profile", "environment", "unavailable", "available", "yes", "no", "set", "on",
    "off",
    "enabled", "disabled", "basic", "bearer", "unable", "error", "success", "successful", "env",
    "file", "new", "no", "provided", "rejected", "accepted", "refreshed", "cached",
  ]
}
