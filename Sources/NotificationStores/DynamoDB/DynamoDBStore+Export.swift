import CodeDeployNotifications

extension DynamoDBStore {
  package func exportRecords(_ body: @escaping @Sendable (StoreRecord) throws -> Void) async throws
  {
    do {
      try await table.scan(.deployments) { items in
        for item in readable(items) { try body(.deployment(item.entry.ordered)) }
      }
      let desk = try await desk()
      // Who moves a store must not lose a registration.
      if let failure = UnreadableRegistration.failure(desk.unreadable) { throw failure }
      for (scope, item) in desk.scopes.sorted(by: { $0.key < $1.key }) {
        if let watermark = item.watermark { try body(.watermark(scope, watermark)) }
      }
      for mute in desk.mutes { try body(.mute(mute)) }
      for record in desk.records { try body(.registration(record)) }
    } catch let failure as AWSFailure {
      throw table.storeFailure(failure)
    }
  }
}
