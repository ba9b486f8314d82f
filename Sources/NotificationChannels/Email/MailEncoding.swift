import Foundation

/// Encodes texts for a mail's header, which is ASCII. libcurl sends a header unchanged.
enum MailEncoding {
  /// In bytes. That much text in an encoded word fits on one line after `Subject:`.
  private static let wordBytes = 42

  /// One line of text: unchanged if it is ASCII, else as encoded words. Line ends and other control
  /// characters become blanks, so that no text can add a header field.
  static func header(_ text: String) -> String {
    let line = text.oneLine
    let isPlain =
      line.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !line.contains("=?")
      && line.split(separator: " ").allSatisfy { $0.utf8.count <= 60 }
    return isPlain ? line : words(line)
  }

  /// The text as encoded words (RFC 2047), each of which has whole characters. White space between
  /// encoded words isn't part of the text, so each can have its own line.
  static func words(_ text: String) -> String {
    var words: [[UInt8]] = [[]]
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if words[words.count - 1].count + bytes.count > wordBytes { words.append([]) }
      words[words.count - 1] += bytes
    }
    return words.map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: " ")
  }

  /// A time in the format of headers (RFC 5322, 3.3).
  static func date(_ date: Date) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
    return formatter.string(from: date)
  }
}
