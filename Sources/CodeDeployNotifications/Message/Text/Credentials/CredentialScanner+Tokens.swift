/// Tokens in a form that identifies their issuer, AWS keys, and private keys in PEM.
extension CredentialScanner {
  /// The prefix of a kind of token, how many characters follow at least, and which ones.
  private struct Form {
    enum Characters { case letters, word, base64, hexadecimal, dotted }

    var prefix: StaticString
    var count: Int
    var characters: Characters = .word
    /// Whether the prefix is case-sensitive.
    var isExact = true
  }

  // https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
  private static let forms: [Form] = [
    Form(prefix: "ghp_", count: 20), Form(prefix: "gho_", count: 20),
    Form(prefix: "ghu_", count: 20), Form(prefix: "ghs_", count: 20),
    Form(prefix: "ghr_", count: 20), Form(prefix: "github_pat_", count: 20),
    Form(prefix: "glpat-", count: 20, characters: .dotted), Form(prefix: "gldt-", count: 20),
    Form(prefix: "glrt-", count: 20, characters: .dotted), Form(prefix: "glsoat-", count: 20),
    Form(prefix: "glcbt-", count: 20), Form(prefix: "glptt-", count: 20),
    Form(prefix: "glft-", count: 20), Form(prefix: "glimt-", count: 20),
    Form(prefix: "glagent-", count: 20), Form(prefix: "gloas-", count: 20),
    Form(prefix: "xapp-", count: 8), Form(prefix: "xoxa-", count: 8),
    Form(prefix: "xoxb-", count: 8), Form(prefix: "xoxe-", count: 8),
    Form(prefix: "xoxo-", count: 8), Form(prefix: "xoxp-", count: 8),
    Form(prefix: "xoxr-", count: 8), Form(prefix: "xoxs-", count: 8),
    Form(prefix: "xoxe.xox", count: 8, characters: .dotted),
    Form(prefix: "sk_live_", count: 8), Form(prefix: "sk_test_", count: 8),
    Form(prefix: "rk_live_", count: 8), Form(prefix: "rk_test_", count: 8),
    Form(prefix: "pk_live_", count: 8), Form(prefix: "pk_test_", count: 8),
    Form(prefix: "whsec_", count: 16, characters: .base64),
    Form(prefix: "npm_", count: 36, characters: .letters), Form(prefix: "pypi-", count: 20),
    Form(prefix: "dckr_pat_", count: 20), Form(prefix: "hvs.", count: 20),
    Form(prefix: "hvb.", count: 20), Form(prefix: "hvr.", count: 20),
    Form(prefix: "SG.", count: 32, characters: .dotted), Form(prefix: "NRAK-", count: 20),
    Form(prefix: "AIza", count: 35), Form(prefix: "ya29.", count: 20),
    Form(prefix: "sk-", count: 20), Form(prefix: "hf_", count: 20, characters: .letters),
    Form(prefix: "dop_v1_", count: 20), Form(prefix: "doo_v1_", count: 20),
    Form(prefix: "dor_v1_", count: 20), Form(prefix: "glsa_", count: 20),
    Form(prefix: "glc_", count: 20, characters: .base64), Form(prefix: "shpat_", count: 20),
    Form(prefix: "shpca_", count: 20), Form(prefix: "shppa_", count: 20),
    Form(prefix: "shpss_", count: 20), Form(prefix: "age-secret-key-1", count: 20, isExact: false),
    Form(prefix: "ATATT3", count: 20, characters: .base64), Form(prefix: "lin_api_", count: 20),
    Form(prefix: "tskey-", count: 16), Form(prefix: "PMAK-", count: 20),
    Form(prefix: "pul-", count: 32, characters: .hexadecimal),
    Form(prefix: "dapi", count: 32, characters: .hexadecimal),
    Form(prefix: "LS0tLS1CRUdJTi", count: 20, characters: .base64),
    // How AWS session tokens begin: `origin_ec` and `er/aws` after some bytes.
    Form(prefix: "IQoJb3JpZ2lu", count: 20, characters: .base64),
    Form(prefix: "FwoGZXIvYXdz", count: 20, characters: .base64),
    Form(prefix: "FQoGZXIvYXdz", count: 20, characters: .base64),
    // A JSON object in base64, and so a JSON Web Token (RFC 7519).
    Form(prefix: "eyJ", count: 14, characters: .dotted),
  ]

  /// The forms by the first letter of their prefix, in lower case.
  private static let byFirst: [[Form]] = {
    var table = [[Form]](repeating: [], count: 128)
    for form in forms { table[Int(form.prefix.utf8Start[0] | 0x20)].append(form) }
    return table
  }()

