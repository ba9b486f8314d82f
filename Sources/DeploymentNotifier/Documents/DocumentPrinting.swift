import CodeDeployNotifications
import Foundation

extension DocumentValue {
  /// The value as JSON over several lines, keys in the order of the document.
  package func json(indent: String = "") -> String {
    var json = ""
    write(to: &json, indent: indent)
    return json
  }

  private func write(to json: inout String, indent: String) {
    switch self {
    case .null: json += "null"
    case .boolean(let flag): json += flag ? "true" : "false"
    case .number(let number): json += number
    case .text(let text): json += Self.quoted(text)
    case .list(let values):
      let inner = indent + "  "
      for (index, value) in values.enumerated() {
        json += index == 0 ? "[\n" : ",\n"
        json += inner
        value.write(to: &json, indent: inner)
      }
      json += values.isEmpty ? "[]" : "\n\(indent)]"
    case .object(let members):
      let inner = indent + "  "
      for (index, member) in members.enumerated() {
        json += index == 0 ? "{\n" : ",\n"
        json += inner
        json += Self.quoted(member.key)
        json += ": "
        member.value.write(to: &json, indent: inner)
      }
      json += members.isEmpty ? "{}" : "\n\(indent)}"
    }
  }

  /// Whether a byte of a text stands for itself between quotes.
  static func isPlain(_ byte: UInt8) -> Bool {
    (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  package static func quoted(_ text: String) -> String {
    guard !text.utf8.allSatisfy(isPlain) else { return "\"\(text)\"" }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      default:
        // The control characters of ASCII and Latin 1; Unicode has no others.
        if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
          quoted += String(format: "\\u%04x", scalar.value)
        } else {
          quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }
}
