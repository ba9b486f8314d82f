import CodeDeployNotifications
import Testing

@Suite struct GlobTests {
  @Test(
    "A pattern matches whole names",
    arguments: [
      ("production", "production"), ("", ""), ("*", ""), ("*", "anything"), ("**", "x"),
      ("prod*", "prod"), ("prod*", "production"), ("*-eu", "web-eu"), ("*-eu", "a-eu-eu"),
      ("*-*", "a-b"), ("web-?", "web-1"), ("?", "👩‍👩‍👧"), ("[a-c]x", "bx"), ("[c-a]x", "bx"),
      ("[!a-c]x", "dx"), ("[^a-c]x", "dx"), ("[a-]", "-"), ("[]a]", "]"), ("[!]]", "a"),
      (#"\*"#, "*"), (#"\["#, "["), (#"a\"#, #"a\"#), ("[", "["), ("[abc", "[abc"),
      ("a[", "a["), ("größe-*", "größe-1"), ("a*b*c", "aXbXbXc"), ("*.*.*", "1.2.3"),
    ])
  func matches(pattern: String, name: String) {
    #expect(Glob(pattern).matches(name))
  }

  @Test(
    "A pattern that fits only in part doesn't match",
    arguments: [
      ("production", "production-2"), ("production", "Production"), ("", "a"), ("?", ""),
      ("?", "ab"), ("prod*", "preprod"), ("*-eu", "web-us"), ("web-?", "web-10"),
      ("[a-c]x", "dx"), ("[!a-c]x", "ax"), ("[a-c]", ""), (#"\*"#, "a"), (#"\?"#, "a"),
      ("a*b*c", "acb"), ("[]", "]"), ("production", "production\n"),
    ])
  func rejects(pattern: String, name: String) {
    #expect(!Glob(pattern).matches(name))
  }

  @Test(
    "Patterns made to backtrack come to an answer",
    arguments: [
      (String(repeating: "a*", count: 60) + "b", false), (String(repeating: "*a", count: 60), true),
      (String(repeating: "*", count: 5000) + "b", false),
      (String(repeating: "[", count: 800), false),
      (String(repeating: "*?", count: 60) + "b", false),
    ])
  func hostile(pattern: String, isMatch: Bool) {
    #expect(Glob(pattern).matches(String(repeating: "a", count: 2000)) == isMatch)
  }
}
