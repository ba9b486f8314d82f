import Foundation

/// Where AWS credentials, the region and endpoints come from, as in the AWS CLI.
public struct AWSSettings: Sendable {
  /// The environment variables, such as `AWS_REGION`. `CURL_CA_BUNDLE`, `SSL_CERT_FILE`,
  /// `GITHUB_API_URL` and `GITHUB_TOKEN` are read from here too.
  public var variables: [String: String]
  /// The folder that contains `.aws`.
  public var homeDirectory: String

  /// - Parameters:
  ///   - variables: The environment variables. No others are read.
  ///   - homeDirectory: The folder that contains `.aws`.
  public init(variables: [String: String], homeDirectory: String) {
    self.variables = variables
    self.homeDirectory = homeDirectory
  }

  /// This process's variables that begin with `AWS_`, its CA bundles and its home directory. No
  /// other variables are read.
  public static var process: Self {
    let all = ProcessInfo.processInfo.environment
    return Self(
      variables: all.filter {
        $0.key.hasPrefix("AWS_") || ["CURL_CA_BUNDLE", "SSL_CERT_FILE"].contains($0.key)
      }, homeDirectory: all["HOME"] ?? NSHomeDirectory())
  }
}
