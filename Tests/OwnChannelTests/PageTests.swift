import TestSupport
import Testing

@Suite("The page on adding a channel")
struct PageTests {
  @Test(
    "shows the channel and its tests as they are compiled here",
    arguments: ["MattermostChannel.swift", "OwnChannelTests.swift"])
  func compiled(file: String) throws {
    let source = try Project.read("Tests/OwnChannelTests/\(file)")
    #expect(try Project.read("docs/adding-a-channel.md").contains("```swift\n\(source)```"))
  }

  @Test("shows what the example's service has") func sameExample() throws {
    let name = "MattermostChannel.swift"
    #expect(
      try Project.read("Examples/Sources/DeploymentService/\(name)")
        == Project.read("Tests/OwnChannelTests/\(name)"))
  }
}
