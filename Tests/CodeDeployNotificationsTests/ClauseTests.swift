import Testing

@testable import CodeDeployNotifications

@Suite struct ClauseTests {
  @Test(
    "A sentence becomes a clause without its full stop, and a clause a sentence with one",
    arguments: [
      ("It failed.", "It failed", "It failed."), ("It failed", "It failed", "It failed."),
      ("It failed...", "It failed", "It failed..."), ("", "", "."),
      ("Did it fail?", "Did it fail?", "Did it fail?."),
      ("v1.2 is gone.", "v1.2 is gone", "v1.2 is gone."),
      ("The key is gone.", "the key is gone", "The key is gone."),
      ("There is none.", "there is none", "There is none."),
      ("AWS said no.", "AWS said no", "AWS said no."),
      ("Theodor said no.", "Theodor said no", "Theodor said no."),
    ])
  func forms(text: String, clause: String, sentence: String) {
    #expect(text.asClause == clause)
    #expect(text.asSentence == sentence)
  }
}
