import Foundation

/// Checks a setting's value against its kind.
enum SettingRules {
  /// A reference is only checked for its form: its value may exist only where `poll` runs.
  static func check(
    _ text: String, as setting: ChannelSetting, at path: String
  ) throws(DocumentProblem) {
    guard !text.isEmpty else { throw DocumentProblem(path, "must not be empty") }
    guard !text.unicodeScalars.contains(where: { $0.properties.isControl }) else {
      throw DocumentProblem(path, "must not contain control characters")
    }
    var value = text
    if setting.takesReferences {
      switch SettingReference.read(text) {
      case .literal(let literal): value = literal
      case .reference(let reference):
        guard !reference.name.isEmpty else {
          throw DocumentProblem(path, "\"\(text)\" doesn't say what to read")
        }
        return
      }
    }
    if setting.isSecret, value == Secret.mask { return }
    switch setting.kind {
    case .text: break
    case .url: try checkURL(value, setting, at: path)
    case .program:
      guard value.hasPrefix("/") || !value.contains("/") else {
        throw DocumentProblem(
          path, "must be an absolute path, one that begins with /, or a name without a slash")
      }
    case .host:
      // An IPv6 address has two colons at least; one would be before a port.
      guard
        value.wholeMatch(of: /[A-Za-z0-9._-]+|[0-9A-Fa-f]*:[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*/) != nil
      else {
        throw DocumentProblem(path, "must be a server's name or address, without scheme and port")
      }
    case .integer(let range):
      guard let number = Int(value), range.contains(number) else {
        throw DocumentProblem(
          path, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
    case .boolean:
      guard value == "true" || value == "false" else {
        throw DocumentProblem(path, "must be true or false")
      }
    case .duration:
      guard Duration(written: value) != nil else {
        throw DocumentProblem(path, "\"\(value)\" is not a duration; one looks like 30s, 5m or 2h")
      }
    case .choice(let choices):
      guard choices.contains(value) else {
        throw DocumentProblem(path, "must be one of \(choices.joined(separator: ", "))")
      }
    }
  }

  /// A secret's value stays out of the message.
  private static func checkURL(
    _ text: String, _ setting: ChannelSetting, at path: String
  ) throws(DocumentProblem) {
    let parts = URLComponents(string: text)
    guard let parts, let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
      let host = parts.host, !host.isEmpty
    else {
      let shown = setting.isSecret ? "it" : "\"\(text)\""
      throw DocumentProblem(path, "\(shown) is not an http or https URL")
    }
  }
}
