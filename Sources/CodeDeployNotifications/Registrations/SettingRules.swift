import Foundation

/// Checks a setting's value against its kind. No reason repeats a value that may be a secret.
package enum SettingRules {
  /// In bytes. Far longer than any name or address; longer texts belong into templates.
  static let longest = 16 << 10

  /// Of a reference only the form is checked: its value may exist only where `poll` runs.
  static func check(
    _ text: String, as setting: ChannelSetting, at path: String
  ) throws(DocumentProblem) {
    guard !setting.isMasked(text) else { return }
    var value = text
    if setting.takesReferences {
      switch SettingReference.read(text) {
      case .literal(let literal): value = literal
      case .reference(let reference):
        guard !reference.name.isEmpty else {
          throw DocumentProblem(path, "\"\(text)\" doesn't say what to read")
        }
        guard text.utf8.count <= longest, !text.unicodeScalars.contains(where: \.isControl) else {
          throw DocumentProblem(
            path, "is not a reference: it has control characters or is too long")
        }
        guard reference.source != .file || !reference.name.hasPrefix("//") else {
          throw DocumentProblem(
            path, "is a file URL; write the path, as in file:/etc/cdnotify/secret")
        }
        guard reference.source != .credential || !reference.name.contains("/") else {
          throw DocumentProblem(
            path, "must be the name of a credential, without a slash, as in credential:token")
        }
        if let reason = HostPermissions.neverGiven(reference) {
          throw DocumentProblem(path, reason)
        }
        return
      }
    }
    if let problem = problem(value, setting) { throw DocumentProblem(path, problem) }
  }

  /// What is wrong with a value, literal or resolved; `nil` where nothing is.
  package static func problem(_ value: String, _ setting: ChannelSetting) -> String? {
    guard !value.isEmpty else { return "must not be empty" }
    let limit = (setting.isSecret ? 4 : 1) * longest
    guard value.utf8.count <= limit else { return "must have \(limit) bytes at most" }
    let mayHaveLines = setting.kind == .template
    guard
      !value.unicodeScalars.contains(where: {
        $0.isControl && !(mayHaveLines && ($0 == "\n" || $0 == "\t"))
      })
    else { return "must not contain control characters, such as a line end or a tab" }
    if mindsBlanks(setting), let problem = blanks(value, setting) { return problem }
    return setting.kind.reason(against: value)
  }

  private static func mindsBlanks(_ setting: ChannelSetting) -> Bool {
    switch setting.kind {
    case .url, .host, .program: true
    default: setting.isSecret
    }
  }

  /// Blanks that were copied together with a secret, and would be sent with it.
  private static func blanks(_ value: String, _ setting: ChannelSetting) -> String? {
    func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }
    let scalars = value.unicodeScalars
    if let first = scalars.first, isBlank(first) { return "begins with a space; remove it" }
    if let last = scalars.last, isBlank(last) { return "ends with a space; remove it" }
    guard setting.kind == .url, scalars.contains(where: isBlank) else { return nil }
    // A blank inside a template's placeholder isn't part of the address.
    let address = value.replacing(/\{\{.*?\}\}/, with: "")
    if address.unicodeScalars.contains(where: isBlank) {
      return "contains a space; write it as %20"
    }
    return nil
  }
}

extension ChannelSetting.Kind {
  /// Why a value isn't of this kind; `nil` where it is.
  func reason(against value: String) -> String? {
    switch self {
    case .text, .template: return nil
    case .url: return AddressRules.problem(value)
    case .program:
      return value.hasPrefix("/") || !value.contains("/")
        ? nil : "must be an absolute path, one that begins with /, or a name without a slash"
    case .host:
      return Self.isHost(value)
        ? nil : "must be a server's name or address, without scheme and port"
    case .integer(let range):
      guard Int(value).map(range.contains) != true else { return nil }
      return range.upperBound == .max
        ? "must be a whole number, \(range.lowerBound) or more"
        : "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .boolean: return value == "true" || value == "false" ? nil : "must be true or false"
    case .duration:
      return Duration(written: value) != nil
        ? nil : "is not a duration; one looks like 30s, 5m or 2h"
    case .choice(let choices):
      return choices.contains(value) ? nil : "must be one of \(choices.joined(separator: ", "))"
    }
  }

  private static func isHost(_ value: String) -> Bool {
    value.wholeMatch(of: /[A-Za-z0-9._-]+/) != nil || AddressRules.isIPv6(value)
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool { properties.isControl }
}
