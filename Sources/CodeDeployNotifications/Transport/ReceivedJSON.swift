import Foundation

/// Reads JSON from outside as far as possible.
package enum ReceivedJSON {
  /// Decodes it. Invalid characters cost neither their string nor the document: a lone surrogate
  /// such as `\ud800`, and bytes that aren't UTF-8, become U+FFFD.
  package static func decode<Value: Decodable>(
    _ type: Value.Type = Value.self, from bytes: [UInt8]
  ) throws -> Value {
    try JSONDecoder().decode(type, from: Data(readable(bytes)))
  }

  /// The same bytes with invalid characters replaced.
  package static func readable(_ bytes: [UInt8]) -> [UInt8] {
    let valid = isValidUTF8(bytes) ? bytes : Array(String(decoding: bytes, as: UTF8.self).utf8)
    return withoutLoneSurrogates(valid)
  }

  private static func isValidUTF8(_ bytes: [UInt8]) -> Bool {
    guard bytes.contains(where: { $0 >= 0x80 }) else { return true }
    return String(validating: bytes, as: UTF8.self) != nil
  }

  private static let backslash = UInt8(ascii: "\\")

  /// Escapes occur in strings only, so the position of strings needn't be known.
  private static func withoutLoneSurrogates(_ bytes: [UInt8]) -> [UInt8] {
    guard var at = bytes.firstIndex(of: backslash) else { return bytes }
    var mended = bytes
    while at < bytes.count {
      guard bytes[at] == backslash else {
        at = bytes[at...].firstIndex(of: backslash) ?? bytes.count
        continue
      }
      switch escapedUnit(in: bytes, at: at) {
      case nil:
        at += 2
      case .some(0xD800...0xDBFF):
        if let low = escapedUnit(in: bytes, at: at + 6), (0xDC00...0xDFFF).contains(low) {
          at += 12
          continue
        }
        fallthrough
      case .some(0xDC00...0xDFFF):
        mended.replaceSubrange(at + 2..<at + 6, with: "FFFD".utf8)
        at += 6
      default:
        at += 6
      }
    }
    return mended
  }

  /// The code unit of an escape such as `\u00e9` that begins at `index`.
  private static func escapedUnit(in bytes: [UInt8], at index: Int) -> UInt16? {
    guard index + 6 <= bytes.count, bytes[index] == backslash,
      bytes[index + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt16 = 0
    for byte in bytes[index + 2..<index + 6] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
