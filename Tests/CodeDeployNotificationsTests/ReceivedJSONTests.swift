import Testing

@testable import CodeDeployNotifications

/// External JSON with characters that no string can hold.
@Suite struct ReceivedJSONTests {
  @Test(
    "A lone half of a surrogate pair costs that character and nothing else",
    arguments: [
      (#"a\ud800b"#, "a\u{FFFD}b"), (#"a\uDFFFb"#, "a\u{FFFD}b"), (#"\ud800"#, "\u{FFFD}"),
      (#"\ud800\ud800"#, "\u{FFFD}\u{FFFD}"), (#"\udc00\ud800"#, "\u{FFFD}\u{FFFD}"),
      (#"\ud83d\ude00"#, "😀"), (#"\ud800\ud83d\ude00\udc00"#, "\u{FFFD}😀\u{FFFD}"),
      (#"\ud800\n"#, "\u{FFFD}\n"), (#"\ud800A"#, "\u{FFFD}A"),
      (#"\\ud800"#, #"\ud800"#), (#"\\\ud800"#, "\\\u{FFFD}"), (#"\"\ud800\""#, "\"\u{FFFD}\""),
      (#"é\u00e9"#, "éé"), (#""#, ""),
    ])
  func surrogates(written: String, read: String) throws {
    let json = Array("[\"\(written)\", \"next\"]".utf8)
    #expect(try ReceivedJSON.decode([String].self, from: json) == [read, "next"])
  }

  @Test("A byte that isn't UTF-8 is replaced, and the rest is read") func invalidUTF8() throws {
    let json = Array("[\"a".utf8) + [0xFF, 0xC3] + Array("b\", \"é\"]".utf8)
    #expect(try ReceivedJSON.decode([String].self, from: json) == ["a\u{FFFD}\u{FFFD}b", "é"])
  }

  @Test(
    "What is no JSON stays none",
    arguments: ["", "[", #"["\ud800]"#, #"["\u12"#, #"["\u"]"#, "\\", #"["\ud8"]"#])
  func malformed(text: String) {
    #expect(throws: (any Error).self) {
      try ReceivedJSON.decode([String].self, from: Array(text.utf8))
    }
  }

  @Test("JSON that is nested too deeply is refused") func nesting() {
    let deep = Array(String(repeating: "[", count: 100_000).utf8)
    #expect(throws: (any Error).self) { try ReceivedJSON.decode([String].self, from: deep) }
  }
}
