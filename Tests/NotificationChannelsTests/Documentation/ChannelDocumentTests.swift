import ChannelTesting
import CodeDeployNotifications
import Foundation
import TestSupport
import Testing

@testable import NotificationChannels

/// `docs/channels.md`, the manual's pages and `docs/adding-a-channel.md` agree with the code.
@Suite struct ChannelDocumentTests {
  private static let made: [MadeDocument] = [
    .page("docs/channels.md", ChannelDocument(catalog: .all).parts),
    .page(
      "README.md",
      [("channels", ChannelDocument(catalog: .all).contents(leadingTo: "docs/channels.md"))]),
    .manual(
      "man/cdnotify-channels.7", [("channels", ManualChannels(catalog: .all).text)]),
    .manual(
      "man/cdnotify-registrations.5",
      [("keys", ManualRegistrations(schema: RegistrationSchema(catalog: .all).document).text)]),
  ]

  @Test("What is made from the channels and the schema is up to date", arguments: made)
  func upToDate(made: MadeDocument) throws {
    let isCurrent = try made.isCurrent()
    #expect(isCurrent, "\(made.path) doesn't say what the channels are: run \"make docs\"")
  }

  @Test("Every key of a registration is explained") func keys() {
    let text = ManualRegistrations(schema: RegistrationSchema(catalog: .all).document).text
    let lines = text.split(separator: "\n")
    for (line, next) in zip(lines, lines.dropFirst()) where line.hasPrefix(".It ") {
      #expect(!next.hasPrefix("."), "\(line) has no description in the schema")
    }
  }

  /// A notification with every member, for `names`.
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
    let text = try Project.read("docs/channels.md")
    // `telling` isn't part of the JSON.
    for child in Mirror(reflecting: Self.full).children where child.label != "telling" {
      #expect("\(child.value)" != "nil", "\(child.label ?? "")")
    }
    let json = try JSONSerialization.jsonObject(with: JSONCoding.encoder().encode(Self.full))
    let members = try #require(json as? [String: Any])
    for (name, value) in members {
      let row = text.split(separator: "\n").first { $0.hasPrefix("| `\(name)`") }
      #expect(row != nil, "\(name)")
      // Names of labels are the user's.
      guard let inner = value as? [String: Any], !["previous_revision", "labels"].contains(name)
      else { continue }
      for key in inner.keys { #expect(row?.contains("`\(key)`") == true, "\(name).\(key)") }
    }
  }

  @Test("The example of a command is the one that is shipped, and tested") func example() throws {
    let script = try Project.read("contrib/exec/ntfy")
    #expect(try Project.read("docs/adding-a-channel.md").contains("```python\n\(script)```"))
  }
}
