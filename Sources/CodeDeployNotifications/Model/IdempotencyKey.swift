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
    let digits = hash.finalize().prefix(16).map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0" + text : text
    }
    return "cdn_" + digits.joined()
  }
}
