/// A part of AWS with its own domain, such as China's regions.
struct AWSPartition: Sendable {
  var name: String
  /// What the names of its regions begin with.
  var regionPrefixes: [String]
  /// What follows `service.region.` in its host names.
  var suffix: String

  /// The partitions of botocore's endpoints.json. A region that none of the others claims is in
  /// the first one, as botocore has it, so that a new region works before it stands here.
  static let all = [
    AWSPartition(name: "aws", regionPrefixes: [], suffix: "amazonaws.com"),
    AWSPartition(name: "aws-cn", regionPrefixes: ["cn-"], suffix: "amazonaws.com.cn"),
    AWSPartition(name: "aws-us-gov", regionPrefixes: ["us-gov-"], suffix: "amazonaws.com"),
    AWSPartition(name: "aws-iso", regionPrefixes: ["us-iso-"], suffix: "c2s.ic.gov"),
    AWSPartition(name: "aws-iso-b", regionPrefixes: ["us-isob-"], suffix: "sc2s.sgov.gov"),
    AWSPartition(name: "aws-iso-e", regionPrefixes: ["eu-isoe-"], suffix: "cloud.adc-e.uk"),
    AWSPartition(name: "aws-iso-f", regionPrefixes: ["us-isof-"], suffix: "csp.hci.ic.gov"),
    AWSPartition(name: "aws-eusc", regionPrefixes: ["eusc-"], suffix: "amazonaws.eu"),
  ]

  /// The domain of a region's partition.
  static func suffix(ofRegion region: String) -> String {
    let partition = all.first { partition in
      partition.regionPrefixes.contains { region.hasPrefix($0) }
    }
    return (partition ?? all[0]).suffix
  }
}
