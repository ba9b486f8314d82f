import CodeDeployNotifications
import Foundation

/// A mailbox, such as `ada@example.com` or `Ada Lovelace <ada@example.com>`.
struct MailAddress: Hashable, Sendable {
  var name: String?
  /// The address without a name, in ASCII.
  let address: String
  /// The part after the `@`.
  let domain: String

  /// Reads a mailbox (RFC 5321, 4.1.2), optionally with a display name before it; `nil` for
  /// anything else. Quoted local parts and addresses beyond ASCII aren't supported, as few servers
  /// accept them.
  init?(_ text: String) {
    guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { return nil }
    var address = text.trimmingCharacters(in: .whitespaces)
    if address.hasSuffix(">"), let open = address.lastIndex(of: "<") {
      let phrase = address[..<open].trimmingCharacters(in: .whitespaces)
      if let quoted = Self.unquoted(phrase) {
        name = quoted.isEmpty ? nil : quoted
      } else {
        guard !phrase.contains("<"), !phrase.contains(">") else { return nil }
        name = phrase.isEmpty ? nil : phrase
      }
      address = String(address[address.index(after: open)...].dropLast())
    }
    let form = /([A-Za-z0-9.!#$%&'*+\/=?^_`{|}~-]+)@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)/
    guard let match = address.wholeMatch(of: form), match.1.count <= 64, match.2.count <= 255,
      !match.1.hasPrefix("."), !match.1.hasSuffix("."), !match.1.contains(".."),
      match.2.split(separator: ".").allSatisfy({
        $0.count <= 63 && !$0.hasPrefix("-") && !$0.hasSuffix("-")
      })
    else { return nil }
    self.address = address
    domain = String(match.2)
  }

  /// The content of a display name that is quoted as a whole (RFC 5322, 3.2.4); `nil` for any
  /// other, in which quotes are part of the name.
  private static func unquoted(_ phrase: String) -> String? {
    guard phrase.count >= 2, phrase.hasPrefix("\""), phrase.hasSuffix("\"") else { return nil }
    var name = ""
    var isEscaped = false
    for character in phrase.dropFirst().dropLast() {
      if isEscaped || (character != "\\" && character != "\"") {
        name.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        return nil
      }
    }
    return isEscaped ? nil : name.trimmingCharacters(in: .whitespaces)
  }

  /// Reads a setting's value.
  static func read(_ text: String) throws(SettingProblem) -> MailAddress {
    guard let address = MailAddress(text) else {
      throw SettingProblem(
        "must be an address such as ada@example.com or \"Ada <ada@example.com>\"")
    }
    return address
  }

  /// The mailbox in a header, in ASCII (RFC 5322, 3.4, and RFC 2047, 5).
  var encoded: String {
    guard let name else { return address }
    if name.wholeMatch(of: /[A-Za-z0-9!#$%&'*+\/=?^_`{|}~ -]+/) != nil, !name.contains("=?") {
      return "\(name) <\(address)>"
    }
    if name.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
      let quoted = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      return "\"\(quoted)\" <\(address)>"
    }
    return "\(MailEncoding.words(name)) <\(address)>"
  }
}
