import CodeDeployNotifications
import Testing

@Suite struct NearestNameTests {
  @Test(
    "A hint goes on a sentence: no capital begins in its middle",
    arguments: [
      ("urk", "did you mean url? Known: url, secret"), ("xyzzy", "known: url, secret"),
      ("", "known: url, secret"), ("sec", "did you mean secret? Known: url, secret"),
      ("URL", "did you mean url? Known: url, secret"),
    ])
  func hint(name: String, hint: String) {
    #expect(NearestName.hint(name, among: ["url", "secret"]) == hint)
  }

  @Test(
    "What is nearly a word that people use instead is meant as that",
    arguments: [
      ("aplication", "did you mean codedeploy_application_name? Known: "),
      ("chanels", "did you mean notifications? Known: "), ("regin", "did you mean region? Known: "),
      ("notification", "did you mean notifications? Known: "),
    ])
  func synonyms(name: String, hint: String) throws {
    let problem = try #require(throws: DocumentProblem.self) {
      try DocumentValue.with(name, "x").registrations()
    }
    #expect(problem.reason.hasPrefix("unknown key; \(hint)"), "\(problem)")
  }

  @Test(
    "A name that shares less than two thirds of its letters isn't meant",
    arguments: [
      ("application", "notifications", nil), ("channels", "labels", nil),
      ("nonsense", "revision.content", nil), ("notificatoins", "notifications", "notifications"),
      ("depoyment_grups", "deployment_groups", "deployment_groups"), ("ulr", "url", "url"),
    ] as [(String, String, String?)])
  func distance(name: String, known: String, nearest: String?) {
    #expect(NearestName.of(name, among: [known]) == nearest)
  }
}
