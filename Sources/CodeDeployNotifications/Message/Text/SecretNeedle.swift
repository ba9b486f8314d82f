/// One form of a secret to search for, before the text's own encoding.
struct SecretNeedle: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case plain, base64, hexadecimal
  }

  /// Where a match counts: very short secrets are also parts of ordinary words.
  enum Place: Sendable, Hashable {
    case anywhere
    /// Between characters that aren't letters or digits.
    case word
    /// As such a word after `=`, `:` or a quotation mark.
    case value
  }

  var bytes: [UInt8]
  var kind: Kind
  var place: Place

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// In bytes. A secret of this length is found within words too.
  package static let leastAnywhere = 8
  /// In bytes. A secret of this length is found as a word anywhere.
  package static let leastWord = 4
  /// In bytes. The rest of a cut secret is recognised from this length on.
  static let leastLeft = 6
  /// A long secret, such as a PEM key, is searched for in pieces, because a provider may return a
  /// part of it.
  private static let piece = 48
  /// How much of a long secret is searched for: references aren't longer.
  private static let longest = 64 << 10

  static func all(for secret: String) -> [SecretNeedle] {
    let bytes = Array(secret.utf8.prefix(longest))
    guard !bytes.isEmpty else { return [] }
    guard bytes.count > piece + piece / 2 else { return forms(of: bytes) }
    var needles: [SecretNeedle] = []
    var start = 0
    while start < bytes.count {
      let rest = bytes.count - start
      let end = rest < piece + piece / 2 ? bytes.count : start + piece
      needles += forms(of: Array(bytes[start..<end]))
      start = end
    }
    return needles
  }

  private static func forms(of bytes: [UInt8]) -> [SecretNeedle] {
    let place: Place =
      bytes.count >= leastAnywhere ? .anywhere : bytes.count >= leastWord ? .word : .value
    var needles = [SecretNeedle(bytes: bytes, kind: .plain, place: place)]
    guard bytes.count >= leastWord else { return needles }
    needles.append(
      SecretNeedle(bytes: hexadecimal(bytes), kind: .hexadecimal, place: .anywhere))
    for alignment in 0..<3 {
      let coded = base64(bytes, after: alignment)
      guard coded.count >= 6 else { continue }
      needles.append(SecretNeedle(bytes: coded, kind: .base64, place: .anywhere))
      let other = coded.map { byte in
        switch byte {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        default: byte
        }
      }
      if other != coded {
        needles.append(SecretNeedle(bytes: other, kind: .base64, place: .anywhere))
      }
    }
    return needles
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  /// The base64 characters (RFC 4648) that encode only these bytes, where `skipped` bytes of a
  /// group of three precede them.
  private static func base64(_ bytes: [UInt8], after skipped: Int) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let all = [UInt8](repeating: 0, count: skipped) + bytes
    let first = (skipped * 8 + 5) / 6
    let end = all.count * 8 / 6
    guard first < end else { return [] }
    return (first..<end).map { index in
      let bit = index * 6
      let high = UInt16(all[bit / 8]) << 8
      let low = bit / 8 + 1 < all.count ? UInt16(all[bit / 8 + 1]) : 0
      return alphabet[Int(((high | low) >> (10 - UInt16(bit % 8))) & 63)]
    }
  }

  /// The range of a match at `position`; `nil` where there is none, or no readings are left.
  func match(in text: EncodedBytes, at position: Int, _ readings: inout Int) -> Range<Int>? {
    guard let end = end(in: text, from: position, 0, began: 0, &readings) else { return nil }
    switch place {
    case .anywhere:
      return kind == .base64 ? text.base64(around: position..<end) : position..<end
    case .word:
      return text.isWord(position..<end) ? position..<end : nil
    case .value:
      return text.isWord(position..<end) && text.isValue(position..<end) ? position..<end : nil
    }
  }

  /// Where the secret's end stops, if its beginning was cut off before `start`, possibly within an
  /// escape.
  func endOfRest(in text: EncodedBytes, from start: Int, _ readings: inout Int) -> Int? {
    guard place == .anywhere, bytes.count > Self.leastLeft else { return nil }
    for position in start..<min(start + EncodedBytes.longestEscape, text.end) {
      for index in 1...(bytes.count - Self.leastLeft) {
        if let end = end(in: text, from: position, index, began: index, &readings) {
          return end
        }
      }
    }
    return nil
  }

  /// Follows the text as long as it stands for the needle's bytes. Each escape on the way uses one
  /// of the readings.
  private func end(
    in text: EncodedBytes, from start: Int, _ index: Int, began first: Int, _ readings: inout Int
  ) -> Int? {
    var position = start
    var index = index
    while index < bytes.count {
      // The rest of a secret that was cut, possibly within an escape.
      let isLeft = text.isCut && place == .anywhere && index - first >= Self.leastLeft
      if isLeft, text.isCutEscape(at: position) { return text.end }
      // Providers may show only the beginning of what they received, cut by themselves.
      if place == .anywhere, index - first >= Self.leastAnywhere, text.isCutMark(at: position) {
        return position
      }
      guard position < text.end else { return nil }
      let byte = text.bytes[position]
      if text.isEscape(at: position) {
        readings -= 1
        guard readings > 0 else { return nil }
        for step in text.steps(at: position, saying: bytes[index...]) {
          if let end = end(
            in: text, from: step.end, index + step.count, began: first, &readings)
          {
            return end
          }
        }
        guard kind == .base64, first < index, let end = text.lineEndEscape(at: position) else {
          return nil
        }
        position = end
        continue
      }
      if isSame(byte, bytes[index]) {
        index += 1
      } else if kind != .base64 || index == first || !text.isBreak(byte) {
        return nil
      }
      position += 1
    }
    return position
  }

  private func isSame(_ byte: UInt8, _ own: UInt8) -> Bool {
    byte == own || kind == .hexadecimal && own >= UInt8(ascii: "a") && byte == own ^ 0x20
  }
}
