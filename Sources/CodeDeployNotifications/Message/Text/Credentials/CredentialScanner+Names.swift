/// Values after names: `DB_PASSWORD=…`, `"clientSecret": "…"`, `<token>…</token>`, headers.
extension CredentialScanner {
  mutating func findNamedValues() {
    var position = 0
    // For `{"name": "DB_PASSWORD", "value": "…"}`: the position up to which the value may begin.
    var namesValue = -1
    while position < bytes.count {
      guard isNamePart(bytes[position]) else {
        position += 1
        continue
      }
      let end = run(from: position, while: isNamePart)
      let name = position..<end
      if let next = findHeader(name) {
        position = next
        continue
      }
      let strength = CredentialNames.strength(bytes[name])
      if strength != nil, namesSomething(before: name) { namesValue = end + 200 }
      if let strength {
        findValue(of: name, strength)
      } else if end <= namesValue, text(name) == "value", let value = assigned(after: end) {
        addValue(from: value.start, name, isQuery: false, .sure)
        namesValue = -1
      } else if text(name) == "key" {
        findKeyOfQuery(name)
      }
      position = end
    }
  }

  private func isNamePart(_ byte: UInt8) -> Bool {
    isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }

  /// Whether `name: ` precedes it, so that it is itself a value.
  private func namesSomething(before name: Range<Int>) -> Bool {
    var end = name.lowerBound
    while end > 0, name.lowerBound - end < 8, isQuoteOrEscape(end - 1) || isBlank(end - 1) {
      end -= 1
    }
    guard end > 0, bytes[end - 1] == UInt8(ascii: ":") || bytes[end - 1] == UInt8(ascii: "=")
    else { return false }
    end -= 1
    while end > 0, name.lowerBound - end < 16, isQuoteOrEscape(end - 1) || isBlank(end - 1) {
      end -= 1
    }
    return ["name", "key"].contains { word in
      let start = end - word.utf8.count
      return start >= 0 && text(start..<end).hasSuffix(word)
    }
  }

  private func isQuoteOrEscape(_ position: Int) -> Bool {
    isQuote(position) || bytes[position] == UInt8(ascii: "\\")
  }

  /// The value's start, and the sign between it and the name.
  private func assigned(after end: Int) -> (start: Int, sign: UInt8)? {
    var position = skip(end) { isQuoteOrEscape($0) || bytes[$0] == UInt8(ascii: "]") }
    position = skip(position) { isBlank($0) }
    guard position < bytes.count else { return nil }
    let sign = bytes[position]
    let next = position + 1 < bytes.count ? bytes[position + 1] : 0
    switch (sign, next) {
    case (UInt8(ascii: "="), UInt8(ascii: ">")), (UInt8(ascii: ":"), UInt8(ascii: "=")),
      (UInt8(ascii: "="), UInt8(ascii: "=")):
      position += 2
    case (UInt8(ascii: ":"), UInt8(ascii: ":")): return nil
    case (UInt8(ascii: "="), _), (UInt8(ascii: ":"), _): position += 1
    default: return nil
    }
    return (skip(position) { isBlank($0) }, sign)
  }

  private mutating func findValue(of name: Range<Int>, _ strength: CredentialNames.Strength) {
    let before = name.lowerBound > 0 ? bytes[name.lowerBound - 1] : 0
    if before == UInt8(ascii: "<") || before == UInt8(ascii: ":"),
      name.upperBound < bytes.count, bytes[name.upperBound] == UInt8(ascii: ">")
    {
      let start = name.upperBound + 1
      add(start..<run(from: start) { $0 != UInt8(ascii: "<") && $0 != 0x0A })
      return
    }
    if let value = assigned(after: name.upperBound) {
      let word = text(name)
      // A secret's ARN (`…:secret:prod/db-AbCdEf`) and the shell's folder aren't secrets.
      if word == "secret", before == UInt8(ascii: ":"), value.sign == UInt8(ascii: ":") { return }
      let isPath = value.start < bytes.count && bytes[value.start] == UInt8(ascii: "/")
      if word == "pwd" || word == "oldpwd", isPath { return }
      // The line of a passed test, such as `pass: test…`.
      if word == "pass", value.sign == UInt8(ascii: ":"), has("test", at: value.start) { return }
      let isQuery = before == UInt8(ascii: "?") || before == UInt8(ascii: "&")
      addValue(from: value.start, name, isQuery: isQuery, strength)
    } else if strength == .sure {
      findUnsigned(name)
    }
  }

