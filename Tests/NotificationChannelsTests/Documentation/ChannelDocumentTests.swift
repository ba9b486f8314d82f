import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// `docs/channels.md`, the man page and `docs/adding-a-channel.md` say what is.
@Suite struct ChannelDocumentTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func file(_ path: String) -> URL { root.appendingPathComponent(path) }

  private static func read(_ path: String) throws -> String {
    try String(contentsOf: file(path), encoding: .utf8)
  }

  /// A file with parts that are made, and how their markers stand in it.
  struct Made: Sendable, CustomTestStringConvertible {
    var path: String
    var parts: [(name: String, text: String)]
    var comment: (open: String, close: String)
    var testDescription: String { path }

    static let all = [
      Made(
        path: "docs/channels.md",
        parts: ChannelDocument(catalog: .all).parts.map { ($0.name, "\n\($0.text)\n") },
        comment: ("<!-- ", " -->")),
      Made(
        path: "man/cdnotify.1",
        parts: [("channels", String(ManualChannels(catalog: .all).text.dropFirst()))],
        comment: (#".\" "#, "")),
    ]

    /// The file's text with its made parts as they have to be.
    func renewed(_ text: String) throws -> String {
      var text = text
      for part in parts {
        let first = "\(comment.open)\(part.name), made by \"make docs\"\(comment.close)\n"
        let last = "\(comment.open)end of \(part.name)\(comment.close)"
        let begin = try #require(text.range(of: first))
        let end = try #require(text.range(of: last, range: begin.upperBound..<text.endIndex))
        text.replaceSubrange(begin.upperBound..<end.lowerBound, with: part.text)
      }
      return text
    }
  }

  @Test("What is made from the channels is up to date", arguments: Made.all)
  func isUpToDate(made: Made) throws {
    let text = try Self.read(made.path)
    let renewed = try made.renewed(text)
    if ProcessInfo.processInfo.environment["CDNOTIFY_WRITE_DOCS"] == "1" {
      try renewed.write(to: Self.file(made.path), atomically: true, encoding: .utf8)
    } else {
      let isCurrent = text == renewed
      #expect(isCurrent, "\(made.path) doesn't say what the channels are: run \"make docs\"")
    }
  }

  /// A notification that leaves nothing out, as `names` finds.
  private static let full = Sample.notification { notification in
    let revision = Revision(
      type: "GitHub", repository: "a/b", commit: "c", bucket: "b", key: "k", version: "v",
      etag: "e", content: "c", sha256: "s")
    notification.accountID = "123456789012"
    notification.accountName = "prod"
    notification.labels = ["team": "pay"]
    notification.revision = revision
    notification.previousRevision = revision
    notification.computePlatform = "Server"
    notification.deploymentConfig = "CodeDeployDefault.OneAtATime"
    notification.compareURL = "https://github.com/a/b/compare/c...d"
    notification.startedAt = Sample.now
    notification.overview = .init(
      succeeded: 1, failed: 1, skipped: 1, inProgress: 1, pending: 1, ready: 1)
    notification.error = .init(code: "c", message: "m")
    notification.failure = .init(
      target: "t", lifecycleEvent: "l", errorCode: "e", script: "s", message: "m", logTail: "t")
    notification.rollback = .init(triggeredBy: "t", rolledBackBy: "r", message: "m")
    notification.deployer = .init(name: "n", email: "e", source: "s")
  }

  @Test("Every name of a notification is explained") func names() throws {
    let text = try Self.read("docs/channels.md")
    // How it is told of is no part of the JSON.
    for child in Mirror(reflecting: Self.full).children where child.label != "telling" {
      #expect("\(child.value)" != "nil", "\(child.label ?? "")")
    }
    let json = try JSONSerialization.jsonObject(with: JSONCoding.encoder().encode(Self.full))
    let members = try #require(json as? [String: Any])
    for (name, value) in members {
      let row = text.split(separator: "\n").first { $0.hasPrefix("| `\(name)`") }
      #expect(row != nil, "\(name)")
      // Labels have the names that a registration gives them.
      guard let inner = value as? [String: Any], !["previous_revision", "labels"].contains(name)
      else { continue }
      for key in inner.keys { #expect(row?.contains("`\(key)`") == true, "\(name).\(key)") }
    }
  }

  @Test(
    "Pictures and files that the documents lead to are there",
    arguments: ["docs/channels.md", "docs/adding-a-channel.md"])
  func links(path: String) throws {
    let text = try Self.read(path)
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { heading in
      heading.drop { $0 == "#" || $0 == " " }.lowercased()
        .replacing(/[^a-z0-9_ -]/, with: "").replacingOccurrences(of: " ", with: "-")
    }
    for link in text.matches(of: /\]\(([^)\s]+)\)/).map({ String($0.1) }) {
      if link.hasPrefix("http") { continue }
      if link.hasPrefix("#") {
        #expect(headings.contains(String(link.dropFirst())), "\(link)")
      } else {
        let target = link.split(separator: "#")[0]
        let place = Self.file(path).deletingLastPathComponent().appendingPathComponent(
          String(target))
        #expect(FileManager.default.fileExists(atPath: place.path), "\(link)")
      }
    }
  }

  @Test("The example of a command is the one that is shipped, and tested") func example() throws {
    let script = try Self.read("contrib/exec/ntfy")
    #expect(try Self.read("docs/adding-a-channel.md").contains("```python\n\(script)```"))
  }
}
