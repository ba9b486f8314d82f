/// A part of AWS with its own domains, such as China's regions.
struct AWSPartition: Sendable {
  var name: String
  /// What the names of its regions begin with; empty for the standard partition.
  var regionPrefix: String
  /// What follows `service.region.` in its host names.
  var suffix: String
  /// The same for hosts with addresses of both IP versions.
  var dualStackSuffix: String
  /// The regions known when this was written, for the message about an unknown one.
  var regions: [String]

  /// The partitions of botocore's partitions.json. A region that no other partition claims belongs
  /// to the first one, as in botocore, so that a new region works before it is added here.
  static let all = [
    AWSPartition(
      name: "aws", regionPrefix: "", suffix: "amazonaws.com",
      dualStackSuffix: "api.aws",
      regions: [
        "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2",
        "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2",
        "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6",
        "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2",
        "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3",
        "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1",
        "us-east-1", "us-east-2", "us-west-1", "us-west-2",
      ]),
    AWSPartition(
      name: "aws-cn", regionPrefix: "cn-", suffix: "amazonaws.com.cn",
      dualStackSuffix: "api.amazonwebservices.com.cn",
      regions: [
        "cn-north-1", "cn-northwest-1",
      ]),
    AWSPartition(
      name: "aws-us-gov", regionPrefix: "us-gov-", suffix: "amazonaws.com",
      dualStackSuffix: "api.aws",
      regions: [
        "us-gov-east-1", "us-gov-west-1",
      ]),
    AWSPartition(
      name: "aws-iso", regionPrefix: "us-iso-", suffix: "c2s.ic.gov",
      dualStackSuffix: "api.aws.ic.gov",
      regions: [
        "us-iso-east-1", "us-iso-west-1",
      ]),
    AWSPartition(
      name: "aws-iso-b", regionPrefix: "us-isob-", suffix: "sc2s.sgov.gov",
      dualStackSuffix: "api.aws.scloud",
      regions: [
        "us-isob-east-1", "us-isob-west-1",
      ]),
    AWSPartition(
      name: "aws-iso-e", regionPrefix: "eu-isoe-", suffix: "cloud.adc-e.uk",
      dualStackSuffix: "api.cloud-aws.adc-e.uk",
      regions: [
        "eu-isoe-west-1"
      ]),
    AWSPartition(
      name: "aws-iso-f", regionPrefix: "us-isof-", suffix: "csp.hci.ic.gov",
      dualStackSuffix: "api.aws.hci.ic.gov",
      regions: [
        "us-isof-east-1", "us-isof-south-1",
      ]),
    AWSPartition(
      name: "aws-eusc", regionPrefix: "eusc-", suffix: "amazonaws.eu",
      dualStackSuffix: "api.amazonwebservices.eu",
      regions: [
        "eusc-de-east-1"
      ]),
  ]

  /// The partition of a region.
  static func of(region: String) -> AWSPartition {
    all.first { !$0.regionPrefix.isEmpty && region.hasPrefix($0.regionPrefix) } ?? all[0]
  }
}
