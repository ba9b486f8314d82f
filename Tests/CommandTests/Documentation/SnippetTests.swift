import Foundation
import TestSupport
import Testing

/// Swift code in pages is compiled: each block is in a file of the examples, line for line.
@Suite struct SnippetTests {
  private static let catalog = "Sources/DeploymentNotifier/DeploymentNotifier.docc"

  private static let pages: [String] =
    ["docs/library.md"]
    + files(below: catalog, ending: ".md")

  private static func files(below folder: String, ending: String) -> [String] {
    let found = FileManager.default.enumerator(atPath: Project.file(folder).path)
    return (found?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(ending) }.sorted()
      .map { "\(folder)/\($0)" }
  }

  /// A text's lines without indentation, as one text to search in.
  private static func flat(_ text: some StringProtocol) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    return "\n" + lines.joined(separator: "\n") + "\n"
  }

  private static func blocks(_ page: String) throws -> [String] {
    try Project.read(page).matches(of: /```swift\n(.*?)\n```/.dotMatchesNewlines())
      .map { String($0.1) }
  }

  @Test("Every block of Swift is compiled", arguments: pages)
  func areCompiled(page: String) throws {
    let sources = try
      (["Examples/Package.swift"] + Self.files(below: "Examples/Sources", ending: ".swift"))
      .map { Self.flat(try Project.read($0)) }
    for block in try Self.blocks(page) {
      let text = Self.flat(block)
      #expect(sources.contains { $0.contains(text) }, "\(page): \(block)")
    }
  }

  @Test("The pages that say how to embed it show how")
  func areThere() throws {
    #expect(Self.pages.count >= 4)
    #expect(try Self.pages.flatMap(Self.blocks).count >= 10)
  }
}
