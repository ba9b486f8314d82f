/// SHA-256 and HMAC, so that a signature can be recomputed without libcurl.
enum SHA256 {
  static func hash(_ message: [UInt8]) -> [UInt8] {
    var padded = message + [0x80]
    padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
    padded += bigEndian(UInt64(message.count) * 8)

    var state = fractions(of: 8, squareRoot: true)
    let constants = fractions(of: 64, squareRoot: false)
    for start in stride(from: 0, to: padded.count, by: 64) {
      var words = (0..<16).map { word in
        padded[(start + word * 4)..<(start + word * 4 + 4)].reduce(0) { $0 << 8 | UInt32($1) }
      }
      for index in 16..<64 {
        let (early, late) = (words[index - 15], words[index - 2])
        let first = rotate(early, 7) ^ rotate(early, 18) ^ early >> 3
        let second = rotate(late, 17) ^ rotate(late, 19) ^ late >> 10
        words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
      }
      var next = state
      for index in 0..<64 {
        let (a, e) = (next[0], next[4])
        let choice = (e & next[5]) ^ (~e & next[6])
        let majority = (a & next[1]) ^ (a & next[2]) ^ (next[1] & next[2])
        let one = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
        let two = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
        let sum = next[7] &+ one &+ choice &+ constants[index] &+ words[index]
        next = [sum &+ two &+ majority] + next[..<7]
        next[4] = next[4] &+ sum
      }
      state = zip(state, next).map { $0 &+ $1 }
    }
    return state.flatMap { bigEndian($0) }
  }

  static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    let short = key.count > 64 ? hash(key) : key
    let block = short + [UInt8](repeating: 0, count: 64 - short.count)
    return hash(block.map { $0 ^ 0x5C } + hash(block.map { $0 ^ 0x36 } + message))
  }

  static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The first 32 bits of the fractions of the first primes' roots, from which the standard derives
  /// all its constants. They are computed exactly, as the root of the shifted prime.
  private static func fractions(of count: Int, squareRoot: Bool) -> [UInt32] {
    let primes = (2...311).filter { number in !(2..<number).contains { number % $0 == 0 } }
    return primes.prefix(count).map { prime in
      var (low, high) = (UInt64(1) << 32, UInt64(20) << 32)
      while high - low > 1 {
        let middle = (low + high) / 2
        let root = UInt128(middle)
        let fits =
          squareRoot
          ? root * root <= UInt128(prime) << 64
          : root * root <= (UInt128(prime) << 96) / root
        if fits { low = middle } else { high = middle }
      }
      return UInt32(truncatingIfNeeded: low)
    }
  }

  private static func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 {
    value >> count | value << (32 - count)
  }

  private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}
