import Foundation

/// Texts in the ASCII that a mail's header is made of. libcurl sends a header as it is given.
enum MailEncoding {
  /// As many bytes in an encoded word keep it, and `Subject:` before it, within a line.
  private static let wordBytes = 42

  /// A line of text: as it is where ASCII can hold it, else in encoded words. Line ends and other
  /// control characters become blanks: no text makes a header of its own.
  static func header(_ text: String) -> String {
    let line = text.oneLine
    let isPlain =
      line.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !line.contains("=?")
      && line.split(separator: " ").allSatisfy { $0.utf8.count <= 60 }
    return isPlain ? line : words(line)
  }

  /// The text in encoded words (RFC 2047), each of which holds whole characters. What is between
  /// them is no part of the text, so they can be on lines of their own.
  static func words(_ text: String) -> String {
    var words: [[UInt8]] = [[]]
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if words[words.count - 1].count + bytes.count > wordBytes { words.append([]) }
      words[words.count - 1] += bytes
    }
    return words.map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: " ")
  }

  /// A time as a header states it (RFC 5322, 3.3).
  static func date(_ date: Date) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
    return formatter.string(from: date)
  }
}
