import CodeDeployNotifications
import NotificationStores

/// Looks at what a store is kept in, before it is opened.
package struct StoreChecks: Sendable {
  private let location: StoreLocation
  /// Of a store that is a table.
  private let setup: DynamoDBSetup?

  package init(_ location: StoreLocation) throws {
    self.location = location
    setup = try location.tableSetup()
  }

  /// Whether the table is as it has to be, and whether the file can be trusted.
  ///
  /// - Parameter creatingTable: Whether the table is made where it is missing.
  package func results(creatingTable: Bool) async -> [CheckResult] {
    var results: [CheckResult] = []
    if let setup { results += await table(setup, creating: creatingTable) }
    return results + trust()
  }

  /// What keeps the file from being trusted as the store, one by one.
  private func trust() -> [CheckResult] {
    guard location.exists else { return [] }
    do {
      return try location.problems().map { CheckResult(.store, location.label, failure: $0) }
    } catch {
      return [CheckResult(.store, location.label, failure: error)]
    }
  }

  private func table(_ setup: DynamoDBSetup, creating: Bool) async -> [CheckResult] {
    func result(
      _ outcome: CheckResult.Outcome, _ finding: String, remedy: CheckResult.Remedy? = nil
    ) -> CheckResult {
      CheckResult(.store, location.label, outcome, finding, remedy: remedy)
    }
    var results: [CheckResult] = []
    do {
      if creating {
        results.append(
          result(
            .ok, try await setup.create() ? "the table was made" : "the table was there already"))
      }
      guard let state = try await setup.state() else {
        return [result(.failed, "there is no such table", remedy: .createTable)]
      }
      // Polls get along without the permission to describe their table.
      guard state.isDescribed else {
        return results + [
          result(
            .note,
            "whether the table is set up as it should be can't be told: "
              + "dynamodb:DescribeTable is not allowed")
        ]
      }
      guard state.isOurs else {
        return [
          result(
            .failed,
            "the table has other keys than pk and sk: it is another program's; name "
              + "another table")
        ]
      }
      guard state.isActive else {
        return [result(.failed, "the table is being made or deleted; look again later")]
      }
      if state.forgets == false {
        results.append(
          result(
            .failed, "the table never forgets: turn time to live on for the attribute ttl",
            remedy: .turnOnTimeToLive))
      }
      if state.hasRecovery == false {
        results.append(
          result(
            .note,
            "point-in-time recovery is off; with it the table can be brought back to any "
              + "moment of the last 35 days"))
      }
    } catch {
      return [CheckResult(.store, location.label, failure: error)]
    }
    return results
  }
}