  /// `NAME x`, without a sign in between.
  private mutating func findUnsigned(_ name: Range<Int>) {
    let start = skip(name.upperBound) { isBlank($0) }
    guard start > name.upperBound, !isLineEnd(start) else { return }
    let end = run(from: start) { $0 > 0x20 }
    let value = start..<end
    let word = text(value)
    guard !CredentialNames.innocent.contains(word), !CredentialNames.ordinary.contains(word) else {
      return
    }
    let before = wordBefore(name.lowerBound)
    let isSet = ["set", "setenv", "env", "arg", "config", "export"].contains(before)
    guard isSet || CredentialNames.isVariable(bytes[name]) else { return }
    let isAlone = isSet || before.isEmpty
    let looksSecret = contains(value) { isDigit($0) } && value.count >= 6
    guard isAlone && isLineEnd(skip(end, upTo: 80) { isBlank($0) }) || looksSecret else { return }
    addValue(from: start, name, isQuery: false, .sure)
  }

  /// The preceding word on the same line; empty where there is none.
  private func wordBefore(_ position: Int) -> String {
    var end = position
    // The name may end a longer word, as in `//registry/:_authToken`.
    while end > 0, position - end < 80, !isSpace(end - 1) { end -= 1 }
    while end > 0, position - end < 88, isBlank(end - 1) { end -= 1 }
    var start = end
    while start > 0, end - start < 24, !isSpace(start - 1) { start -= 1 }
    let word = text(start..<end)
    return ["+", "$", "#", ">", "-"].contains(word) ? "" : word
  }

  /// Finds the value that begins at `start`, quoted or not, on this line or below.
  private mutating func addValue(
    from start: Int, _ name: Range<Int>, isQuery: Bool, _ strength: CredentialNames.Strength
  ) {
    guard start < bytes.count else { return }
    if let below = valueBelow(start) {
      for range in below { add(range) }
      return
    }
    let escapes = skip(start, upTo: 3) { bytes[$0] == UInt8(ascii: "\\") }
    guard isQuote(escapes) else {
      let end = run(from: start) { byte in
        byte > 0x20 && !(isQuery && (byte == UInt8(ascii: "&") || byte == UInt8(ascii: "#")))
          && byte != 0x22
      }
      addPlain(start..<end, strength)
      return
    }
    let closing = bytes[escapes]
    let content = escapes + 1
    let isEscaped = escapes > start
    var end = content
    while end < bytes.count, bytes[end] != 0x0A, bytes[end] != closing {
      if bytes[end] == UInt8(ascii: "\\") {
        if isEscaped { break }
        if closing == 0x22, end + 1 < bytes.count, bytes[end + 1] != 0x0A { end += 1 }
      }
      end += 1
    }
    if isSecret(content..<end, strength) { add(content..<end) }
  }

  private mutating func addPlain(_ range: Range<Int>, _ strength: CredentialNames.Strength) {
    guard !isVariable(range) else { return }
    var end = range.upperBound
    let ends = Array(",;)]}".utf8)
    while end > range.lowerBound, ends.contains(bytes[end - 1]) { end -= 1 }
    let value = range.lowerBound..<end
    guard let first = bytes[value].first, !Array("{[(".utf8).contains(first) else { return }
    if isSecret(value, strength) { add(value) }
  }

  private func isSecret(_ value: Range<Int>, _ strength: CredentialNames.Strength) -> Bool {
    guard !value.isEmpty else { return false }
    let word = text(value)
    if CredentialNames.innocent.contains(word) || isVariable(value) { return false }
    guard strength == .perhaps else { return true }
    if CredentialNames.ordinary.contains(word) { return false }
    // An IP address or a time.
    if bytes[value].allSatisfy({ isDigit($0) || Array(".:-/".utf8).contains($0) }) { return false }
    return contains(value) { isDigit($0) || $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }
      && value.count >= 6
      || value.count >= 12 && contains(value, isUpper) && contains(value, isLower)
  }

