/// AWS's own address of a service in a region, by the rule sets that botocore carries
/// (`endpoint-rule-set-1.json` of each service). One rule fits nearly all; a test compares every
/// service, partition and variant with botocore.
struct PublicAddress: Sendable, Hashable {
  /// The first part of the host name, such as `codedeploy`.
  var service: String
  var region: String
  /// Whether the endpoint has to use FIPS 140 validated cryptography.
  var isFIPS: Bool
  /// Whether the endpoint has to support IP version 6 as well.
  var isDualStack: Bool

  /// In the US government's regions these services have FIPS endpoints only, under their usual
  /// names.
  private static let fipsByItself: Set = [
    "sts", "sns", "ssm", "cloudtrail", "portal.sso", "oidc", "dynamodb",
  ]

  /// The partitions where Secrets Manager's usual name is dual-stack.
  private static let secretsAtUsualName: Set = ["aws", "aws-us-gov"]

  /// The domains of AWS's sign-in service, by partition.
  private static let signInDomains = [
    "aws": "signin.aws.amazon.com", "aws-cn": "signin.amazonaws.cn",
    "aws-us-gov": "signin.amazonaws-us-gov.com",
  ]

  var host: String {
    let partition = AWSPartition.of(region: region)
    if service == "signin", !isFIPS, !isDualStack,
      let domain = Self.signInDomains[partition.name]
    {
      return "\(region).\(domain)"
    }
    let isUsualName =
      !isDualStack
      || service == "secretsmanager"
        && (Self.secretsAtUsualName.contains(partition.name)
          || partition.name == "aws-cn" && !isFIPS)
    let isPlain =
      !isFIPS
      || !isDualStack && partition.name == "aws-us-gov" && Self.fipsByItself.contains(service)
    return "\(service)\(isPlain ? "" : "-fips").\(region)."
      + (isUsualName ? partition.suffix : partition.dualStackSuffix)
  }

  /// The regions that the global address of STS served (`LEGACY_GLOBAL_STS_REGIONS` of botocore).
  private static let globalSTSRegions: Set = [
    "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1",
    "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1",
    "us-east-2", "us-west-1", "us-west-2",
  ]

  /// Whether STS can be asked at its global address instead.
  var hasGlobalSTS: Bool {
    !isFIPS && !isDualStack && Self.globalSTSRegions.contains(region)
  }
}
