import CodeDeployNotifications
import Foundation

/// Colour and weight of text on a terminal, where the user wants them.
struct TextStyle: Sendable {
  let isColored: Bool

  /// For standard output. `NO_COLOR` turns colours off: https://no-color.org.
  static var standardOutput: TextStyle {
    let environment = ProcessInfo.processInfo.environment
    let isUnwanted = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    return TextStyle(
      isColored: Console.isTerminal && !isUnwanted && environment["TERM"] != "dumb")
  }

  func bold(_ text: String) -> String { code(1, text) }

  /// The text in the colour of a notification's state.
  func colored(_ text: String, _ state: NotificationState) -> String {
    switch state {
    case .sent: code(32, text)
    case .failed: code(31, text)
    case .pending, .sending: code(33, text)
    case .skipped: code(2, text)
    }
  }

  private func code(_ number: Int, _ text: String) -> String {
    isColored ? "\u{1b}[\(number)m\(text)\u{1b}[0m" : text
  }
}
