import CodeDeployNotifications
import Foundation

/// A mailbox, such as `ada@example.com` or `Ada Lovelace <ada@example.com>`.
struct MailAddress: Hashable, Sendable {
  var name: String?
  /// The bare address, in ASCII.
  let address: String
  /// What is behind its `@`.
  let domain: String

  /// Reads what RFC 5321 (4.1.2) calls a mailbox, with a name before it where somebody wants one;
  /// `nil` for anything else. Local parts in quotes and addresses beyond ASCII, which few servers
  /// take, are among that.
  init?(_ text: String) {
    guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { return nil }
    var address = text.trimmingCharacters(in: .whitespaces)
    if address.hasSuffix(">"), let open = address.lastIndex(of: "<") {
      let name = address[..<open].trimmingCharacters(in: CharacterSet(charactersIn: " \""))
      guard !name.contains("<"), !name.contains(">") else { return nil }
      self.name = name.isEmpty ? nil : name
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

  /// The same, for a setting.
  init(_ text: String, setting: String) throws(SettingProblem) {
    guard let address = MailAddress(text) else {
      throw SettingProblem(
        setting, "must be an address such as ada@example.com or \"Ada <ada@example.com>\"")
    }
    self = address
  }

  /// As a header names it, in ASCII (RFC 5322, 3.4, and RFC 2047, 5).
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
