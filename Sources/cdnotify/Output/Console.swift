import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import HostFiles
import Synchronization

/// The command's output. Results go to standard output, problems to standard error.
enum Console {
  /// The state of standard output. It is reported at the end, so that a poll goes on announcing
  /// even if its report can't be written.
  private struct State {
    /// The number of the first error, unless the reader just went away.
    var error: Int32?
    /// Whether writing is pointless, because there is no reader or no room.
    var isClosed = false
    var format = LogFormat.text
  }

  private static let state = Mutex(State())

  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether standard error is a terminal.
  static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Sets the format of later lines on standard error.
  static func use(_ format: LogFormat) { state.withLock { $0.format = format } }

  static var format: LogFormat { state.withLock { $0.format } }

  /// Why standard output couldn't be written, in the system's words; `nil` where it could.
  static var outputError: String? {
    state.withLock { $0.error }.map { SystemError($0).description }
  }

  /// Whether output doesn't reach anybody any more.
  static var isClosed: Bool { state.withLock(\.isClosed) }

  static func output(_ line: String) { write(bytes(line, endingLine: true)) }

  /// Prints text without adding a line end.
  static func write(_ text: String) { write(bytes(text, endingLine: false)) }

  /// The same from UTF-8.
  static func write(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, !state.withLock(\.isClosed) else { return }
    let error = write(bytes, to: STDOUT_FILENO)
    guard error != 0 else { return }
    state.withLock {
      $0.isClosed = true
      // A reader that has seen enough, such as `head`, is no problem.
      if error != EPIPE { $0.error = $0.error ?? error }
    }
  }

  /// Prints a value as JSON, in the same form for every command.
  static func output(json value: some Encodable) throws {
    output(json: try DocumentValue(encoding: value).json())
  }

  /// Prints JSON. On a terminal, characters that it would interpret or not show are escaped.
  static func output(json text: String) {
    output(isTerminal ? text.escapingInvisiblesOfJSON : text)
  }

  /// Prints a problem, or something that a person should know.
  static func error(_ sentence: String) { log(LogLine(sentence)) }

  /// A line of what is accepted and yet worth a word.
  static func warn(_ sentence: String) { log(LogLine(sentence, level: .warning)) }

  /// Prints a line on standard error, in the format that the user chose.
  static func log(_ line: LogLine) {
    _ = write(bytes(line.written(as: format, at: Date()), endingLine: true), to: STDERR_FILENO)
  }

  /// Prints a line before the process ends. It never blocks: if standard error can't take the line,
  /// such as a full pipe, the line is dropped.
  static func lastWords(_ line: String) {
    var place = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    guard poll(&place, 1, 0) == 1, place.revents & Int16(POLLOUT) != 0 else { return }
    error(line)
  }

  /// Replaces the terminal's current line with `text`, without a line end.
  static func progress(_ text: String) {
    _ = write(bytes("\r\u{1b}[K" + text, endingLine: false), to: STDERR_FILENO)
  }

  private static func bytes(_ text: String, endingLine: Bool) -> [UInt8] {
    var bytes = Array(text.utf8)
    if endingLine, bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    return bytes
  }

  /// Writes all bytes. Returns the number of the error that stopped it, or 0.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    do { try SystemError.write(bytes, to: descriptor) } catch { return error.number }
    return 0
  }
}

extension String {
  /// The text followed by spaces up to a width.
  func padded(to width: Int) -> String {
    count >= width ? self : self + String(repeating: " ", count: width - count)
  }
}
