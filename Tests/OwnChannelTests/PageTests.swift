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

  /// Where the blocks about a channel of `cdnotify` are taken from, in their order.
  private static let bundled = [
    "Sources/NotificationChannels/HipChatChannel.swift",
    "Tests/NotificationChannelsTests/HipChatChannelTests.swift",
    "Tests/CommandTests/Support/PlantedChannel.swift",
  ]

  @Test("shows parts of a bundled channel as they are compiled") func bundledChannel() throws {
    let page = try Project.read("docs/adding-a-channel.md")
    let section = try #require(page.firstRange(of: "### In cdnotify\n")).upperBound
    let blocks = page[section...].matches(of: /```swift\n(.*?)```/.dotMatchesNewlines())
    try #require(blocks.count == Self.bundled.count)
    for (block, file) in zip(blocks, Self.bundled) {
      let source = try Project.read(file)
      // A comment of three dots stands for what is left out.
      for part in block.1.split(separator: /\n *\/\/ …\n}?/) {
        #expect(source.contains(part), "\(file) has no longer: \(part)")
      }
    }
  }

  @Test("names every file that a bundled channel touches, and each is there") func files() throws {
    let page = try Project.read("docs/adding-a-channel.md")
    let paths = page.matches(of: /`((?:Sources|Tests)\/[^`]+)`/).map { String($0.1) }
    #expect(paths.count >= 8)
    for path in paths { #expect(try !Project.read(path).isEmpty, "\(path)") }
  }

  @Test("shows what the example's service has") func sameExample() throws {
    let name = "MattermostChannel.swift"
    #expect(
      try Project.read("Examples/Sources/DeploymentService/\(name)")
        == Project.read("Tests/OwnChannelTests/\(name)"))
  }
}
