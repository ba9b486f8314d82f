/// Addresses of the AWS console's pages.
public enum AWSConsole {
  /// The page of one deployment, in the console of the region's partition.
  public static func url(ofDeployment id: String, region: String) -> String {
    let host =
      if region.hasPrefix("cn-") {
        "console.amazonaws.cn"
      } else if region.hasPrefix("us-gov-") {
        "console.amazonaws-us-gov.com"
      } else {
        "\(region).console.aws.amazon.com"
      }
    return "https://\(host)/codesuite/codedeploy/deployments/\(id)?region=\(region)"
  }
}
