import Foundation

/// Makes random texts, the same ones for the same seed.
public struct Spoiler {
  private var state: UInt64

  /// How many texts a test tries; `make fuzz` tries more.
  public static var rounds: Int { number("CDNOTIFY_FUZZ_ROUNDS") ?? 400 }

  /// The seed of every test, unless the environment has another one.
  public static var seed: UInt64 { UInt64(number("CDNOTIFY_TEST_SEED") ?? 1) }

  private static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
  }

  public init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  /// SplitMix64.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  public mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

  private static let bits = [
    "\"", "'", "\\", "\n", "\r\n", "\t", "\u{0}", "\u{1B}[31m", "\u{202E}", "é", "\u{301}", "😀",
    "{{", "}}", "{", "}", "[", "]", ",", "=", ":", "%", "%2", "&", "&#", ";", "<", ">", "…",
    "env:", "file:", "********", "-", "-----BEGIN PRIVATE KEY-----", "password=",
    "9223372036854775808",
    "-1", "1e999", "null", "*a", "&a ", "\u{FEFF}", "\u{FFFD}", "://", "@", "#", "/", "..", " ",
    "\\ud83d", "\\udc00", "\\u0000", "\\u00", "&#0;", "&#x110000;", "&amp;lt;", "&lt", "<![CDATA[",
    "]]>", "<!--", "-->", "<?", "</", "/>", "%25", "%00", "%ff", "=3D", "18446744073709551616",
    "-9223372036854775809", "1e308", "-0", "0x1", "NaN", "true", "{}", "[]", "\"\"",
    "\u{200D}", "\u{1F3F4}\u{E0067}\u{E007F}", "\u{9B}", "\u{2028}", "\u{85}", "\u{B}", "\u{E000}",
    "\u{1B}]8;;", "\u{7}", "👩‍💻", "🇩🇪", "각", "🏳️‍🌈", "? ", "|\n", ">-\n", "<<: ", "!!binary ", "---\n",
    "${", "$(", "`", "Bearer ", "Authorization: ", "--password ", "token: ", "://a:", "AKIA",
    "{{{", "{{#a}}", "{{/a}}", "{{=<% %>=}}", "{{>a}}", "{{$a}}",
  ]

  /// Opening and closing texts, for nesting.
  private static let nests = [
    ("[", "]"), ("{\"a\":", "}"), ("<A>", "</A>"), ("{{#a}}", "{{/a}}"), ("- ", ""), ("{a: ", "}"),
    ("\"", "\""), ("(", ")"), ("<!--", "-->"), ("\\", ""), ("&amp;", ""), ("%25", ""),
  ]

  public mutating func text(_ length: ClosedRange<Int>) -> String {
    let count = length.lowerBound + below(length.count)
    var text = ""
    while text.utf8.count < count {
      let byte = UInt8(0x21 + below(94))
      text.unicodeScalars.append(Unicode.Scalar(byte))
    }
    return text
  }

  /// One of the examples with something cut out, put in, doubled, nested, swapped or spliced.
  public mutating func spoilt(_ examples: [String]) -> String {
    var scalars = Array(examples[below(examples.count)].unicodeScalars)
    for _ in 0...below(6) { spoil(&scalars, examples) }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  /// The same, sometimes with bytes that aren't UTF-8.
  public mutating func spoiltBytes(_ examples: [String]) -> [UInt8] {
    var bytes = Array(spoilt(examples).utf8)
    while below(3) == 0 {
      bytes.insert(UInt8(128 + below(128)), at: below(bytes.count + 1))
    }
    return bytes
  }

  private mutating func spoil(_ scalars: inout [Unicode.Scalar], _ examples: [String]) {
    let place = below(scalars.count + 1)
    switch below(9) {
    case 0:
      scalars.insert(contentsOf: Self.bits[below(Self.bits.count)].unicodeScalars, at: place)
    case 1 where place < scalars.count: scalars.remove(at: place)
    case 2: scalars.removeLast(min(below(10), scalars.count))
    case 3:
      let end = min(scalars.count, place + below(20))
      scalars.insert(contentsOf: scalars[place..<end], at: place)
    case 4:
      // Around the depth that readers allow.
      let (open, close) = Self.nests[below(Self.nests.count)]
      let end = min(scalars.count, place + below(20))
      let depth = 1 + below(80)
      let closing = String(repeating: close, count: below(4) == 0 ? depth / 2 : depth)
      scalars.insert(contentsOf: closing.unicodeScalars, at: end)
      scalars.insert(contentsOf: String(repeating: open, count: depth).unicodeScalars, at: place)
    case 5:
      // A long line.
      let end = min(scalars.count, place + 1 + below(8))
      let piece = Array(scalars[place..<end])
      for _ in 0..<below(200) { scalars.insert(contentsOf: piece, at: place) }
    case 6:
      let other = Array(examples[below(examples.count)].unicodeScalars)
      scalars.replaceSubrange(place..., with: other[below(other.count + 1)...])
    case 7:
      // The next number becomes one that no number type can hold.
      guard let start = scalars[place...].firstIndex(where: { ("0"..."9").contains($0) }) else {
        break
      }
      let end = scalars[start...].firstIndex { !("0"..."9").contains($0) } ?? scalars.count
      let numbers = ["9223372036854775807", "-1", "0.5", "1e999", "99999999999999999999", "00", ""]
      scalars.replaceSubrange(start..<end, with: numbers[below(numbers.count)].unicodeScalars)
    default:
      if place < scalars.count, let scalar = Unicode.Scalar(UInt32(below(0xD000))) {
        scalars[place] = scalar
      }
    }
  }
}
