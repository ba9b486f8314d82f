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
}
