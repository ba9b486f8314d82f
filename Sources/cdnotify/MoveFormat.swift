import CodeDeployNotifications
import Foundation

/// The first line of an export: what the file is.
struct MoveHeader: Codable {
  /// The version of the format.
  var version: Int
  /// Which program wrote it.
  var program: String

  static let current = MoveHeader(version: 1, program: "cdnotify \(Version.current)")

  enum CodingKeys: String, CodingKey {
    case program
    case version = "cdnotify_export"
  }
}

/// The last line: without it, or with another count, the file isn't whole.
struct MoveEnd: Codable {
  var records: Int

  enum CodingKeys: String, CodingKey { case records = "end_of_records" }
}

/// The lines of an export, read and checked.
enum MoveReader {
  /// Returns the records, the one of line 2 first. Throws `Failure` with the line's number.
  static func records(_ data: Data, _ secrets: MovedSecrets) throws -> [StoreRecord] {
    var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    guard let first = lines.first, let header = try? decode(MoveHeader.self, first) else {
      throw wrong(1, "this is no export of cdnotify")
    }
    guard header.version == MoveHeader.current.version else {
      throw wrong(1, "it was written by a newer version of cdnotify: import it with that one")
    }
    guard lines.count > 1, let end = try? decode(MoveEnd.self, lines[lines.count - 1]) else {
      throw wrong(lines.count, "the export's last line is missing: it isn't whole")
    }
    let records = lines[1..<(lines.count - 1)]
    guard records.count == end.records else {
      throw wrong(
        lines.count, "the export had \(end.records) records, and \(records.count) are here")
    }
    return try records.enumerated().map { index, line in
      let number = index + 2
      do {
        let record = try decode(StoreRecord.self, line)
        if case .registration(let registered) = record,
          let channel = secrets.maskedChannel(registered)
        {
          throw wrong(
            number,
            "a secret of \(registered.registration.application)'s channel \(channel) was left out "
              + "of the export: export with --include-secrets, or put it there")
        }
        return record
      } catch let error as DecodingError {
        let isJSON = (try? JSONSerialization.jsonObject(with: line)) != nil
        throw wrong(number, isJSON ? problem(error) : "it is no JSON")
      }
    }
  }

  static func wrong(_ line: Int, _ problem: String) -> Failure {
    Failure(.badDocument, "line \(line): \(problem.printable)")
  }

  private static func decode<Value: Decodable>(_ type: Value.Type, _ line: Data) throws -> Value {
    try RowCoding.decode(type, from: String(decoding: line, as: UTF8.self))
  }

  /// Where and what, without the value.
  private static func problem(_ error: DecodingError) -> String {
    func place(_ keys: [any CodingKey]) -> String {
      keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "\(place(context.codingPath + [key])) is missing"
    case .valueNotFound(_, let context): return "\(place(context.codingPath)) is null"
    case .typeMismatch(_, let context):
      return context.codingPath.isEmpty
        ? "it is no JSON object" : "\(place(context.codingPath)) has another type"
    case .dataCorrupted(let context):
      let place = place(context.codingPath)
      return place.isEmpty ? context.debugDescription : "\(place): \(context.debugDescription)"
    @unknown default: return "it can't be read"
    }
  }
}

/// Secrets that are written out in registrations.
struct MovedSecrets {
  let catalog: ChannelCatalog

  /// The registration without them.
  func masked(_ record: RegistrationRecord) -> RegistrationRecord {
    var record = record
    for index in record.registration.channels.indices {
      let channel = record.registration.channels[index]
      for (key, values) in channel.settings where isSecret(key, of: channel) {
        record.registration.channels[index].settings[key] = values.map { value in
          if case .reference = SettingReference.read(value) { value } else { Secret.mask }
        }
      }
    }
    return record
  }

  /// A channel with a secret that was left out.
  func maskedChannel(_ record: RegistrationRecord) -> String? {
    record.registration.channels.first { channel in
      channel.settings.contains { isSecret($0.key, of: channel) && $0.value.contains(Secret.mask) }
    }?.name
  }

  /// A setting of a type that this version doesn't know is taken for a secret.
  private func isSecret(_ key: String, of channel: ChannelConfiguration) -> Bool {
    catalog.type(named: channel.type)?.settings.first { $0.names(key) }?.isSecret ?? true
  }
}
