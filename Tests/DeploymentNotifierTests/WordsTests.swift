import Foundation
import TestSupport
import Testing

/// The library's texts speak of the API: the command's options and subcommands are the command's to
/// name.
@Suite("The library's words") struct WordsTests {
  /// Files that may name options or subcommands, and why.
  private static let exceptions = [
    "AWSConfiguration": "an option of the AWS CLI",
    "CredentialProvider+Login": "an option of the AWS CLI",
    "CredentialProvider+ProfileRole": "an option of the AWS CLI",
    "SSOProfile": "an option of the AWS CLI",
    "SSOToken": "options of the AWS CLI",
    "CredentialScanner+Commands": "options of other programs, whose values are secrets",
    "ReportPage": "the page is the command's, and says where its rest is",
    "ReportStyle": "names of colours in a style sheet",
    "AppriseChannel": "the guide of the command's manual",
    "AppriseCommand": "options of Apprise's command",
    "ExecChannel": "an option of somebody's command, in an example",
    "PagerDutyChannel": "the guide of the command's manual",
    "WebhookGuide": "the guide of the command's manual",
  ]

  private static let subcommands = [
    "register", "unregister", "list", "poll", "test-channel", "history", "report", "retry", "mute",
    "unmute", "wait", "status", "check", "channels", "schema", "export", "import",
  ].joined(separator: "|")

  @Test("The library's texts name no option or subcommand of the command") func noOptions() throws {
    let words = try Regex("--[a-z]|cdnotify (\(Self.subcommands))\\b")
    let root = Project.file("Sources")
    let files = try #require(FileManager.default.enumerator(atPath: root.path))
    let names = files.compactMap { $0 as? String }.sorted()
    var excused: Set<String> = []
    for name in names where name.hasSuffix(".swift") {
      guard !name.hasPrefix("cdnotify/") else { continue }
      let stem = String(name.split(separator: "/").last?.dropLast(6) ?? "")
      let text = try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
      for line in text.split(separator: "\n") {
        let code = line.drop { $0 == " " }
        guard !code.hasPrefix("//"), code.contains(words) else { continue }
        if Self.exceptions[stem] == nil { Issue.record("\(name): \(code)") }
        excused.insert(stem)
      }
    }
    #expect(excused == Set(Self.exceptions.keys), "an exception is of no use any more")
  }
}
