import CodeDeployNotifications

/// What the user can do about an error, where more than its kind is known. A pure decision.
struct AWSRemedy {
  var call: AWSCall
  var endpoint: AWSEndpoint
  /// Where the credentials were found.
  var source: String?

  private var fromSource: String { source.map { " from \($0)" } ?? "" }

  /// The remedy for an error that AWS answered.
  func sentence(_ kind: AWSFailure.Kind, code: String?, denial: Denial?) -> String? {
    let code = code ?? ""
    switch kind {
    case .accessDenied: return denial?.remedy
    case .credentialsRefused where code.contains("Expired"):
      return source == "the environment"
        ? "Put fresh keys and their session token into the environment."
        : "Renew the credentials\(fromSource)."
    case .credentialsRefused where AWSErrorCodes.signature.contains(code):
      return "Check that the secret access key\(fromSource) belongs to the access key."
    case .credentialsRefused where AWSErrorCodes.unknownKey.contains(code):
      // A region that has to be enabled doesn't know the keys of accounts that haven't enabled it.
      return "Check that the access key\(fromSource) exists and is active, that a session token "
        + "belongs to it, and that its account has the region \(call.region) enabled."
    default: return nil
    }
  }

  /// The remedy where a server couldn't be reached: for an unknown region, the name is most likely
  /// wrong.
  var sentenceForNoAnswer: String? {
    guard endpoint.isPublic else { return nil }
    let region = endpoint.signingRegion
    let known = AWSPartition.all.flatMap(\.regions)
    guard !known.contains(region) else { return nil }
    let nearest = NearestName.of(region, among: known).map { " Did you mean \($0)?" } ?? ""
    return "\(region) is not a known AWS region.\(nearest)"
  }
}
