import ChannelTesting
import CodeDeployNotifications
import Testing

@testable import NotificationChannels

/// What every channel of the catalog has to do.
@Suite struct ChannelSampleTests {
  @Test("Every type of channel has a sample", arguments: ChannelCatalog.all.types.map { $0.type })
  func everyType(type: String) {
    #expect(
      ChannelSample.all.contains { $0.type == type },
      "add a sample of \(type) beside its tests, and its line in ChannelSample.swift")
  }

  @Test("A type of channel has a name of its own, and a sample is of a type that there is")
  func names() {
    let types = ChannelCatalog.all.types.map { $0.type }
    #expect(Set(types).count == types.count)
    #expect(Set(ChannelSample.all.map(\.type)).isSubset(of: types))
  }

  @Test("A channel keeps the rules for all channels", arguments: ChannelSample.all)
  func rules(sample: ChannelSample) async throws {
    let violations = try await sample.rules.violations()
    #expect(violations == [])
  }

  @Test(
    "A guide's example can be registered",
    arguments: ChannelCatalog.all.types.map { $0.type })
  func guide(of type: String) throws {
    let found = try #require(ChannelCatalog.all.type(named: type))
    let guide = try #require(ChannelCatalog.guide(of: found))
    let example = try ChannelSpec.parse(guide.example, catalog: .all)
    #expect(example.type == type)
    for text in [guide.preparation, guide.arrival] + guide.limits { #expect(text.hasSuffix(".")) }
  }
}
