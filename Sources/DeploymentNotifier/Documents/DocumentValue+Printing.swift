import CodeDeployNotifications
import Foundation

extension DocumentValue {
  /// The value as JSON on several lines, its keys in the document's order.
  package func json() -> String {
    var printer = JSONPrinter()
    write(to: &printer)
    return String(decoding: printer.bytes, as: UTF8.self)
  }

  private func write(to printer: inout JSONPrinter) {
    switch self {
    case .null: printer.literal("null")
    case .boolean(let flag): printer.literal(flag ? "true" : "false")
    case .number(let number): printer.literal(number)
    case .text(let text): printer.value(text)
    case .list(let values):
      printer.list { printer in
        for value in values {
          printer.element()
          value.write(to: &printer)
        }
      }
    case .object(let members):
      printer.object { printer in
        for member in members {
          printer.key(named: member.key)
          member.value.write(to: &printer)
        }
      }
    }
  }

  /// Whether a byte needs no escape in a JSON string.
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
