import CodeDeployNotifications
import Foundation

extension DynamoDBStore {
  package func upkeep() async throws {
    let upkeep = memory.upkeep.withLock { upkeep in
      defer { upkeep = .nothing }
      return upkeep
    }
    switch upkeep {
    case .nothing: return
    case .correct: try await step { [self] in _ = try await correctSigns() }
    case .complete: try await step { [self] in try await completeSigns() }
    }
  }

  /// Gives every registration of a table its signs, once. From the first write on, versions of
  /// cdnotify that wouldn't write signs refuse the table, so that what they stored before is all
  /// that there is to find. Until the last write, openings read all registrations, so that whoever
  /// is interrupted in between leaves nothing unseen.
  func completeSigns() async throws {
    let item = try await table.get(Signs.schema)
    let signs = Signs(item.map { [$0] } ?? [])
    try signs.checkVersion()
    if !signs.isComplete {
      if signs.version < Signs.version {
        try await write(Signs.noting(isComplete: false, over: item))
      }
      try await correctAllSigns()
      let item = try await table.get(Signs.schema)
      try await write(Signs.noting(isComplete: true, over: item))
    }
    memory.isSigned.withLock { $0 = true }
  }

  /// Where another program has noted the same, or the transport has repeated the write, it counts.
  private func write(_ noting: WriteAction) async throws {
    if try await table.write([noting], token: UUID().uuidString) { return }
    let signs = Signs(try await table.get(Signs.schema).map { [$0] } ?? [])
    try signs.checkVersion()
    guard signs.version == Signs.version else { throw DynamoDBTable.isBusy }
  }

  /// Corrects the signs until no other write comes in between.
  func correctAllSigns() async throws {
    for attempt in 1...DynamoDBTable.patience {
      if try await correctSigns() { return }
      try await table.pause(attempt)
    }
    throw DynamoDBTable.isBusy
  }

  /// Makes the signs those of the registrations. Returns false where another write came in between.
  ///
  /// The signs are read first. So a registration that was made before its scope's sign was read is
  /// among the registrations that are read afterwards. One that is made later writes the sign
  /// again, which then isn't removed.
  func correctSigns() async throws -> Bool {
    let signs = Signs(try await table.deskBeforeRegistrations())
    let desk = try Desk(try await table.desk(ItemKey.registrationPrefix))
    let made = try await concurrentMap(signs.corrections(for: desk)) { [table] actions in
      try await table.write(actions, token: UUID().uuidString)
    }
    return made.allSatisfy(\.self)
  }
}
