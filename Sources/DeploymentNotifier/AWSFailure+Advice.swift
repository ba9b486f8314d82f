import CodeDeployNotifications

extension AWSFailure {
  /// What a person can do about it: its remedy, or what helps with failures of its kind. `nil` where
  /// waiting is all that helps. `places` say besides where credentials were looked for.
  package var advice: String? {
    if let remedy { return remedy }
    return switch kind {
    case .credentialsRefused:
      "Check that the keys, and the session token if there is one, are current and belong together."
    case .accessDenied: "Allow the action in the IAM policy of these credentials."
    case .clockOff: "Set this machine's clock, best by NTP."
    case .unreachable:
      "Check the network, the proxy settings, the region and AWS_ENDPOINT_URL if it is set."
    case .nonsense: "Check that AWS answers there, and not a proxy or another server."
    case .noCredentials, .throttled, .serviceFault, .refused: nil
    }
  }
}
