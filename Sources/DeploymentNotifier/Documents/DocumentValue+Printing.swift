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

  /// The text as a JSON string, with no control character in it.
  package static func quoted(_ text: String) -> String {
    "\"\(JSONText.escaped(text, .allControls))\""
  }
}