  mutating func findTokens() {
    var position = 0
    /// The position after the last `secret` on this line.
    var secret: Int?
    while position < bytes.count {
      let byte = bytes[position]
      if byte == 0x0A { secret = nil }
      guard isAlphanumeric(byte), beginsWord(position) else {
        // A key may begin with one of base64's signs.
        position += 1
        continue
      }
      if let end = token(at: position) {
        add(position..<end)
        position = end
        continue
      }
      // No key is longer, and what is read again for each word has to be short.
      let end = run(from: position, upTo: 41, while: isKeyPart)
      if let key = keyID(at: position, end) {
        add(key)
        findKey(after: key.upperBound)
      } else if end - position == 40, let secret, position - secret <= 60, isKey(position..<end) {
        add(position..<end)
      } else if let chat = telegram(at: position) {
        add(chat)
      } else if let credentials = scheme(at: position) {
        add(credentials)
      }
      let word = run(from: position, while: isWord)
      if small[position..<word].firstRange(of: Array("secret".utf8)) != nil { secret = word }
      position = max(word, position + 1)
    }
  }

  private func token(at position: Int) -> Int? {
    for form in Self.byFirst[Int(small[position] & 0x7F)] {
      guard has(form, at: position) else { continue }
      let start = position + form.prefix.utf8CodeUnitCount
      var end = run(from: start) { byte in
        switch form.characters {
        case .letters: isAlphanumeric(byte)
        case .word: isWord(byte) || byte == UInt8(ascii: "-")
        case .base64:
          isKeyPart(byte) || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
        case .hexadecimal: isDigit(byte) || (0x61...0x66).contains(byte)
        case .dotted:
          isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "=")
        }
      }
      while end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
      if end - start >= form.count { return end }
    }
    return nil
  }

  private func has(_ form: Form, at position: Int) -> Bool {
    let count = form.prefix.utf8CodeUnitCount
    guard position + count <= bytes.count else { return false }
    let text = form.isExact ? bytes : small
    for index in 0..<count where text[position + index] != form.prefix.utf8Start[index] {
      return false
    }
    return true
  }

  private func isKeyPart(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "+")
  }

  /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
  private func keyID(at position: Int, _ end: Int) -> Range<Int>? {
    guard
      bytes[position...].starts(with: "AKIA".utf8) || bytes[position...].starts(with: "ASIA".utf8)
    else { return nil }
    let word = run(from: position, while: isWord)
    guard word - position == 20, bytes[position..<word].allSatisfy({ isUpper($0) || isDigit($0) })
    else { return nil }
    return position..<word
  }

  /// A secret key directly after a key's id.
  private mutating func findKey(after end: Int) {
    let start = skip(end, upTo: 5) { !isKeyPart(bytes[$0]) && bytes[$0] != 0x0A }
    guard start > end else { return }
    let key = start..<run(from: start, while: isKeyPart)
    if key.count == 40 { add(key) }
  }

  /// Excludes a commit's id, which has forty characters too.
  private func isKey(_ range: Range<Int>) -> Bool {
    contains(range, isUpper) && contains(range, isLower)
  }

  /// `123456789:AA…`, the token of a Telegram bot.
  private func telegram(at position: Int) -> Range<Int>? {
    let colon = run(from: position, while: isDigit)
    guard (8...10).contains(colon - position), colon < bytes.count,
      bytes[colon] == UInt8(ascii: ":")
    else { return nil }
    let end = run(from: colon + 1) { isWord($0) || $0 == UInt8(ascii: "-") }
    return (34...36).contains(end - colon - 1) ? position..<end : nil
  }

  /// `Bearer …` and `Basic …`. Ordinary words can follow these too; tokens have digits, and encoded
  /// `user:password` has padding, or capitals among lower-case letters.
  private func scheme(at position: Int) -> Range<Int>? {
    let isBearer = has("bearer", at: position)
    guard isBearer || has("basic", at: position) else { return nil }
    let word = position + (isBearer ? 6 : 5)
    let start = skip(word, upTo: 4) { isBlank($0) }
    guard start > word else { return nil }
    var end = run(from: start) { isKeyPart($0) || Array("._~-".utf8).contains($0) && isBearer }
    let core = start..<end
    while end < bytes.count, bytes[end] == UInt8(ascii: "=") { end += 1 }
    guard core.count >= 8 || core.count >= 4 && end > core.upperBound else { return nil }
    let hasMix =
      contains((start + 1)..<core.upperBound, isUpper) && contains(core, isLower)
    guard contains(core, isDigit) || end > core.upperBound || !isBearer && hasMix else {
      return nil
    }
    return start..<end
  }

  /// PEM blocks, also where the text begins or ends inside one.
  mutating func findPrivateKeys() {
    var begin: Int?
    var last = 0
    var position = 0
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "-"), has("-----", at: position) else {
        position += 1
        continue
      }
      let end = run(from: position) { $0 == UInt8(ascii: "-") }
      let label = run(from: end) { isUpper($0) || isDigit($0) || $0 == 0x20 }
      let words = text(end..<min(label, end + 80))
      guard words.contains("private key"), has("-----", at: label) else {
        position = end
        continue
      }
      let close = label + 5
      if words.hasPrefix("begin ") {
        begin = begin ?? position
      } else if words.hasPrefix("end ") {
        add((begin ?? last)..<close)
        begin = nil
        last = close
      }
      position = close
    }
    if let begin { add(begin..<bytes.count) }
  }
}
