import Foundation

/// How this program writes and reads JSON: names in snake case, times in ISO 8601 UTC to the
/// second, keys in a fixed order.
package enum JSONCoding {
  package static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return encoder
  }

  /// The bytes that `encoder` would write of a notification, in a tenth of the time.
  package static func encoded(_ notification: DeploymentNotification) -> [UInt8] {
    var json = RowWriter(forReaders: true)
    notification.writePublished(to: &json)
    return json.bytes
  }

  package static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return decoder
  }
}
