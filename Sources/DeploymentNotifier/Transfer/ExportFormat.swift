import CodeDeployNotifications
import Foundation

/// The first line of an export: what the file is.
struct ExportHeader: Codable {
  /// The version of the format.
  var version: Int
  /// Which program wrote it.
  var program: String

  /// The version that this program writes and reads.
  static let currentVersion = 1

  enum CodingKeys: String, CodingKey {
    case program
    case version = "cdnotify_export"
  }
}

/// The last line: without it, or with another count, the file isn't whole.
struct ExportEnd: Codable {
  var records: Int

  enum CodingKeys: String, CodingKey { case records = "end_of_records" }
}

/// Secrets that are written out in registrations.
struct ExportedSecrets {
  let catalog: ChannelCatalog

  /// The registration without them.
  func masked(_ record: RegistrationRecord) -> RegistrationRecord {
    var record = record
    for index in record.registration.channels.indices {
      let channel = record.registration.channels[index]
      for (key, values) in channel.settings {
        record.registration.channels[index].settings[key] = values.map {
          catalog.shown($0, of: key, in: channel.type)
        }
      }
    }
    return record
  }

  /// A channel with a secret that was left out.
  func maskedChannel(_ record: RegistrationRecord) -> String? {
    record.registration.channels.first { channel in
      channel.settings.contains { key, values in
        values.contains { catalog.isMasked($0, of: key, in: channel.type) }
      }
    }?.name
  }
}
