import CodeDeployNotifications
import CurlTransport
import Foundation

/// The environment of a notifier: where AWS's credentials, region and endpoints come from, in the
/// AWS CLI's terms, and the other variables that it reads.
public struct AWSSettings: Sendable {
  /// Variables such as `AWS_REGION`, and beside them
  ///
  /// - `CURL_CA_BUNDLE` and `SSL_CERT_FILE`, a file of the CAs to trust instead of the system's;
  /// - those of proxies as curl has them, such as `https_proxy` and `no_proxy`;
  /// - `GITHUB_API_URL` and `GITHUB_TOKEN`, for who wrote a commit;
  /// - `PATH`, `HOME`, `USER`, `LOGNAME`, `SHELL`, `LANG`, `LC_ALL`, `LC_CTYPE`, `TZ` and `TMPDIR`,
  ///   which programs of channels get. Without `PATH` they are looked up in `/usr/local/bin`,
  ///   `/usr/bin` and `/bin`.
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

  /// This process's variables that begin with `AWS_`, those of its CA bundles and proxies, those
  /// that programs get, and its home directory. No other variable is read.
  public static var process: Self {
    let all = ProcessInfo.processInfo.environment
    return Self(
      variables: all.filter { name, _ in
        name.hasPrefix("AWS_") || Self.bundles.contains(name) || ProxySettings.names.contains(name)
          || HostVariables.passedOn.contains(name)
      }, homeDirectory: all["HOME"] ?? NSHomeDirectory())
  }

  /// The variables that name a file of CAs. The first one that is set counts.
  static let bundles = ["CURL_CA_BUNDLE", "SSL_CERT_FILE"]
}
