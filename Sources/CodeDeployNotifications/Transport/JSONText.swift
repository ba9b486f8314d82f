/// Text between the quotes of a JSON string.
/// https://www.rfc-editor.org/rfc/rfc8259#section-7
package enum JSONText {
  /// Which characters are escaped.
  package enum Escaping: Sendable {
    /// Those that JSON requires: the same bytes as `JSONEncoder` with unescaped slashes.
    case required
    /// Also the other control characters of Unicode, U+007F to U+009F, which terminals interpret.
    case allControls
  }

  /// Appends the text, escaped and without quotes.
  @inline(__always)
  package static func append(
    _ text: String, to bytes: inout [UInt8], _ escaping: Escaping = .required
  ) {
    var text = text
    text.withUTF8 { text in
      if text.allSatisfy({ isPlain($0, escaping) }) {
        bytes.append(contentsOf: text)
      } else {
        appendEscaped(text, to: &bytes, escaping)
      }
    }
  }

  /// The text, escaped and without quotes.
  package static func escaped(_ text: String, _ escaping: Escaping = .required) -> String {
    var bytes: [UInt8] = []
    append(text, to: &bytes, escaping)
    return String(decoding: bytes, as: UTF8.self)
  }

  @inline(__always)
  private static func isPlain(_ byte: UInt8, _ escaping: Escaping) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
      && (escaping == .required || byte < 0x7F)
  }

  private static func appendEscaped(
    _ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8], _ escaping: Escaping
  ) {
    var index = 0
    while index < text.count {
      let byte = text[index]
      index += 1
      if escaping == .allControls {
        if byte == 0x7F {
          appendCode(byte, to: &bytes)
          continue
        }
        // UTF-8 encodes U+0080 to U+009F as 0xC2 and the character's own number.
        if byte == 0xC2, index < text.count, text[index] < 0xA0 {
          appendCode(text[index], to: &bytes)
          index += 1
          continue
        }
      }
      if let letter = letter(of: byte) {
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(letter)
      } else if byte < 0x20 {
        appendCode(byte, to: &bytes)
      } else {
        bytes.append(byte)
      }
    }
  }

  /// The letter of the characters that have a short escape.
  private static func letter(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
    case 0x08: UInt8(ascii: "b")
    case 0x0C: UInt8(ascii: "f")
    case 0x0A: UInt8(ascii: "n")
    case 0x0D: UInt8(ascii: "r")
    case 0x09: UInt8(ascii: "t")
    default: nil
    }
  }

  private static func appendCode(_ code: UInt8, to bytes: inout [UInt8]) {
    bytes += Array((code < 0x10 ? "\\u000" : "\\u00").utf8) + Array(String(code, radix: 16).utf8)
  }
}
