import Foundation
import Testing

@testable import NotificationChannels

@Suite struct SlackMarkupTests {
  @Test(
    "A text of somebody else's stays as plain as it is",
    arguments: [
      (
        "<!channel> <@U1> <#C1> <https://e.example|x>",
        "&lt;!channel&gt; &lt;@U1&gt; &lt;#C1&gt; &lt;https://e.example|x&gt;"
      ),
      ("&amp; & <b>", "&amp;amp; &amp; &lt;b&gt;"),
      ("*b* _i_ ~s~ `c`", "∗b∗ ˍiˍ ∼s∼ ˋcˋ"),
      ("snake_case 2*3*4 a~b", "snake_case 2*3*4 a~b"),
      (":fire: main.go:100:12", ":\u{2060}fire: main.go:\u{2060}100:12"),
      ("12:30 a:b :: https://e.example:80/ ok:", "12:30 a:b :: https://e.example:80/ ok:"),
      ("std::vec::Vec :naïve: :+1:", "std::\u{2060}vec::Vec :\u{2060}naïve: :\u{2060}+1:"),
      ("__init__.py ~/x *.zip", "ˍˍinitˍˍ.py ∼/x ∗.zip"),
      ("> quoted\n> again > not", "› quoted\n› again &gt; not"),
      // A combining accent makes a mark a different character for Swift, but Slack still reads the
      // mark.
      (
        "<\u{301}!channel>\u{301} *\u{301}b*\u{301} `\u{200D}c`",
        "&lt;\u{301}!channel&gt;\u{301} ∗\u{301}b∗\u{301} ˋ\u{200D}cˋ"
      ),
      ("", ""),
    ])
  func escaping(text: String, escaped: String) {
    #expect(SlackMarkup.escape(text) == escaped)
    #expect(SlackChannel.escape(text) == escaped)
  }

  @Test(
    "Cuts before it escapes, to the last unit that fits",
    arguments: [
      ("abcdef", 6, "abcdef"), ("abcdefg", 6, "abcde…"), ("&&", 10, "&amp;&amp;"),
      ("&&&", 10, "&amp;…"), ("a<b<c", 8, "a&lt;b…"), ("😀😀😀", 5, "😀😀…"), ("abc", 0, ""),
    ])
  func fitting(text: String, limit: Int, fitted: String) {
    #expect(SlackMarkup.fit(text, limit) == fitted)
  }

  @Test("Whatever is cut fits", arguments: ["a", "&", "<", "a&", "😀<", "é_ "])
  func alwaysFits(part: String) {
    let text = String(repeating: part, count: 4000)
    for limit in [1, 7, 150, 3000] {
      let fitted = SlackMarkup.fit(text, limit)
      #expect(fitted.utf16.count <= limit)
      // No more is lost than the longest escape takes.
      #expect(fitted.utf16.count > limit - 12 || limit < 12)
    }
  }

  @Test("Nothing in a log ends its block of code, and its end is what stays") func code() {
    #expect(SlackMarkup.code("a\n```\n<b> *c*\n\n", 100) == "```\na\n``ˋ\n&lt;b&gt; *c*\n```")
    #expect(SlackMarkup.code("a```\u{301}````b", 100) == "```\na``ˋ\u{301}``ˋ`b\n```")
    let long = SlackMarkup.code(String(repeating: "`", count: 9000) + "\nthe end", 3000)
    #expect(long.utf16.count <= 3000)
    #expect(long.hasSuffix("\nthe end\n```"))
    #expect(long.ranges(of: "```").count == 2)
  }

  @Test(
    "A template's markup isn't cut in the middle of something",
    arguments: [
      ("short *x*", 40, "short *x*"),
      ("1234567890 <https://e.example|there> and more", 30, "1234567890 …"),
      ("1234567890123456789012345 &amp; and more", 30, "1234567890123456789012345 …"),
      ("12345678901234567890123 &amp; and more", 30, "12345678901234567890123 &amp;…"),
      ("*1234567890 _1234567890 1234567890_*", 30, "*1234567890 _1234567890 123…_*"),
      ("a `1234567890 1234567890 1234567890`", 30, "a `1234567890 1234567890 123…`"),
      ("a * b ~c~ 1234567890 1234567890 1234567890", 30, "a * b ~c~ 1234567890 12345678…"),
      ("```\n123456789012345678901234567890\n```", 30, "```\n123456789012345678901…\n```"),
    ])
  func markup(text: String, limit: Int, cut: String) {
    #expect(text.cut(to: limit, .utf16, in: .slack) == cut)
    #expect(cut.utf16.count <= limit)
  }

  @Test("An address that would break out of its link isn't one") func links() {
    #expect(
      SlackMarkup.link("a|b>", "https://e.example/?a=1&b=2", 9)
        == "<https://e.example/?a=1&amp;b=2|a|b&gt;>")
    for url in [
      nil, "https://e.example/>", "https://e.example/|x",
      "https://e.example/" + String(repeating: "x", count: 1000),
    ] {
      #expect(SlackMarkup.link("here", url, 9) == "here")
    }
  }
}
