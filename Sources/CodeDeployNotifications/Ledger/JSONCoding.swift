import Foundation

/// How this program writes and reads JSON: snake case names, times in ISO 8601 UTC to the
/// second, keys in a stable order.
package enum JSONCoding {
  package static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return encoder
  }

  /// What `encoder` makes of a notification, in a tenth of the time.
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

extension Date {
  /// Whole milliseconds since 1970, the finest time that CodeDeploy gives. A time that no integer
  /// holds is the last that one does.
  package var milliseconds: Int64 {
    let milliseconds = (timeIntervalSince1970 * 1000).rounded()
    return Int64(exactly: milliseconds) ?? (milliseconds > 0 ? .max : .min)
  }

  package init(milliseconds: Int64) {
    self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
  }
}
