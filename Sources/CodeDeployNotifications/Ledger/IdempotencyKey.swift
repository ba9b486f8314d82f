import Crypto
import Foundation

extension NotificationKey {
  /// The notification's id, which every attempt carries: derived from the key alone, so that any
  /// host, also with a store made anew, arrives at the same one.
  public var id: String {
    var hash = SHA256()
    let scope = deployment.scope
    for part in [
      scope.region, scope.profile, scope.roleARN, deployment.id, event.rawValue, channel,
    ] {
      // Lengths in front keep two keys apart whose parts would run together.
      withUnsafeBytes(of: UInt64(part.utf8.count).bigEndian) { hash.update(bufferPointer: $0) }
      hash.update(data: Data(part.utf8))
    }
    return "cdn_" + hash.finalize().prefix(16).hex
  }
}

extension Sequence<UInt8> {
  /// Two hexadecimal digits for each byte.
  package var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
