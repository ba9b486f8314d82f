import CodeDeployNotifications
import Foundation

/// Where the command prints. Results go to standard output, trouble to standard error.
enum Console {
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  static func output(_ line: String) { write(line, to: STDOUT_FILENO) }

  /// A value as JSON, in the same form for every command.
  static func output(json value: some Encodable) throws {
    output(try DocumentValue(encoding: value).json())
  }

  static func error(_ line: String) { write(line, to: STDERR_FILENO) }

  /// Puts `text` in the place of the terminal's current line, without going to the next.
  static func progress(_ text: String) {
    write("\r\u{1b}[K" + text, to: STDERR_FILENO, endingLine: false)
  }

  /// Writes whole lines. A reader that has gone away is none of our trouble.
  private static func write(_ text: String, to descriptor: Int32, endingLine: Bool = true) {
    var bytes = Array(text.utf8)
    if endingLine, bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }
}

extension String {
  /// On one line and without control characters, for text that comes from outside: a description
  /// must not move a terminal's cursor.
  var printable: String {
    var cleaned = ""
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: cleaned += " "
      default: cleaned.unicodeScalars.append(scalar)
      }
    }
    return cleaned
  }

  /// Followed by spaces up to a width.
  func padded(to width: Int) -> String {
    count >= width ? self : self + String(repeating: " ", count: width - count)
  }
}
