import Foundation
import Testing

@testable import AWSClient

/// Addresses of every service, partition and variant, as botocore has them.
@Suite struct PublicAddressTests {
  private static let peers = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Peers")

  private static let regenerate: Comment =
    "botocore's answers have changed. In Tests/Peers: python -m endpoints > endpoints.txt"

  private static func table() throws -> String {
    try String(contentsOf: peers.appendingPathComponent("endpoints.txt"), encoding: .utf8)
  }

  private struct Case: CustomStringConvertible {
    var service: String
    var variant: String
    var region: String
    var url: String
    var signed: String
    var description: String { "\(service) \(variant) \(region)" }
  }

  /// The table's lines, expanded for each region.
  private static func cases() throws -> [Case] {
    var partitions: [String: [String]] = [:]
    var cases: [Case] = []
    for line in try table().split(separator: "\n") {
      var words = line.split(separator: " ").map(String.init)
      if words[0] == "partition" {
        partitions[words[1]] = Array(words.dropFirst(2))
        continue
      }
      let (service, variant, url) = (words[0], words[1], words[2])
      words.removeFirst(3)
      var signed: String?
      if let first = words.first, first.hasPrefix("signed:") {
        signed = String(first.dropFirst("signed:".count))
        words.removeFirst()
      }
      for region in words.flatMap({ partitions[$0] ?? [$0] }) {
        cases.append(
          Case(
            service: service, variant: variant, region: region,
            url: url.replacing("{region}", with: region), signed: signed ?? region))
      }
    }
    return cases
  }

  private static let variables: [String: [String: String]] = [
    "plain": [:], "fips": ["AWS_USE_FIPS_ENDPOINT": "true"],
    "dualstack": ["AWS_USE_DUALSTACK_ENDPOINT": "TRUE"],
    "both": ["AWS_USE_FIPS_ENDPOINT": "True", "AWS_USE_DUALSTACK_ENDPOINT": "true"],
    "legacy": ["AWS_STS_REGIONAL_ENDPOINTS": "legacy"],
  ]

  @Test("Every address is botocore's")
  func addresses() throws {
    let cases = try Self.cases()
    #expect(cases.count > 1800)
    #expect(Set(cases.map(\.service)).count == 11)
    #expect(Set(cases.map(\.variant)) == Set(Self.variables.keys))
    for example in cases {
      let profile = try ConfigurationLoader(.test(Self.variables[example.variant] ?? [:]))
        .profile("")
      let endpoint = try profile.endpoint(service: example.service, region: example.region)
      #expect(endpoint.base == example.url, "\(example)")
      #expect(endpoint.signingRegion == example.signed, "\(example)")
    }
  }

  @Test("The regions that are known are botocore's")
  func regions() throws {
    let lines = AWSPartition.all.map { partition in
      "partition \(partition.name) \(partition.regions.sorted().joined(separator: " "))"
    }
    let table = try Self.table().split(separator: "\n").map(String.init)
    #expect(lines.sorted() == table.filter { $0.hasPrefix("partition ") }.sorted())
  }

  @Test(
    "The table is what botocore says",
    .enabled(if: ProcessInfo.processInfo.environment["CDNOTIFY_TEST_PYTHON"] != nil))
  func table() async throws {
    let python = ProcessInfo.processInfo.environment["CDNOTIFY_TEST_PYTHON"] ?? "python3"
    let ending = try await ProgramRunner.system.run(
      ["sh", "-c", "cd \"$0\" && exec \"$1\" -m endpoints", Self.peers.path, python],
      ["PATH": "/usr/bin:/bin"], .seconds(60))
    #expect(ending.status == 0, "\(ending.error)")
    let isSame = try String(decoding: ending.output, as: UTF8.self) == Self.table()
    #expect(isSame, Self.regenerate)
  }
}
