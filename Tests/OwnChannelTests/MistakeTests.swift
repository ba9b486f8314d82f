import ChannelTesting
import Testing

@Suite("The rules for channels")
struct MistakeTests {
  private static let address = "https://example.com/hooks/xkcd1234xkcd1234xkcd1234ab"

  private static func violations(_ mistake: String, secrets: [String] = []) async -> [String] {
    await ChannelRules(
      MistakenChannel.self, settings: ["webhook_url": [address], "mistake": [mistake]],
      secrets: secrets, successes: ["ok"]
    ).violations()
  }

  @Test("are kept by a channel that makes no mistake") func kept() async {
    #expect(await Self.violations("none", secrets: ["xkcd1234xkcd1234xkcd1234ab"]) == [])
  }

  @Test(
    "find each mistake of a channel",
    arguments: [
      ("waits for longer", "a request's time isn't the services' timeout"),
      ("sends twice", "a message about succeeded takes 2 exchanges, not 1"),
      ("says nothing", "a success has no answer"),
      ("goes on when it is cancelled", "a cancelled delivery counts as sent"),
      ("sends again what can't be sent", "an exchange that is invalidRequest ends as"),
      ("hides the answer", "a 400 isn't told with its answer"),
      ("reads pages", "a 200 with <html>hello</html> ends as sent"),
      ("repeats answers", "a 400 that repeats a secret shows it"),
      ("takes 304 for a success", "a 304 counts as sent"),
      ("knows no dates", "a 429 with Retry-After: Fri, 15 Jan 2027 08:02:00 GMT means"),
      ("waits for what isn't there", "a 404 with Retry-After: 30 means"),
      ("adds control characters", "a control character is sent"),
      ("adds direction controls", "a direction control is sent"),
      ("sends zero-width spaces", "a zero-width space is sent"),
      ("drops joiners", "a joiner is lost"),
      ("cuts nothing", "a request isn't cut"),
      ("puts labels first", "labels push 'too many failed' out of the message"),
    ])
  func mistakes(mistake: String, violation: String) async {
    let secrets = mistake == "repeats answers" ? ["xkcd1234xkcd1234xkcd1234ab"] : []
    let found = await Self.violations(mistake, secrets: secrets)
    #expect(found.contains { $0.hasPrefix(violation) }, "\(Set(found).sorted())")
  }

  @Test("find each declaration that is wrong") func declarations() async {
    let found = await ChannelRules(
      MisdeclaredChannel.self, settings: ["undeclared": ["x"]], secrets: [], successes: ["ok"]
    ).violations()
    for violation in [
      "its summary isn't one line", "it announces no events by default",
      "a setting is declared twice", "Bad-Name is no name in small letters, digits and _",
      "silent has no summary", "the summary of long isn't one line",
      "the default of form is none of its choices", "undeclared is set and not declared",
      "references are refused before they are resolved: undeclared: must not begin with env",
      "a problem of undeclared shows its value",
      "a message about succeeded takes 0 exchanges, not 1",
    ] { #expect(found.contains(violation)) }
  }
}
