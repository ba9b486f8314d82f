/// Links to the AWS console.
package enum AWSConsole {
  /// The page of one deployment in the console of the region's partition; `nil` where that
  /// partition has no publicly known console.
  package static func url(ofDeployment id: String, region: String) -> String? {
    guard let host = host(region: region) else { return nil }
    return "https://\(host)/codesuite/codedeploy/deployments/\(id)?region=\(region)"
  }

  /// The console's host, by the region prefixes in AWS's partitions.json.
  private static func host(region: String) -> String? {
    switch region.prefix(while: { $0 != "-" }) {
    case "cn": "console.amazonaws.cn"
    case "eusc": "\(region).console.amazonaws-eusc.eu"
    case _ where region.hasPrefix("us-gov-"): "console.amazonaws-us-gov.com"
    // us-iso-, us-isob-, us-isof-, eu-isoe-, and later ones like these.
    case "us" where region.hasPrefix("us-iso"), "eu" where region.hasPrefix("eu-iso"): nil
    default: "\(region).console.aws.amazon.com"
    }
  }
}
