import Foundation
import TestSupport

/// The lists of sentences in `docs/troubleshooting.md`. A section's marker names files or folders
/// of `Sources`: `<!-- sentences of Slack, HTTPVerdict, made by "make docs" -->`. Files that no
/// section names are in the section of `the rest`.
struct TroubleDocument: Sendable {
  static let path = "docs/troubleshooting.md"
  static let rest = "the rest"
  /// Files in which every sentence is about a failure.
  static let wholly: Set = [
    "AWSAnswer", "AWSConfiguration", "AWSCredentials+Checking", "AWSEndpoint", "AWSFailure+Advice",
    "AWSFailure+CheckHint", "AWSRemedy", "AddressRules", "Announcer",
    "ArgumentTypes", "AttemptTime", "BoundedFile", "ChannelAdvice", "CheckLine", "Checks+Channels",
    "Checks+CodeDeploy", "CommandTrust", "CommitAuthors", "CredentialProcess", "CredentialProvider",
    "CredentialProvider+Container", "CredentialProvider+Environment",
    "CredentialProvider+IdentityCenter", "CredentialProvider+InstanceMetadata",
    "CredentialProvider+Login",
    "CredentialProvider+ProfileRole", "CredentialProvider+StaticKeys",
    "CredentialProvider+WebIdentity", "Denial", "Dispatcher", "Dispatcher+Outcomes",
    "DocumentParsing", "DynamoDBFailures", "Failures", "Failures+Proxies", "GitHubAPI", "Glob",
    "HTTPVerdict", "HostPermissions", "ImportProblems", "ImportReader",
    "JSONDocument", "LedgerEntry+Recording", "Listing", "MessageTemplate", "NotifierProblem",
    "Permissions", "Plan",
    "RegistrationSelection", "RegistrationWarnings", "RequestTemplate", "SQLiteFile", "SSOToken",
    "SettingRules", "SlackErrors", "StatusText", "StoreChecks", "ConflictingRecord", "StoreRecord",
    "StoreEntry",
    "StoreFolder", "StoreName", "StoreRemedyText", "TemplateBounds", "TemplateNames",
    "TemplateRules",
    "Trouble", "UsageMessage",
  ]

  /// The sentences, by the path of their file.
  var sentences: [(file: String, sentences: [String])]

  /// Reading all sources takes seconds, so tests share it.
  static let ofSources = Result { try TroubleDocument() }

  private init() throws {
    let root = Project.file("Sources")
    let files = FileManager.default.enumerator(atPath: root.path)
    let names = files?.compactMap { $0 as? String } ?? []
    // What the kit for tests says is said in tests, and samples have failures that never were.
    let isProgram: (String) -> Bool = {
      $0.hasSuffix(".swift") && !$0.hasPrefix("ChannelTesting/")
        && !$0.contains(/\/(?:Request)?Samples?\.swift$/)
    }
    sentences = try names.filter(isProgram).sorted().map { name in
      let text = try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
      let stem = String(name.split(separator: "/").last?.dropLast(6) ?? "")
      let found = SourceSentences(text, wholly: Self.wholly.contains(stem)).found
      return (name, found)
    }
  }

  /// The selectors in the page's markers, by section.
  static func sections(of page: String) -> [(name: String, selectors: [String])] {
    page.matches(of: /<!-- (sentences of ([^\n]+?)), made by "make docs" -->/).map { match in
      (String(match.1), match.2.split(separator: ", ").map(String.init))
    }
  }

  /// Each section's list. A sentence is only in the section whose selector is the most specific.
  func parts(of page: String) -> [(name: String, text: String)] {
    let sections = Self.sections(of: page)
    let known = Set(sections.flatMap(\.selectors))
    var lists: [String: [String]] = [:]
    var seen: Set<String> = []
    for (file, sentences) in sentences {
      let parts = file.dropLast(6).split(separator: "/").map(String.init)
      let selector = parts.reversed().first(where: known.contains) ?? Self.rest
      for sentence in sentences where seen.insert(sentence).inserted {
        lists[selector, default: []].append(sentence)
      }
    }
    return sections.map { section in
      let lines = section.selectors.flatMap { lists[$0] ?? [] }
        .sorted { ($0.lowercased(), $0) < ($1.lowercased(), $1) }
      return (section.name, lines.map { "- \(Self.code($0))\n" }.joined())
    }
  }

  /// A text as code in Markdown, whatever it contains.
  private static func code(_ text: String) -> String {
    text.contains("`") ? "`` \(text) ``" : "`\(text)`"
  }
}
