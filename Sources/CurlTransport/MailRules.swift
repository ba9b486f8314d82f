import CodeDeployNotifications

/// The checks of a mail before it is passed to libcurl, and the form that libcurl needs.
enum MailRules {
  /// The longest line of a header (RFC 5322, 2.1.1), as far as there are blanks at which to break
  /// it.
  private static let lineLength = 78

  /// Throws `HTTPFailure.Kind.invalidRequest`.
  static func check(_ request: MailRequest, _ peer: Peer) throws {
    guard isHost(request.host), (1...65535).contains(request.port) else {
      throw HTTPFailure(.invalidRequest, "a mail's server has no valid host and port")
    }
    guard request.hello.map(isHello) ?? true else {
      throw refusal(peer, "the name in the greeting (EHLO) is not a host name")
    }
    guard !request.recipients.isEmpty else { throw refusal(peer, "it has no recipient") }
    // libcurl writes them into its commands unchanged.
    guard ([request.sender] + request.recipients).allSatisfy(isAddress) else {
      throw refusal(peer, "an address is not valid")
    }
    for field in request.headers {
      guard RequestRules.isName(field.name), !field.value.isEmpty,
        field.value.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
      else {
        throw refusal(peer, "a header's name is not valid, or its value is not ASCII")
      }
      let name = field.name.lowercased()
      guard !name.hasPrefix("content-"), name != "mime-version", name != "bcc" else {
        throw refusal(peer, "\(field.name) must not be set by the caller")
      }
    }
    guard !request.text.utf8.contains(0), !request.html.utf8.contains(0) else {
      throw refusal(peer, "its text contains a NUL byte")
    }
    if let login = request.login {
      guard !login.username.isEmpty, !login.username.utf8.contains(0),
        !login.password.revealed.utf8.contains(0)
      else { throw refusal(peer, "its login is empty or contains a NUL byte") }
    }
  }

  /// A field as it is sent: folded at blanks (RFC 5322, 2.2.3).
  static func folded(_ field: HTTPField) -> String {
    var lines = [field.name + ":"]
    var isFirstWord = true
    for word in field.value.split(separator: " ") {
      let last = lines.count - 1
      // Some mail programs can't read a field whose first line is empty.
      if isFirstWord || lines[last].utf8.count + 1 + word.utf8.count <= lineLength {
        lines[last] += " " + word
      } else {
        lines.append(" " + word)
      }
      isFirstWord = false
    }
    return lines.joined(separator: "\r\n")
  }

  /// A text with CRLF line ends: libcurl doesn't convert others.
  static func lines(_ text: String) -> String {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .joined(separator: "\r\n")
  }

  private static func refusal(_ peer: Peer, _ why: String) -> HTTPFailure {
    HTTPFailure(.invalidRequest, "the mail to \(peer) can't be sent: \(why)")
  }

  /// A host name, or an address literal in brackets, that can't end its command.
  static func isHello(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 255
      && text.utf8.allSatisfy { RequestRules.isAlphanumeric($0) || "-._:[]".utf8.contains($0) }
  }

  private static func isHost(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { RequestRules.isAlphanumeric($0) || "-._:".utf8.contains($0) }
  }

  /// Whether an address can't end the command that contains it.
  private static func isAddress(_ text: String) -> Bool {
    text.contains("@")
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"<>".utf8.contains($0) }
  }
}
