/// Masks known secrets in texts that come back from outside, in whatever encoding they come.
///
/// A secret is found as it is, percent-encoded in whole or in part, escaped for JSON or markup (once
/// or several times over), in hexadecimal, and in base64 of either alphabet at any alignment, so
/// also within `user:password`.
///
/// Of a text that was cut, marked by `…`, the part of a secret that is left goes too.
package struct SecretMask: Sendable {
  private var known: Set<Secret> = []
  private var needles: [SecretNeedle] = []
  /// The needles that can begin with a byte.
  private var beginning = [[Int]](repeating: [], count: 256)
  /// The most characters that may be left of a secret where a text was cut.
  package private(set) var longest = 0

  package init(_ secrets: [Secret]) { add(secrets) }

  /// Masks these as well from now on.
  package mutating func add(_ secrets: [Secret]) {
    var forms: Set<SecretNeedle> = []
    for secret in secrets where !secret.revealed.isEmpty && known.insert(secret).inserted {
      forms.formUnion(SecretNeedle.all(for: secret.revealed))
      forms.formUnion(SecretNeedle.all(for: secret.revealed.oneLine))
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

  /// The text with `********` in each secret's place.
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

  /// Where secrets stand, in order; those that touch or overlap are one.
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
      // Nobody writes such a text but to hide something in it.
      if readings <= 0 { found = position..<bytes.count }
      if let found { add(found) }
      // Another secret, or the next piece of this one, may begin before it ends.
      position = readings > 0 ? position + 1 : bytes.count
    }
    return ranges
  }

  /// How many escapes are followed in a text. One that can be read in many ways would cost far more
  /// than its length; what is left of it then is masked whole.
  static func readings(of count: Int) -> Int { 16 * (count + 4096) }
}
