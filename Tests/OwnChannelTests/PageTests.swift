import TestSupport
import Testing

@Suite("The page on adding a channel")
struct PageTests {
  @Test(
    "shows the channel and its tests as they are compiled here",
    arguments: ["MattermostChannel.swift", "OwnChannelTests.swift"])
  func showsWhatIsCompiled(file: String) throws {
    let source = try Project.read("Tests/OwnChannelTests/\(file)")
    #expect(try Project.read("docs/adding-a-channel.md").contains("```swift\n\(source)```"))
  }
}
