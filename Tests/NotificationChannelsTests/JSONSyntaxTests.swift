import Testing

@testable import NotificationChannels

/// What is taken for JSON in a body of the user's own.
@Suite struct JSONSyntaxTests {
  @Test(
    "JSON's grammar is RFC 8259's",
    arguments: [
      "", "{", "[1,]", "{\"a\":1,}", "01", "1.", "-", "tru", "\"a\nb\"", "\"\\x\"", "\"\\u12g4\"",
      "{a:1}", "[1] 2", "\"a", "{\"a\" 1}", String(repeating: "[", count: 100_000),
    ])
  func notJSON(text: String) {
    #expect(JSONSyntax.problem(in: text) != nil)
  }

  @Test("A backslash before another character is told with those that it may precede")
  func backslash() {
    #expect(
      JSONSyntax.problem(in: "\"\\x\"")?.reason
        == #"a backslash may precede only " \ / b f n r t u"#)
  }

  @Test("JSON is taken for JSON")
  func isJSON() {
    for text in [
      " {\"a\": [1, -0.5e+10, true, false, null, \"\\u00e4\\n\\\"\"], \"b\": {}} ", "[]", "\"x\"",
    ] {
      #expect(JSONSyntax.problem(in: text) == nil, "\(text)")
    }
  }
}
