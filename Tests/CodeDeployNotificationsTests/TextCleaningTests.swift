import Foundation
import Testing

@testable import CodeDeployNotifications

@Suite struct TextCleaningTests {
  @Test(
    "What shapes a text stays",
    arguments: [
      "plain", "a\tb\n\nc", "Größe 部署 🚀", "👩‍💻 and 🏳️‍🌈", "1️⃣ #️⃣ ❤️",
      "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", "می\u{200C}خواهم", "क्\u{200D}ष",
      "র\u{200D}্য", "葛\u{E0100}城", "\u{0601}١٢", "e\u{301}", "a\u{A0}b",
    ])
  func kept(text: String) {
    #expect(Array(text.cleaned.unicodeScalars) == Array(text.unicodeScalars))
  }

  @Test(
    "What a terminal obeys and what can't be seen goes",
    arguments: [
      ("a\u{0}b\u{7}c\u{7F}d\u{85}e\r\nf", "abcde\nf"), ("a\u{2028}b\u{2029}c", "a\nb\nc"),
      ("\u{1B}[1;31mred\u{1B}[0m \u{9B}2Jx", "red x"), ("\u{1B}(Bx\u{1B}c", "xc"),
      ("\u{1B}]8;;http://e.example\u{1B}\\link\u{1B}]8;;\u{7}", "link"),
      ("\u{1B}]unended\nnext", "]unended\nnext"), ("\u{1B}[", "["),
      ("a\u{202E}b\u{2066}c\u{200F}d\u{61C}e", "abcde"),
      ("a\u{200B}b\u{FEFF}c\u{2060}d\u{AD}e", "abcde"),
      // Joiners, selectors and tags that shape nothing may hide something.
      ("a\u{200D}b\u{200C}c", "abc"), ("🚀\u{200D}", "🚀"), ("x\u{FE0F}", "x"),
      ("🚀\u{FE0F}\u{FE0F}", "🚀\u{FE0F}"),
      ("ab\u{E0068}\u{E0069}", "ab"), ("🏴\u{E0068}\u{E0069}", "🏴"), ("\u{3164}a\u{115F}", "a"),
    ])
  func dropped(text: String, cleaned: String) {
    #expect(Array(text.cleaned.unicodeScalars) == Array(cleaned.unicodeScalars))
  }

  @Test(
    "A line is one line, with one blank between words",
    arguments: [
      ("a b", "a b"), ("", ""), (" a  b ", "a b"), ("a\r\n\tb\u{A0}\u{2028}c", "a b c"),
      ("\u{1B}[31mno\u{1B}[0m\nluck", "no luck"), ("a\u{0}b", "a b"), ("a\u{200B}b", "ab"),
      ("می\u{200C}خواهم\n", "می\u{200C}خواهم"),
    ])
  func line(text: String, line: String) {
    #expect(Array(text.oneLine.unicodeScalars) == Array(line.unicodeScalars))
  }

  @Test("A terminal gets JSON that says the same and shows what is in it") func json() throws {
    let text = "a\u{202E}b\u{7F}c\u{E0068}👩‍💻\u{9B}"
    let json = String(decoding: try JSONCoding.encoder().encode([text]), as: UTF8.self)
    let shown = json.escapingInvisiblesOfJSON
    #expect(shown == #"["a\u202eb\u007fc\udb40\udc68👩‍💻\u009b"]"#)
    #expect(try JSONCoding.decoder().decode([String].self, from: Data(shown.utf8)) == [text])
  }

  @Test(
    "Cuts fall between characters and use the room there is",
    arguments: [TextUnit.utf8, .utf16], 0...40)
  func cuts(unit: TextUnit, limit: Int) {
    for text in ["abcdefghijklmnopqrstuvwxyz", "e\u{301}👩‍💻ß🚀" + String(repeating: "é", count: 30)] {
      let whole = Array(text)
      let (head, tail) = (text.cut(to: limit, unit), text.cutFront(to: limit, unit))
      for cut in [head, tail] {
        #expect(unit.count(cut) <= limit || unit.count(text) <= limit)
        if unit.count(text) <= limit { #expect(cut == text) }
      }
      guard unit.count(text) > limit, limit >= unit.count("…") else { continue }
      let (kept, end) = (Array(head.dropLast()), Array(tail.dropFirst()))
      #expect(Array(whole.prefix(kept.count)) == kept)
      #expect(Array(whole.suffix(end.count)) == end)
      #expect(unit.count(head) + unit.count(String(whole[kept.count])) > limit)
      #expect(unit.count(tail) + unit.count(String(whole[whole.count - end.count - 1])) > limit)
    }
  }
}
