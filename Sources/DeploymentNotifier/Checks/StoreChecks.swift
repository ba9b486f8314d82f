import CodeDeployNotifications
import NotificationStores

/// Checks the file or table of a store before it is opened.
package struct StoreChecks: Sendable {
  private let location: StoreLocation
  /// The table; `nil` for other stores.
  private let setup: DynamoDBSetup?

  package init(_ location: StoreLocation) throws {
    self.location = location
    setup = try location.tableSetup()
  }

  /// Whether the table is in order, and whether the file can be trusted.
  ///
  /// - Parameter creatingTable: Whether a missing table is created.
  package func results(creatingTable: Bool) async -> [CheckResult] {
    var results: [CheckResult] = []
    if let setup { results += await table(setup, creating: creatingTable) }
    return results + trust()
  }

  /// The reasons why the file can't be trusted as the store, one by one.
  private func trust() -> [CheckResult] {
    guard location.exists else { return [] }
    do {
      return try location.problems().map { CheckResult(.store, location.label, failure: $0) }
    } catch {
      return [CheckResult(.store, location.label, failure: error)]
    }
  }

  private func table(_ setup: DynamoDBSetup, creating: Bool) async -> [CheckResult] {
    do {
      var created: [CheckResult] = []
      if creating {
        let isNew = try await setup.create()
        created = [result(.ok, isNew ? "the table was created" : "the table already exists")]
      }
      guard let state = try await setup.state() else {
        return [result(.failed, "there is no such table", remedy: .createTable)]
      }
      if let trouble = trouble(with: state) { return [trouble] }
      return created + settings(of: state)
    } catch {
      return [CheckResult(.store, location.label, failure: error)]
    }
  }

  /// Why the table can't be a store at the moment; `nil` where it can.
  private func trouble(with state: DynamoDBSetup.State) -> CheckResult? {
    guard state.isDescribed else { return nil }
    guard state.isOurs else {
      return result(
        .failed,
        "the table's keys are not pk and sk, so it belongs to another program; name another table")
    }
    guard state.isActive else {
      return result(.failed, "the table is being created or deleted; check again later")
    }
    return nil
  }

  /// What is wrong with how the table is set up.
  private func settings(of state: DynamoDBSetup.State) -> [CheckResult] {
    // Polls work without the permission to describe the table.
    guard state.isDescribed else {
      return [
        result(
          .note,
          "can't check whether the table is set up correctly: dynamodb:DescribeTable is not allowed"
        )
      ]
    }
    var results: [CheckResult] = []
    if state.forgets == false {
      results.append(
        result(
          .failed,
          "nothing in the table ever expires: turn on time to live for the attribute ttl",
          remedy: .turnOnTimeToLive))
    }
    if state.hasRecovery == false {
      results.append(
        result(
          .note,
          "point-in-time recovery is off; with it the table can be restored to any moment of the "
            + "last 35 days"))
    }
    return results
  }

  private func result(
    _ outcome: CheckResult.Outcome, _ finding: String, remedy: CheckResult.Remedy? = nil
  ) -> CheckResult {
    CheckResult(.store, location.label, outcome, finding, remedy: remedy)
  }
}
