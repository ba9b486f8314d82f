/// Secrets in addresses: `scheme://user:…@host`, tokens as the user, signatures in a query, and the
/// paths of incoming webhooks.
extension CredentialScanner {
  mutating func findAddresses() {
    var position = 0
    while position < bytes.count {
      let end = run(from: position, upTo: .max, while: isAddressPart)
      findAddresses(in: position..<end)
      position = end + 1
    }
  }

  private func isAddressPart(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x22 && byte != 0x27 && byte != UInt8(ascii: "<")
      && byte != UInt8(ascii: ">")
  }

  /// Reads a text without blanks and quotes, of any length. The end of its path and the last `@`
  /// before that are found once and not for each address in it.
  private mutating func findAddresses(in whole: Range<Int>) {
    var position = whole.lowerBound
    var path = position..<position
    var lastSign: Int?
    var firstColon: Int?
    while position < whole.upperBound {
      switch bytes[position] {
      case UInt8(ascii: ":"):
        firstColon = firstColon ?? position
        guard has("://", at: position) else {
          position += 1
          continue
        }
        let start = position + 3
        if start >= path.upperBound {
          // A query may contain an e-mail address.
          let end = bytes[start..<whole.upperBound].firstIndex {
            $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#")
          }
          path = start..<(end ?? whole.upperBound)
          lastSign = bytes[path].lastIndex(of: UInt8(ascii: "@"))
        }
        if let lastSign, lastSign >= start {
          position = findUser(start..<lastSign)
        } else {
          position = start
        }
      case UInt8(ascii: "@") where has("@tcp(", at: position) || has("@unix(", at: position):
        // `user:password@tcp(host)`, as in Go's database drivers.
        if let firstColon { add((firstColon + 1)..<position) }
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

  /// Reads the text between `://` and the last `@`. Returns where to go on.
  private mutating func findUser(_ user: Range<Int>) -> Int {
    let (start, sign) = (user.lowerBound, user.upperBound)
    // The search ends at the first of the two: in a long text the next address has both.
    guard
      let mark = bytes[user].firstIndex(where: {
        $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/")
      })
    else {
      addToken(user)
      return sign
    }
    guard bytes[mark] == UInt8(ascii: ":") else { return start }
    let password = (mark + 1)..<sign
    // `host:8443/a@b` is a port and a path.
    let digits = run(from: password.lowerBound, upTo: .max, while: isDigit)
    if digits < sign, bytes[digits] == UInt8(ascii: "/") { return start }
    if !password.isEmpty, bytes[password.lowerBound] != UInt8(ascii: "$") { add(password) }
    addToken(start..<mark)
    return sign
  }

  /// A user name that is long and has digits is a token.
  private mutating func addToken(_ user: Range<Int>) {
    guard user.count >= 16, contains(user, isDigit), !contains(user, { $0 == UInt8(ascii: ".") })
    else { return }
    add(user)
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
