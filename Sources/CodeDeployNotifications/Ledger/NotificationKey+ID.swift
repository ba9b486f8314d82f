import Crypto
import Foundation

extension NotificationKey {
  /// The notification's id, which every attempt carries. It depends on the key alone, so that any
  /// host computes the same one, even with a new store.
  package var id: String {
    var hash = SHA256()
    let scope = deployment.scope
    for part in [
      scope.region, scope.profile, scope.roleARN, deployment.id, event.rawValue, channel,
    ] {
      // The length before each part keeps keys apart whose parts joined would be equal.
      withUnsafeBytes(of: UInt64(part.utf8.count).bigEndian) { hash.update(bufferPointer: $0) }
      var part = part
      part.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }
    return "cdn_" + hash.finalize().prefix(16).hex
  }
}

extension Sequence<UInt8> {
  /// Two hexadecimal digits for each byte.
  package var hex: String {
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
    var digits: [UInt8] = []
    digits.reserveCapacity(2 * underestimatedCount)
    for byte in self {
      digits.append(digit(byte >> 4))
      digits.append(digit(byte & 15))
    }
    return String(decoding: digits, as: UTF8.self)
  }
}
