import Testing

@testable import NotificationChannels

@Suite struct MarkdownTests {
  private let teams = TeamsCard.markdown

  @Test(
    "What would be markup is escaped, and nothing else",
    arguments: [
      ("Faster carts & more, 3.5 % (twice) - a_b", "Faster carts & more, 3.5 % (twice) - a_b"),
      ("*b* _i_ `x`", #"\*b\* \_i\_ \`x\`"#),
      ("[a](http://e.example)", #"\[a\]\(http://e.example)"#),
      ("![a](b)", #"!\[a\]\(b)"#), ("<http://e.example>", #"\<http://e.example>"#),
      ("a\\*b\\", #"a\\\*b\\"#), ("- a\n  + b\nc - d", "\\- a\n  \\+ b\nc - d"),
      ("1. a\n12) b\nv1. c", "1\\. a\n12\\) b\nv1. c"), ("# a\n> b\n===", "\\# a\n\\> b\n\\==="),
      ("R&D &lt; &#42;", #"R\&D \&lt; \&#42;"#), ("*\u{308}x*\u{308}", "\\*\u{308}x\\*\u{308}"),
      ("a\u{202E}b\u{200B}", "ab"), ("a_ _b __c__", #"a\_ \_b \_\_c\_\_"#), ("", ""),
    ])
  func escapes(text: String, expected: String) {
    #expect(teams.escape(text) == expected)
  }

  @Test(
    "A cut leaves an escaped text within its bound and no half of an escape",
    arguments: [0, 1, 2, 7, 50, 100, 300])
  func cuts(limit: Int) {
    for text in [String(repeating: "*", count: 100), String(repeating: "a*", count: 50), "plain"] {
      let cut = text.cut(to: limit, .utf16, escapedBy: teams.escape)
      #expect(cut.utf16.count <= limit)
      #expect(!cut.replacing("\\*", with: "").contains("\\"))
      if limit >= 200 { #expect(cut == teams.escape(text)) }
      // As much is kept as fits, except for one escape.
      if limit == 100, text.count == 100 { #expect(cut.utf16.count > 90) }
    }
  }
}
