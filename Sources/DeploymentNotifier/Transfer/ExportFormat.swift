import CodeDeployNotifications
import Foundation

/// The first line of an export, which identifies the format.
struct ExportHeader: Codable {
  /// The version of the format.
  var version: Int
  /// The program that wrote it.
  var program: String

  /// The version that this program writes and reads.
  static let currentVersion = 1

  enum CodingKeys: String, CodingKey {
    case program
    case version = "cdnotify_export"
  }
}

/// The last line. If it is missing, or its count differs, the file is incomplete.
struct ExportEnd: Codable {
  var records: Int

  enum CodingKeys: String, CodingKey { case records = "end_of_records" }
}

/// Masks secret literals in registrations.
struct ExportedSecrets {
  let catalog: ChannelCatalog

  /// The registration with its secrets masked.
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

  /// The name of a channel with a masked secret; `nil` if there is none.
  func maskedChannel(_ record: RegistrationRecord) -> String? {
    record.registration.channels.first { channel in
      channel.settings.contains { key, values in
        values.contains { catalog.isMasked($0, of: key, in: channel.type) }
      }
    }?.name
  }
}
