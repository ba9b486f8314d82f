import CodeDeployNotifications

/// Asks AWS whose credentials a caller has.
package enum AWSIdentity {
  /// The ARN of the caller. No policy has to allow it.
  /// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
  package static func arn(_ caller: AWSCaller, region: String) async throws -> String {
    try await text("Arn", caller, region: region)
  }

  /// The id of the caller's account.
  package static func accountID(_ caller: AWSCaller, region: String) async throws -> String {
    try await text("Account", caller, region: region)
  }

  private static func text(
    _ element: String, _ caller: AWSCaller, region: String
  ) async throws -> String {
    let form = AWSCall.Form.query(
      action: "GetCallerIdentity", version: "2011-06-15", parameters: [])
    let answer = try await caller.call(AWSCall(service: "sts", region: region, form: form))
    guard let text = XMLNode.parse(answer)?.first(element)?.trimmedText, !text.isEmpty else {
      throw AWSFailure(
        .nonsense,
        "AWS's answer to sts GetCallerIdentity in \(region) can't be used: no \(element).")
    }
    return text
  }
}
