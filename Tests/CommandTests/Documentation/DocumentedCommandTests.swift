import Foundation
import TestSupport
import Testing

/// The program has every command that pages show.
@Suite struct DocumentedCommandTests {
  /// The commands in a page: lines of code blocks, and code inside of sentences.
  private static func commands(_ page: String) throws -> [String] {
    let text = try Project.read(page)
    let blocks = text.matches(of: /```(?:sh|console)\n(.*?)```/.dotMatchesNewlines()).map {
      String($0.1).replacing("\\\n", with: " ")
    }
    let lines = blocks.flatMap { $0.split(separator: "\n").map(String.init) }
    let inline = text.matches(of: /`(cdnotify [^`\n]+)`/).map { String($0.1) }
    return (lines + inline).compactMap { line in
      guard let match = line.firstMatch(of: /(?:^|\$ |&& |cdnotify )cdnotify ([a-z][^#|]*)/)
      else { return nil }
      return String(match.1)
    }
  }

  private static let pages: [String] = {
    let folder = Project.file("docs").path
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return ["README.md"] + files.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
  }()

  @Test("Every command and option that a page shows is there")
  func areThere() async throws {
    let dump = try await Run.of(
      Run.builtCommand, ["--experimental-dump-help"], environment: [:],
      folder: FileManager.default.temporaryDirectory.path)
    let root = try JSON(dump.output)["command"]
    var options: [String: Set<String>] = ["help": []]
    for command in root["subcommands"].array {
      let names = command["arguments"].array.flatMap { $0["names"].array }
        .compactMap { $0["name"].string }
      options[command["commandName"].string ?? "", default: []].formUnion(names)
    }
    var count = 0
    for page in Self.pages {
      for command in try Self.commands(page) {
        let name = String(command.prefix { !$0.isWhitespace })
        guard let known = options[name] else {
          Issue.record("\(page): cdnotify \(command)")
          continue
        }
        count += 1
        for option in command.matches(of: /(?:^| )--([a-z][a-z-]*)/) {
          #expect(known.contains(String(option.1)), "\(page): cdnotify \(command)")
        }
      }
    }
    #expect(count > 60)
  }
}
