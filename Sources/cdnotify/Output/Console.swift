import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import Synchronization

/// Where the command prints. Results go to standard output, trouble to standard error.
enum Console {
  /// What became of the process's standard output. It is told at the end, so that a poll goes on
  /// announcing where its report can't be written.
  private struct State {
    /// The system's number of the first error but that of a reader that went away.
    var error: Int32?
    /// Whether there is nobody, or no room, to write to any more.
    var isClosed = false
    var format = LogFormat.text
  }

  private static let state = Mutex(State())

  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether a person sees standard error.
  static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// How lines of standard error are written from now on.
  static func use(_ format: LogFormat) { state.withLock { $0.format = format } }

  static var format: LogFormat { state.withLock { $0.format } }

  /// Why standard output couldn't be written, in the system's words; `nil` where it could.
  static var outputError: String? {
    state.withLock { $0.error }.map { SystemError($0).description }
  }

  /// Whether what is printed reaches nobody any more.
  static var isClosed: Bool { state.withLock(\.isClosed) }

  static func output(_ line: String) { write(bytes(line, endingLine: true)) }

  /// Prints a piece of a line, or of several.
  static func write(_ text: String) { write(bytes(text, endingLine: false)) }

  /// The same by its UTF-8.
  static func write(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, !state.withLock(\.isClosed) else { return }
    let error = write(bytes, to: STDOUT_FILENO)
    guard error != 0 else { return }
    state.withLock {
      $0.isClosed = true
      // A reader that has seen enough, such as `head`, is none of our trouble.
      if error != EPIPE { $0.error = $0.error ?? error }
    }
  }

  /// A value as JSON, in the same form for every command.
  static func output(json value: some Encodable) throws {
    output(json: try DocumentValue(encoding: value).json())
  }

  /// A text that is JSON. A terminal is shown escapes for what it would obey or not show.
  static func output(json text: String) {
    output(isTerminal ? text.escapingInvisiblesOfJSON : text)
  }

  /// A line of trouble, or of what a person should know.
  static func error(_ sentence: String) { log(LogLine(sentence)) }

  /// A line of what is accepted and yet worth a word.
  static func warn(_ sentence: String) { log(LogLine(sentence, level: .warning)) }

  /// A line of standard error, in the form that the user asked for.
  static func log(_ line: LogLine) {
    _ = write(bytes(line.written(as: format, at: Date()), endingLine: true), to: STDERR_FILENO)
  }

  /// A line of trouble before the process ends at once. It waits for nobody: where standard error
  /// can't take it, as a pipe that nobody reads, it is left out.
  static func lastWords(_ line: String) {
    var place = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    guard poll(&place, 1, 0) == 1, place.revents & Int16(POLLOUT) != 0 else { return }
    error(line)
  }

  /// Puts `text` in the place of the terminal's current line, without going to the next.
  static func progress(_ text: String) {
    _ = write(bytes("\r\u{1b}[K" + text, endingLine: false), to: STDERR_FILENO)
  }

  private static func bytes(_ text: String, endingLine: Bool) -> [UInt8] {
    var bytes = Array(text.utf8)
    if endingLine, bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    return bytes
  }

  /// Writes all of it. Returns the number of the error that stopped it, or 0.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    do { try SystemError.write(bytes, to: descriptor) } catch { return error.number }
    return 0
  }
}

extension String {
  /// Followed by spaces up to a width.
  func padded(to width: Int) -> String {
    count >= width ? self : self + String(repeating: " ", count: width - count)
  }
}