  /// `$NAME`, `${NAME}`, `{{name}}`, `%NAME%`: a reference to the value, not the value.
  private func isVariable(_ value: Range<Int>) -> Bool {
    let text = bytes[value]
    guard let first = text.first, let last = text.last else { return false }
    let isBraced = last == UInt8(ascii: "}")
    if first == UInt8(ascii: "$") {
      let rest = text.dropFirst()
      if rest.first == UInt8(ascii: "{") { return isBraced }
      if rest.first == UInt8(ascii: "(") { return true }
      return !rest.isEmpty
        && rest.allSatisfy { isUpper($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }
    if text.starts(with: "{{".utf8) { return isBraced }
    return first == UInt8(ascii: "<") && last == UInt8(ascii: ">")
  }

  /// A value on the next line: after a backslash, after YAML's sign for a text of several lines, or
  /// after nothing.
  private func valueBelow(_ start: Int) -> [Range<Int>]? {
    var position = start
    var isBlock = false
    if !isLineEnd(start) {
      let first = bytes[start]
      guard first == UInt8(ascii: "|") || first == UInt8(ascii: ">") || first == UInt8(ascii: "\\")
      else { return nil }
      isBlock = first != UInt8(ascii: "\\")
      position = skip(start + 1, upTo: 3) { "+-123456789".utf8.contains(bytes[$0]) && isBlock }
      position = skip(position) { isBlank($0) }
      guard isLineEnd(position) else { return nil }
    }
    var ranges: [Range<Int>] = []
    for _ in 0..<(isBlock ? 40 : 1) {
      while position < bytes.count, bytes[position] == 0x0D { position += 1 }
      guard position < bytes.count, bytes[position] == 0x0A else { break }
      let line = position + 1
      let content = skip(line, upTo: 80) { isBlank($0) }
      var end = run(from: content) { $0 != 0x0A && $0 != 0x0D }
      guard content > line || bytes.indices.contains(content) && isQuote(content), end > content
      else { break }
      position = end
      if !isBlock {
        while end > content, Array(" ,;\\".utf8).contains(bytes[end - 1]) { end -= 1 }
        var value = content..<end
        if isQuote(content), end - content > 1, bytes[end - 1] == bytes[content] {
          value = (content + 1)..<(end - 1)
        }
        // Two words are a sentence, and a name with a sign is the next setting.
        let isWord = !bytes[value].contains { $0 == 0x20 || $0 == UInt8(ascii: ":") }
        guard isWord || isQuote(content) else { break }
        guard !Array("{[-<#".utf8).contains(bytes[value.lowerBound]) else { break }
        ranges.append(value)
      } else {
        ranges.append(content..<end)
      }
    }
    return ranges
  }

  /// `key=…&token=…`: a key in a query or a form.
  private mutating func findKeyOfQuery(_ name: Range<Int>) {
    guard name.upperBound < bytes.count, bytes[name.upperBound] == UInt8(ascii: "=") else { return }
    let start = name.upperBound + 1
    let end = run(from: start) { isWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "%") }
    let before = name.lowerBound > 0 ? bytes[name.lowerBound - 1] : 0
    let isQuery =
      before == UInt8(ascii: "?") || before == UInt8(ascii: "&")
      || end < bytes.count && bytes[end] == UInt8(ascii: "&")
    guard isQuery, end - start >= 16, contains(start..<end, isDigit) else { return }
    add(start..<end)
  }

  /// `Authorization: …`, `Cookie: …`. Returns the position after the header.
  private mutating func findHeader(_ name: Range<Int>) -> Int? {
    let word = text(name)
    let isAuthorization = word == "authorization" || word.hasSuffix("-authorization")
    guard isAuthorization || word == "cookie" || word == "set-cookie",
      let value = assigned(after: name.upperBound)
    else { return nil }
    var start = skip(value.start, upTo: 5) { isQuoteOrEscape($0) }
    if isAuthorization {
      let scheme = run(from: start) { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
      let schemes = [
        "bearer", "basic", "digest", "token", "negotiate", "aws4-hmac-sha256", "apikey",
      ]
      if schemes.contains(text(start..<scheme)) {
        start = skip(scheme) { isBlank($0) }
      }
    }
    let end = run(from: start) { $0 != 0x22 && $0 != 0x27 && $0 != 0x0A }
    var last = end
    while last > start, bytes[last - 1] == UInt8(ascii: "\\") || bytes[last - 1] == 0x0D {
      last -= 1
    }
    let said = text(start..<last)
    guard !CredentialNames.innocent.contains(said), !CredentialNames.ordinary.contains(said) else {
      return end
    }
    add(start..<last)
    return end
  }
}
