import Foundation
import Logging

/// Prints the library's diagnostics on standard error, in the format that the user chose.
struct ConsoleLogHandler: LogHandler {
  var logLevel = Logger.Level.error
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let about = metadata.merging(event.metadata ?? [:]) { _, new in new }
      .sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
    let isText = Console.format == .text
    let more = about.map { " \($0.0)=\($0.1)" }.joined()
    let sentence = "\(event.message)" + (isText ? more : "")
    Console.log(
      LogLine(sentence.printable, level: Self.level(event.level), about: isText ? [] : about))
  }

  private static func level(_ level: Logger.Level) -> LogLine.Level {
    switch level {
    case .trace, .debug: .debug
    case .info, .notice: .info
    case .warning: .warning
    case .error, .critical: .error
    }
  }
}
