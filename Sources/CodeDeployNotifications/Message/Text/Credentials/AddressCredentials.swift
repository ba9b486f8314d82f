/// Secrets in addresses: `scheme://user:…@host`, tokens as the user, signatures in a query, and the
/// paths of incoming webhooks.
extension CredentialScanner {
  mutating func findAddresses() {
    var position = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: ":") where has("://", at: position):
        position = findUser(from: position + 3)
      case UInt8(ascii: "@") where has("@tcp(", at: position) || has("@unix(", at: position):
        findUserOfDriver(before: position)
        position += 1
      case UInt8(ascii: "?"), UInt8(ascii: "&"):
        findSignature(after: position)
        position += 1
      case UInt8(ascii: "/"):
        findWebhook(at: position)
        position += 1
      default: position += 1
      }
    }
  }

  private func isAddressPart(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x22 && byte != 0x27 && byte != UInt8(ascii: "<")
      && byte != UInt8(ascii: ">")
  }

  /// Returns where to go on.
  private mutating func findUser(from start: Int) -> Int {
    let end = run(from: start, upTo: 600, while: isAddressPart)
    // A query may hold an address of mail.
    let limit =
      bytes[start..<end].firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? end
    guard let sign = bytes[start..<limit].lastIndex(of: UInt8(ascii: "@")) else { return start }
    let slash = bytes[start..<sign].firstIndex(of: UInt8(ascii: "/"))
    if let colon = bytes[start..<sign].firstIndex(of: UInt8(ascii: ":")) {
      if let slash, slash < colon { return start }
      // `host:8443/a@b` is a port and a path.
      if let slash, bytes[(colon + 1)..<slash].allSatisfy(isDigit) { return start }
      let password = (colon + 1)..<sign
      if !password.isEmpty, !text(password).hasPrefix("$") { add(password) }
      addToken(start..<colon)
      return sign
    }
    guard slash == nil else { return start }
    addToken(start..<sign)
    return sign
  }

  /// A user that is long and has digits is a token.
  private mutating func addToken(_ user: Range<Int>) {
    guard user.count >= 16, contains(user, isDigit), !contains(user, { $0 == UInt8(ascii: ".") })
    else { return }
    add(user)
  }

  /// `user:password@tcp(host)`, as drivers of Go take it.
  private mutating func findUserOfDriver(before sign: Int) {
    var start = sign
    while start > 0, sign - start < 200, isAddressPart(bytes[start - 1]) { start -= 1 }
    guard let colon = bytes[start..<sign].firstIndex(of: UInt8(ascii: ":")) else { return }
    add((colon + 1)..<sign)
  }

  private mutating func findSignature(after mark: Int) {
    let start = mark + 1
    let end = run(from: start) { isWord($0) || $0 == UInt8(ascii: "-") }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "=") else { return }
    let names = ["x-amz-signature", "x-amz-credential", "x-amz-security-token", "signature", "sig"]
    guard names.contains(text(start..<min(end, start + 40))) else { return }
    let value = run(from: end + 1) { isAddressPart($0) && $0 != UInt8(ascii: "&") }
    add((end + 1)..<value)
  }

  private mutating func findWebhook(at slash: Int) {
    let paths: [(host: StaticString, path: StaticString)] = [
      ("hooks.slack.com", "/services/"), ("hooks.slack.com", "/workflows/"),
      ("hooks.slack.com", "/triggers/"), ("discord.com", "/api/webhooks/"),
      ("discordapp.com", "/api/webhooks/"), ("webhook.office.com", "/webhookb2/"),
      ("api.telegram.org", "/bot"),
    ]
    for (host, path) in paths where has(path, at: slash) {
      guard has(host, at: slash - host.utf8CodeUnitCount) else { continue }
      let start = slash + path.utf8CodeUnitCount
      add(start..<run(from: start, while: isAddressPart))
    }
  }
}
