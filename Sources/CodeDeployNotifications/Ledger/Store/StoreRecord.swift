import Foundation

/// One record of a store, for exports and imports.
package enum StoreRecord: Sendable, Hashable {
  /// A deployment with its events, notifications and notes.
  indirect case deployment(LedgerEntry)
  /// A scope's watermark: when its last complete listing began.
  case watermark(AWSScope, Date)
  case registration(RegistrationRecord)
  /// A mute of an application or a channel, past or active.
  case mute(Mute)
}

/// A line of an export.
package enum ExportedLine: Sendable {
  case record(StoreRecord)
  /// A deployment's record as `RowCoding` writes it, and how many of its notifications are being
  /// sent. For stores that hold most of it in that form.
  case deployment(json: String, sending: Int)
}

extension StoreRecord: Codable {
  /// The stored keys.
  private enum Key: String, CodingKey {
    case deployment, scope, registration, mute
    case watermark = "mark"
  }

  package init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    switch keys.allKeys.map(\.rawValue).sorted() {
    case ["deployment"]:
      let entry = try keys.decode(LedgerEntry.self, forKey: .deployment)
      try entry.check(keys.codingPath)
      self = .deployment(entry)
    case ["mark", "scope"]:
      self = .watermark(
        try keys.decode(AWSScope.self, forKey: .scope),
        try keys.decode(Date.self, forKey: .watermark))
    case ["registration"]:
      self = .registration(try keys.decode(RegistrationRecord.self, forKey: .registration))
    case ["mute"]: self = .mute(try keys.decode(Mute.self, forKey: .mute))
    default:
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: keys.codingPath,
          debugDescription: "it is not a deployment, mark, registration or mute"))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: Key.self)
    switch self {
    case .deployment(let entry): try keys.encode(entry, forKey: .deployment)
    case .watermark(let scope, let watermark):
      try keys.encode(scope, forKey: .scope)
      try keys.encode(watermark, forKey: .watermark)
    case .registration(let record): try keys.encode(record, forKey: .registration)
    case .mute(let mute): try keys.encode(mute, forKey: .mute)
    }
  }
}

extension StoreRecord {
  /// The deployment's record in a line of an export; `nil` for another kind of record, and for
  /// another form than `RowCoding` writes.
  package static func deployment(fromLine line: UnsafeBufferPointer<UInt8>) -> Self? {
    guard let line = RowReader.read(DeploymentLine.self, from: line),
      (try? line.entry.check([])) != nil
    else { return nil }
    return .deployment(line.entry)
  }
}

/// A line with the record of a deployment, as `RowCoding` writes it.
private struct DeploymentLine: RowValue {
  var entry: LedgerEntry

  init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    entry = try row.member("deployment")
    try row.endObject()
  }

  func write(to row: inout RowWriter) {
    row.beginObject()
    row.member("deployment", entry)
    row.endObject()
  }

  enum CodingKeys: String, CodingKey { case entry = "deployment" }
}

extension LedgerEntry {
  /// Throws for an entry that a store couldn't hold or that contradicts itself.
  fileprivate func check(_ path: [any CodingKey]) throws {
    func refuse(_ problem: String) -> DecodingError {
      DecodingError.dataCorrupted(.init(codingPath: path, debugDescription: problem))
    }
    if let deployment, deployment.id != key.id {
      throw refuse("the deployment's id differs from that in its key")
    }
    guard events.count < 2 || Set(events.map(\.event)).count == events.count else {
      throw refuse("it has an event twice")
    }
    guard notifications.count < 2 || Set(notifications.map(key(of:))).count == notifications.count
    else {
      throw refuse("it has a notification twice")
    }
    for one in notifications {
      guard events.contains(where: { $0.event == one.event }) else {
        throw refuse("it has a notification of \"\(one.event)\", but no such event")
      }
      guard (one.state == .sending) == (one.claim != nil) else {
        throw refuse("a notification must have a claim if it is being sent, and only then")
      }
    }
  }

  /// The entry with its parts sorted, for comparison.
  package var ordered: LedgerEntry {
    var entry = self
    entry.events.sort { $0.event.rawValue < $1.event.rawValue }
    entry.notifications.sort {
      ($0.event.rawValue, $0.channel) < ($1.event.rawValue, $1.channel)
    }
    return entry
  }
}
