import Foundation

/// Where AWS's credentials, region and endpoints come from, in the AWS CLI's terms.
public struct AWSSettings: Sendable {
  /// Variables such as `AWS_REGION`, and beside them `CURL_CA_BUNDLE`, `SSL_CERT_FILE`,
  /// `GITHUB_API_URL` and `GITHUB_TOKEN`.
  public var variables: [String: String]
  /// The folder that `~/.aws` is in.
  public var homeDirectory: String

  /// - Parameters:
  ///   - variables: The variables that are looked at, and no other.
  ///   - homeDirectory: The folder that `~/.aws` is in.
  public init(variables: [String: String], homeDirectory: String) {
    self.variables = variables
    self.homeDirectory = homeDirectory
  }

  /// This process's variables that begin with `AWS_`, its CA bundles and its home directory; no
  /// other variable is looked at.
  public static var process: Self {
    let all = ProcessInfo.processInfo.environment
    return Self(
      variables: all.filter {
        $0.key.hasPrefix("AWS_") || ["CURL_CA_BUNDLE", "SSL_CERT_FILE"].contains($0.key)
      }, homeDirectory: all["HOME"] ?? NSHomeDirectory())
  }
}
