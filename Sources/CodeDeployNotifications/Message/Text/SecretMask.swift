/// Masks known secrets in texts from outside, whatever their encoding.
///
/// It finds a secret in plain form, percent-encoded in whole or in part, escaped for JSON or markup
/// (once or several times), in hexadecimal, and in base64 of either alphabet at any alignment, so
/// also within `user:password`.
///
/// In a text that was cut, marked by `…`, it also masks the rest of a secret at the cut.
package struct SecretMask: Sendable {
  private var known: Set<Secret> = []
  private var needles: [SecretNeedle] = []
  /// The indices of the needles that can begin with each byte.
  private var beginning = [[Int]](repeating: [], count: 256)
  /// The most characters of a secret that may be left where a text was cut.
  package private(set) var longest = 0

  package init(_ secrets: [Secret]) { add(secrets) }

  /// Adds secrets to mask.
  package mutating func add(_ secrets: [Secret]) {
    var forms: Set<SecretNeedle> = []
    for secret in secrets where !secret.revealed.isEmpty && known.insert(secret).inserted {
      // An answer may encode a request's whole path, in which a secret is percent-encoded already.
      let text = secret.revealed
      for form in Set([text, text.oneLine, text.percentEncoded]) {
        forms.formUnion(SecretNeedle.all(for: form))
      }
    }
    for needle in forms.sorted(by: { ($0.bytes.count, $1.text) > ($1.bytes.count, $0.text) }) {
      guard let first = needle.bytes.first else { continue }
      longest = max(longest, needle.text.count)
      beginning[Int(first)].append(needles.count)
      if needle.kind == .hexadecimal, first >= UInt8(ascii: "a") {
        beginning[Int(first ^ 0x20)].append(needles.count)
      }
      needles.append(needle)
    }
  }

  /// The text with `********` in place of each secret.
  package func masked(_ text: String) -> String {
    guard !needles.isEmpty, !text.isEmpty else { return text }
    let bytes = Array(text.utf8)
    let ranges = ranges(in: bytes)
    guard !ranges.isEmpty else { return text }
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count)
    var position = 0
    for range in ranges {
      kept += bytes[position..<range.lowerBound]
      kept += Secret.mask.utf8
      position = range.upperBound
    }
    kept += bytes[position...]
    return String(decoding: kept, as: UTF8.self)
  }

  /// The ranges of secrets, in order, with those that touch or overlap joined.
  private func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    func add(_ range: Range<Int>) {
      if let last = ranges.last, range.lowerBound <= last.upperBound {
        let lower = min(last.lowerBound, range.lowerBound)
        ranges[ranges.count - 1] = lower..<max(last.upperBound, range.upperBound)
      } else {
        ranges.append(range)
      }
    }
    let text = EncodedBytes(bytes)
    var readings = Self.readings(of: bytes.count)
    if let start = text.cutBeginning {
      // The end of a secret whose beginning was cut off.
      let ends = needles.compactMap { $0.endOfRest(in: text, from: start, &readings) }
      if let end = ends.max() { add(start..<end) }
    }
    var position = 0
    while position < bytes.count {
      var found: Range<Int>?
      func look(for byte: UInt8) {
        for index in beginning[Int(byte)] {
          if let range = needles[index].match(in: text, at: position, &readings),
            range.upperBound > (found?.upperBound ?? position)
          {
            found = range
          }
        }
      }
      if text.isEscape(at: position) {
        for byte in text.beginnings(at: position) { look(for: byte) }
      } else {
        look(for: bytes[position])
      }
      // Only somebody who wants to hide something writes such a text.
      if readings <= 0 { found = position..<bytes.count }
      if let found { add(found) }
      // Another secret, or the next piece of this one, may begin before it ends.
      position = readings > 0 ? position + 1 : bytes.count
    }
    return ranges
  }

  /// How many escapes are followed in a text of `count` bytes. A text with many possible readings
  /// would otherwise cost far more than its length; the rest of such a text is masked whole.
  static func readings(of count: Int) -> Int { 16 * (count + 4096) }
}
