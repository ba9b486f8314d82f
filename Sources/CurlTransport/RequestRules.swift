import CodeDeployNotifications

/// The checks of a request before it is passed to libcurl, which would otherwise send something
/// else than was meant, or sign something else than it sends.
enum RequestRules {
  /// Returns the URL's parts. Throws `HTTPFailure.Kind.invalidRequest`.
  static func check(_ request: HTTPRequest) throws -> ParsedURL {
    guard let url = ParsedURL(request.url), !url.peer.host.isEmpty else {
      throw HTTPFailure(.invalidRequest, "a request's URL is not absolute")
    }
    guard url.scheme == "http" || url.scheme == "https" else {
      throw refusal(url, "its URL is neither http nor https")
    }
    guard request.method != .get || request.body.isEmpty else {
      throw refusal(url, "a GET can't have a body")
    }
    for field in request.headers {
      guard isToken(field.name) else { throw refusal(url, "a header's name is not valid") }
      guard !field.value.utf8.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 }) else {
        throw refusal(url, "a header's value contains a line break or a NUL byte")
      }
      guard !["content-length", "transfer-encoding"].contains(field.name.lowercased()) else {
        throw refusal(url, "the length of its body must not be set by the caller")
      }
    }
    if let signature = request.signature { try check(request, url, signature) }
    return url
  }

  /// libcurl up to 7.88 signs only plain POSTs as AWS does, and 8.x has exceptions of its own. A
  /// request that it would sign wrongly is refused here, with the cause: AWS would answer that the
  /// credentials are wrong.
  private static func check(
    _ request: HTTPRequest, _ url: ParsedURL, _ signature: AWSSignature
  ) throws {
    guard request.method == .post, !url.hasQuery, !url.hasUser,
      url.path.utf8.allSatisfy({ isUnreserved($0) || $0 == UInt8(ascii: "/") })
    else { throw refusal(url, "only a POST to a plain path, without a query, can be signed") }
    guard request.headers.contains(where: { $0.name.lowercased() == "content-type" }) else {
      throw refusal(url, "a signed request needs a Content-Type")
    }
    guard request.headers.allSatisfy({ !$0.value.isEmpty }) else {
      throw refusal(url, "a header without a value can't be signed")
    }
    var names = request.headers.map { $0.name.lowercased() } + ["host", "x-amz-date"]
    if signature.credentials.sessionToken != nil { names.append("x-amz-security-token") }
    names.sort()
    // In a sorted list a name directly precedes those that begin with it.
    guard zip(names, names.dropFirst()).allSatisfy({ !$1.hasPrefix($0) }),
      !names.contains("authorization")
    else {
      throw refusal(url, "two of its headers' names are equal, or one begins with another")
    }
    guard isName(signature.region), isName(signature.service) else {
      throw refusal(url, "the signature's region or service isn't a plain name")
    }
    let credentials = signature.credentials
    for text in [credentials.accessKeyID, credentials.secretAccessKey.revealed] {
      guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
        throw refusal(url, "an AWS key is empty or contains a space or control character")
      }
    }
    guard credentials.sessionToken?.revealed.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) ?? true
    else { throw refusal(url, "the AWS session token contains a space or control character") }
  }

  private static func refusal(_ url: ParsedURL, _ why: String) -> HTTPFailure {
    let target = url.peer.host.isEmpty ? "" : " to \(url.peer)"
    return HTTPFailure(.invalidRequest, "the request\(target) can't be sent: \(why)")
  }

  /// A token of RFC 9110, the form of field names.
  private static func isToken(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { isAlphanumeric($0) || "!#$%&'*+-.^_`|~".utf8.contains($0) }
  }

  /// Letters, digits and hyphens, as in the parts of host names and in regions.
  static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
  }

  /// The characters of a URL that are never percent-encoded.
  private static func isUnreserved(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "-._~".utf8.contains(byte)
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
