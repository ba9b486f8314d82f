/// Takes out of text from outside, such as a script's log, whatever looks like a credential.
///
/// It errs on the side of the secret: a value that a name like `password` announces goes, whatever
/// it is. Repetition before the part that decides is bounded, so that no text makes it slow.
extension String {
  package var withoutCredentials: String {
    withoutPrivateKeys.withoutHeaders.withoutNamedSecrets.withoutSecretsInCommands
      .withoutAWSKeys.withoutTokens
  }

  private static let mask = Secret.mask

  /// Blocks of PEM, also where the text begins or ends inside one.
  private var withoutPrivateKeys: String {
    let begin = Self.exact(/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/)
    let end = Self.exact(/-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/)
    var kept = ""
    var rest = self[...]
    while let close = rest.firstMatch(of: end) {
      let open = rest[..<close.range.lowerBound].firstMatch(of: begin)
      kept += rest[..<(open?.range.lowerBound ?? rest.startIndex)] + Self.mask
      rest = rest[close.range.upperBound...]
    }
    guard let open = rest.firstMatch(of: begin) else { return kept + rest }
    return kept + rest[..<open.range.lowerBound] + Self.mask
  }

  /// `Authorization: Bearer …`, `Cookie: …`, and a bearer token anywhere.
  private var withoutHeaders: String {
    let authorization =
      /(?i)(\bauthorization\\{0,3}["']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,3}["']?(?:(?:bearer|basic|digest|token|negotiate|aws4-hmac-sha256)[ \t]{1,4})?)[^"'\n]+/
    let cookie = /(?i)(\b(?:set-)?cookie:[ \t]{0,4})[^"'\n]+/
    let bearer = /(?i)(\bbearer[ \t]{1,4})([a-z0-9._~+\/-]{8,}=*)/
    return
      replacing(Self.exact(authorization)) { "\($0.1)\(Self.mask)" }
      .replacing(Self.exact(cookie)) { "\($0.1)\(Self.mask)" }
      // Words can follow that one too; tokens have digits.
      .replacing(Self.exact(bearer)) { match in
        match.2.contains(where: \.isNumber) ? "\(match.1)\(Self.mask)" : String(match.0)
      }
  }

  /// `DB_PASSWORD=…`, `"clientSecret": "…"`, `\"token\":\"…\"`, `<token>…</token>`.
  private var withoutNamedSecrets: String {
    let element =
      /(?i)(<[a-z:_.-]{0,40}(?:password|passwd|passphrase|secret|token|api_?key|access_?key)[a-z:_.-]{0,10}>)[^<\n]+/
    // The name and what may follow it in a name, what stands between it and its value, the value.
    let value =
      /(?i)((?:password|passwd|passphrase|pwd|[_-]pass|secret|token|(?:api|access|account|private|encryption|signing|master|auth|license)[_-]?key)(?:[_.-]?(?:access|key|id|value|string|text|hash|base(?:64)?|[0-9]{1,3})){0,3}(?:\\{0,3}["'\]]){0,2}[ \t]{0,4}(?:=>|:=|=|:)[ \t]{0,4})(\\{1,3}"[^"\\\n]*(?:\\{1,3}")?|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?|[^\s"']\S*)/
    // The files of Docker and npm, and of curl and ftp.
    let registry = /(?i)(["']?_?auth["']?[ \t]{0,4}[:=][ \t]{0,4}["']?)[a-z0-9+\/]{12,}={0,2}/
    let netrc =
      /(\bmachine[ \t]{1,4}\S{1,100}[ \t]{1,4}login[ \t]{1,4}\S{1,100}[ \t]{1,4}password[ \t]{1,4})\S+/
    let text =
      replacing(Self.exact(element)) { "\($0.1)\(Self.mask)" }
      .replacing(Self.exact(registry)) { "\($0.1)\(Self.mask)" }
      .replacing(Self.exact(netrc)) { "\($0.1)\(Self.mask)" }
    return text.replacing(Self.exact(value)) { match in
      let before = text[..<match.range.lowerBound].last
      // A secret's ARN (`…:secret:prod/db-AbCdEf`) and the shell's folder are none.
      let isARN = before == ":" && match.1 == "secret:"
      let isFolder = match.1.lowercased() == "pwd=" && match.2.hasPrefix("/")
      return isARN || isFolder ? String(match.0) : match.1 + Self.masked(match.2)
    }
  }

  /// The mask in the value's place, with what quotes the value or ends it, so that the text around
  /// it can still be read.
  private static func masked(_ value: Substring) -> String {
    if let quoted = value.prefixMatch(of: exact(/\\{0,3}["']/)) {
      let isClosed = value.count > quoted.0.count && value.hasSuffix(quoted.0)
      return quoted.0 + mask + (isClosed ? quoted.0 : "")
    }
    let end = value.reversed().prefix { ",;)]}".contains($0) }.reversed()
    return mask + String(end)
  }

  /// `--password …`, `mysql -p…`, `curl -u user:…`, `scheme://user:…@host`, `?X-Amz-Signature=…`.
  private var withoutSecretsInCommands: String {
    let option =
      /(?i)(--?[a-z-]{0,40}(?:password|passwd|passphrase|secret|token|api-?key|access-?key)[ \t]{1,4})[^\s-]\S*/
    let sshpass = /(\bsshpass[ \t]{1,4}-p[ \t]{0,4})\S+/
    let mysql = /(\bmysql[a-z]{0,10}\b[^\n]{0,200}? -p)\S+/
    let curl = /(\bcurl\b[^\n]{0,300}? (?:-u|--user)[ =]?["']?[^\s:"']{1,100}:)[^\s"']+/
    let address = /(:\/\/[^\s\/:@"'<>]{0,200}:)[^\s\/"'<>]{1,300}@/
    let query = /(?i)([?&](?:x-amz-signature|x-amz-credential|signature|sig)=)[^&\s"']+/
    return
      replacing(Self.exact(option)) { "\($0.1)\(Self.mask)" }
      .replacing(Self.exact(sshpass)) { "\($0.1)\(Self.mask)" }
      .replacing(Self.exact(mysql)) { "\($0.1)\(Self.mask)" }
      .replacing(Self.exact(curl)) { "\($0.1)\(Self.mask)" }
      .replacing(Self.exact(address)) { "\($0.1)\(Self.mask)@" }
      .replacing(Self.exact(query)) { "\($0.1)\(Self.mask)" }
  }

  /// Key ids, and what looks like a secret key beside one or beside the word.
  /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
  private var withoutAWSKeys: String {
    let pair =
      /(\b(?:AKIA|ASIA)[A-Z0-9]{16}[^A-Za-z0-9\/+\n]{1,5})[A-Za-z0-9\/+]{40}(?![A-Za-z0-9\/+])/
    let beside =
      /(?i)(secret[^\n]{0,60}?[^a-z0-9\/+\n])([a-z0-9\/+]{40})(?![a-z0-9\/+])/
    let id = /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/
    // What session tokens begin with, in base64: `origin_ec` and `er/aws` behind some bytes.
    let session = /\b(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9+\/=]{20,}/
    return
      replacing(Self.exact(pair)) { "\($0.1)\(Self.mask)" }
      // A commit's id has forty characters too.
      .replacing(Self.exact(beside)) { match in
        let isKey = match.2.contains(where: \.isUppercase) && match.2.contains(where: \.isLowercase)
        return isKey ? "\(match.1)\(Self.mask)" : String(match.0)
      }
      .replacing(Self.exact(id), with: Self.mask)
      .replacing(Self.exact(session), with: Self.mask)
  }

  /// Tokens whose issuers gave them a form to be known by, so that they can be found in texts.
  private var withoutTokens: String {
    // GitHub, GitLab, Slack, Stripe and its like, npm, PyPI, Docker, Vault, SendGrid, New Relic,
    // Google; https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
    let prefixed =
      /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|gl[a-z]{2,4}-[A-Za-z0-9_-]{20,}|xox[a-z]-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}|[rsp]k_(?:live|test)_[A-Za-z0-9]{8,}|whsec_[A-Za-z0-9+\/=]{16,}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{20,}|dckr_pat_[A-Za-z0-9_-]{20,}|hv[sbr]\.[A-Za-z0-9_-]{20,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|NRAK-[A-Z0-9]{20,}|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}|sk-[A-Za-z0-9_-]{20,})/
    // A JSON object in base64, and so a JSON Web Token (RFC 7519).
    let json = /\beyJ[A-Za-z0-9_=-]{14,}(?:\.[A-Za-z0-9_=-]+){0,4}/
    let hook =
      /(hooks\.slack\.com\/(?:services|workflows|triggers)\/|discord(?:app)?\.com\/api\/webhooks\/)[^\s"'<>]+/
    return
      replacing(Self.exact(prefixed), with: Self.mask)
      .replacing(Self.exact(json), with: Self.mask)
      .replacing(Self.exact(hook)) { "\($0.1)\(Self.mask)" }
  }

  /// Matches scalar by scalar, and ends a word where letters, digits and underscores end: by
  /// Unicode's own rules `key:AKIA` is one word.
  private static func exact<Output>(_ regex: Regex<Output>) -> Regex<Output> {
    regex.matchingSemantics(.unicodeScalar).wordBoundaryKind(.simple)
  }
}
