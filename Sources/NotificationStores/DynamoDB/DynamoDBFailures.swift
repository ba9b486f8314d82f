import CodeDeployNotifications

extension AWSFailure {
  /// Cancellation reasons of transactions that may pass.
  /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
  private static let passing: Set = [
    "ConditionalCheckFailed", "TransactionConflict", "ThrottlingError",
    "ProvisionedThroughputExceeded",
  ]

  /// Whether a write wasn't made because another write came first or at the same time. The caller
  /// can read again and decide again.
  var isConflict: Bool {
    switch code {
    case "ConditionalCheckFailedException", "TransactionConflictException": true
    case "TransactionCanceledException":
      !reasons.isEmpty && Self.passing.isSuperset(of: reasons)
    default: false
    }
  }

  var isMissingTable: Bool { code == "ResourceNotFoundException" }
}

extension DynamoDBTable {
  /// Other writes, or DynamoDB's limits, prevented a write for too long.
  static let isBusy = AWSFailure(
    .throttled, "the same items kept changing, or DynamoDB kept throttling")

  /// The error as a sentence that names the table and what to do.
  func storeFailure(_ error: any Error) -> any Error {
    if error is StoreFailure || error is CancellationError { return error }
    let store = "the store dynamodb:\(name) in \(region)"
    guard let failure = error as? AWSFailure else {
      return StoreFailure(.unreachable, "\(store) can't be used: \(error)")
    }
    if failure.isMissingTable {
      return StoreFailure(
        .unreachable,
        "\(store) can't be used: there is no such table: ", .makeTable)
    }
    let advice: String
    var kind = StoreFailure.Kind.unreachable
    switch failure.kind {
    case .noCredentials:
      kind = .credentials
      advice = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, as for the AWS CLI"
    case .credentialsRefused:
      kind = .credentials
      advice = "check that the keys, and the session token if there is one, are current"
    case .accessDenied:
      advice = "allow the action for the table in the IAM policy of these credentials"
    case .clockOff: advice = "set this machine's clock, best by NTP"
    case .unreachable: advice = "check the network, the region and AWS_ENDPOINT_URL if it is set"
    case .nonsense: advice = "check that AWS answers there, and not a proxy or another server"
    case .throttled, .serviceFault: advice = "try again later"
    case .refused where failure.code == "ValidationException":
      return StoreFailure(
        kind, "\(store) can't be used: ", .checkTable(answer: failure.description))
    case .refused: advice = "try again, and report it if that doesn't help"
    }
    return StoreFailure(kind, "\(store) can't be used: \(advice) (\(failure.description))")
  }
}
