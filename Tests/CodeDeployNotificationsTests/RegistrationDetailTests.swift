import CodeDeployNotifications
import Foundation
import Testing

/// Labels, domains, accounts and `overdue_after` of registrations.
@Suite struct RegistrationDetailTests {
  private static func document(_ members: DocumentValue.Member...) -> DocumentValue {
    .object(
      [DocumentValue.Member("codedeploy_application_name", .text("checkout"))] + members + [
        DocumentValue.Member(
          "notifications",
          .list([
            .object([
              DocumentValue.Member(
                "webhook_notification",
                .object([DocumentValue.Member("url", .text("https://example.com"))]))
            ])
          ]))
      ])
  }

  private static func texts(_ texts: [String: String]) -> DocumentValue {
    .object(texts.map { DocumentValue.Member($0.key, .text($0.value)) })
  }

  private func read(_ document: DocumentValue) throws -> Registration {
    let reader = RegistrationReader(catalog: .fake) { _ in "eu-west-1" }
    return try #require(try reader.registrations(document).first)
  }

  @Test("Labels, domains, accounts and a time are read, and written as they were")
  func roundTrip() throws {
    let registration = try read(
      Self.document(
        .init("labels", Self.texts(["team": "payments", "environment": "production"])),
        .init("deployer_domains", .list([.text("Example.com")])),
        .init("overdue_after", .text("1h30m")),
        .init("accounts", Self.texts(["111122223333": "prod"]))))
    #expect(registration.labels == ["team": "payments", "environment": "production"])
    #expect(registration.deployerDomains == ["Example.com"])
    #expect(registration.overdueAfter == .seconds(5400))
    #expect(registration.accounts == ["111122223333": "prod"])
    let written = RegistrationWriter(catalog: .fake).document(registration)
    #expect(try read(written) == registration)
    let stored = try RowCoding.encode(registration)
    #expect(try RowCoding.decode(Registration.self, from: stored) == registration)
  }

  @Test("What an earlier version stored has no labels, domains, accounts and time")
  func earlier() throws {
    let stored = """
      {"application":"checkout","channels":[],"deployers":{},"deploymentGroups":[],\
      "scope":{"profile":"","region":"eu-west-1","roleARN":""}}
      """
    let registration = try RowCoding.decode(Registration.self, from: stored)
    #expect(registration == Registration(application: "checkout", scope: Example.scope))
  }

  @Test("All mistakes are told at once") func allAtOnce() throws {
    let document = Self.document(
      .init("overdue_after", .text("soon")),
      .init("accounts", .object([.init("1", .text("a")), .init("2", .text("b"))])),
      .init("labels", .object([.init("team", .text("")), .init("env", .text("a\nb"))])),
      .init("deployers", .object([.init("ada", .text("x")), .init("bob", .text("y"))])),
      .init("regions", .text("x")))
    let error = #expect(throws: DocumentProblems.self) { try read(document) }
    let places = Set(try #require(error).problems.map(\.path))
    #expect(
      places == [
        "overdue_after", "accounts.1", "accounts.2", "labels.team", "labels.env", "deployers.ada",
        "deployers.bob", "regions",
      ])
  }

  @Test("A file's accounts are held to the rules for a registration's")
  func accountsOfFile() {
    for name in ["a\nb", "a\u{1B}[31m", String(repeating: "a", count: 201)] {
      let file = DocumentValue.object([
        .init("accounts", Self.texts(["123456789012": name])), .init("registrations", .list([])),
      ])
      let error = #expect(throws: (any Error).self) {
        try RegistrationReader(catalog: .fake) { _ in "eu-west-1" }.file(file)
      }
      #expect("\(error as Any)".contains("accounts.123456789012: the value must be one line"))
    }
  }

  @Test(
    "What can't be right is refused with its place",
    arguments: [
      ("overdue_after", .text("soon"), "overdue_after"),
      ("overdue_after", .number("90"), "overdue_after"),
      ("overdue_after", .text("0s"), "overdue_after"),
      ("deployer_domains", .list([.text("ada@example.com")]), "deployer_domains"),
      ("accounts", texts(["123": "prod"]), "accounts.123"),
      ("labels", texts(["team": ""]), "labels.team"),
      ("labels", texts(["team": "a\nb"]), "labels.team"),
      // A name is shown on one line, without what moves a terminal's cursor.
      ("labels", texts(["te\nam\u{1B}[2J": "a"]), "labels.te am: the name must be one line"),
      (
        "labels", texts(Dictionary(uniqueKeysWithValues: (0...50).map { ("label\($0)", "a") })),
        "labels: has more than 50 labels"
      ),
    ] as [(String, DocumentValue, String)])
  func refused(key: String, value: DocumentValue, path: String) throws {
    let error = #expect(throws: (any Error).self) { try read(Self.document(.init(key, value))) }
    #expect("\(try #require(error))".contains(path))
  }

  @Test("Nobody is told of an overdue deployment where nobody says when it is") func needsTime()
    throws
  {
    let hook = ChannelConfiguration(type: "webhook", events: [.overdue])
    func merge(_ overdueAfter: Duration?, into existing: RegistrationRecord?) throws {
      let requested = Planned.registration([hook]) { $0.overdueAfter = overdueAfter }
      _ = try RegistrationMerge(
        requested, into: existing, replacing: .same, since: nil, now: Example.now, catalog: .fake)
    }
    let problem = #expect(throws: DocumentProblem.self) { try merge(nil, into: nil) }
    #expect(problem?.path == "webhook.events")
    try merge(.seconds(60), into: nil)
    let known = Planned.record(Planned.registration([]) { $0.overdueAfter = .seconds(60) })
    try merge(nil, into: known)
  }
}
