import Foundation

/// Makes texts by chance, the same for a seed.
public struct Spoiler {
  private var state: UInt64

  /// How many texts a test tries; `make fuzz` tries more.
  public static var rounds: Int { number("CDNOTIFY_FUZZ_ROUNDS") ?? 400 }

  /// The seed that every test takes, unless another is asked for.
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

  /// One of the examples with something cut out, put in, doubled or swapped.
  public mutating func spoilt(_ examples: [String]) -> String {
    var characters = Array(examples[below(examples.count)].unicodeScalars)
    for _ in 0...below(6) {
      let place = below(characters.count + 1)
      switch below(5) {
      case 0:
        characters.insert(contentsOf: Self.bits[below(Self.bits.count)].unicodeScalars, at: place)
      case 1 where place < characters.count: characters.remove(at: place)
      case 2: characters.removeLast(min(below(10), characters.count))
      case 3:
        let end = min(characters.count, place + below(20))
        characters.insert(contentsOf: characters[place..<end], at: place)
      default:
        if place < characters.count, let scalar = Unicode.Scalar(UInt32(below(0xD000))) {
          characters[place] = scalar
        }
      }
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: characters)
    return String(text)
  }
}
