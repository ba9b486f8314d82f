import TestSupport
import Testing

/// `docs/troubleshooting.md` has every failure sentence of the program.
@Suite struct TroubleDocumentTests {
  @Test("Every sentence of trouble in the sources is on the page, in its section")
  func upToDate() throws {
    let page = try Project.read(TroubleDocument.path)
    let parts = try TroubleDocument.ofSources.get().parts(of: page)
    let isCurrent = try MadeDocument.page(TroubleDocument.path, parts).isCurrent()
    #expect(isCurrent, "\(TroubleDocument.path) lacks what the program says: run \"make docs\"")
  }

  @Test("No section is empty, and what belongs nowhere has a place")
  func sections() throws {
    let page = try Project.read(TroubleDocument.path)
    let parts = try TroubleDocument.ofSources.get().parts(of: page)
    for part in parts where part.name != "sentences of \(TroubleDocument.rest)" {
      #expect(!part.text.isEmpty, "nothing is said by what \(part.name) names any more")
    }
    #expect(parts.contains { $0.name == "sentences of \(TroubleDocument.rest)" })
  }

  @Test("Every file of nothing but trouble is there")
  func wholeFiles() throws {
    let files = try TroubleDocument.ofSources.get().sentences.filter { !$0.sentences.isEmpty }
      .map { String($0.file.split(separator: "/").last?.dropLast(6) ?? "") }
    for name in TroubleDocument.wholly { #expect(files.contains(name), "\(name)") }
  }

  @Test("Sentences are found joined, with … for what is filled in")
  func reading() {
    let source = #"""
      throw Failure(.usage, "the file \(name("a") + "b") is gone: "
        + "make it again")  // Failure("not this one here")
      let text = "this is no trouble at all"
      func failure(_ text: String = "nor is this one here") {}
      throw SettingProblem("key", "must be a \"word\" of \(2) letters")
      Console.error("no")
      """#
    #expect(
      SourceSentences(source).found == [
        "the file … is gone: make it again", #"must be a "word" of … letters"#,
      ])
    #expect(SourceSentences(source, wholly: true).found.contains("this is no trouble at all"))
    let pattern =
      #"if words.contains("who is not allowed to") { return "it is not allowed to go" }"#
    #expect(SourceSentences(pattern, wholly: true).found == ["it is not allowed to go"])
  }
}
