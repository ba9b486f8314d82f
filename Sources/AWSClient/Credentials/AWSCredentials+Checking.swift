import CodeDeployNotifications

/// The names of the parts of credentials at their source, for messages.
struct KeyPlaces {
  var id: String
  var secret: String
  var token: String
  /// Whether a server gave them, so that nobody here can set them again.
  var areAnswered = false
}

extension KeyPlaces {
  /// The members of a JSON object, such as `sso GetRoleCredentials` answers.
  init(in object: String, areAnswered: Bool) {
    self.init(
      id: "The accessKeyId of \(object)", secret: "The secretAccessKey of \(object)",
      token: "The sessionToken of \(object)", areAnswered: areAnswered)
  }
}

extension AWSCredentials {
  /// Throws `AWSFailure` that names the part that can't be right. A blank or line break in a key
  /// comes from copying or from a file's end, and no server rejects it with a message that one
  /// would understand.
  func checked(_ places: KeyPlaces) throws -> AWSCredentials {
    let parts = [
      (accessKeyID, places.id), (secretAccessKey.revealed, places.secret),
      (sessionToken?.revealed ?? "x", places.token),
    ]
    for (text, place) in parts {
      let fault = Self.fault(in: text).map { "\($0), which no AWS key has" }
      guard let fault = text.isEmpty ? "is empty" : fault else { continue }
      throw places.areAnswered
        ? AWSFailure(.nonsense, "\(place) \(fault).")
        : AWSFailure(
          .noCredentials, "\(place) \(fault).",
          remedy: text.isEmpty ? "Set it." : "Set it again, without that character.")
    }
    return self
  }

  /// What no key or token has, such as `ends in a line break`; `nil` for a text without it.
  static func fault(in text: String) -> String? {
    func isOdd(_ byte: UInt8) -> Bool { byte <= 0x20 || byte >= 0x7F }
    guard text.utf8.contains(where: isOdd) else { return nil }
    func name(_ byte: UInt8) -> String {
      switch byte {
      case 0x0A, 0x0D: "a line break"
      case 0x20, 0x09: "a space or tab"
      case 0x80...: "a character that isn't ASCII"
      default: "a control character"
      }
    }
    if let last = text.utf8.last, isOdd(last) { return "ends in \(name(last))" }
    if let first = text.utf8.first, isOdd(first) { return "begins with \(name(first))" }
    return text.utf8.first(where: isOdd).map { "contains \(name($0))" }
  }
}
