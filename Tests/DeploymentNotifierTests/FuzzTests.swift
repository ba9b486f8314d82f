import CodeDeployNotifications
import Foundation
import TestSupport
import Testing

@testable import DeploymentNotifier

/// Random damage to documents, for the readers of JSON and YAML.
@Suite struct FuzzTests {
  @Test("A document in JSON is read as Foundation reads it, and written and read the same")
  func json() throws {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let examples = [
      #"{"a": ["b", -1.5e3, true, null, {"c\u00e9\ud83d\ude00": "\"\\\/\b\f\n\r\t"}], "d": {}}"#,
      #"[[], {"x": [1, 2, 30], "y": "z z"}]"#,
    ]
    for _ in 0..<Spoiler.rounds {
      let text = spoiler.spoilt(examples)
      let read = try? JSONDocument.read(text)
      guard let read else { continue }
      #expect(try JSONDocument.read(read.oneLineJSON()) == read, "\(text.debugDescription)")
      // Foundation has bounded numbers, no lone surrogates, and fewer levels.
      guard !text.contains("e"), !text.contains("E"), !text.lowercased().contains("\\ud") else {
        continue
      }
      let other = try? JSONSerialization.jsonObject(
        with: Data(text.utf8), options: .fragmentsAllowed)
      #expect(other != nil, "\(text.debugDescription)")
    }
  }

  @Test("No document breaks the reader, and every mistake has a line that is there")
  func documents() throws {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let examples = [
      "a: &x [1, 'it''s', \"\\u00e9\"]\nb: *x\nc: >-\n  folded\n  text\nd: !!str 1\n",
      "- {a: b, ? c : d}\n- <<: {e: f}\n- |+\n  kept\n\n# end\n", #"{"a": [1, {"b": null}]}"#,
    ]
    for _ in 0..<Spoiler.rounds {
      let text = String(decoding: spoiler.spoiltBytes(examples), as: UTF8.self)
      do {
        let value = try DocumentParsing.parse(text)
        // What was read can be written as JSON, which is read as the same value.
        #expect(try DocumentParsing.parse(value.oneLineJSON()) == value, "\(text.debugDescription)")
      } catch let problem as DocumentProblem {
        #expect(problem.description.utf8.count < 2000, "\(problem)")
      }
      let places = DocumentPlaces(text)
      let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.count
      for path in ["a", "a[1]", "b.c", "[0].a", ""] {
        #expect(places.line(of: path).map { (1...(lines + 1)).contains($0) } ?? true)
      }
    }
  }
}

extension DocumentValue {
  /// The value as JSON, in one line.
  fileprivate func oneLineJSON() throws -> String {
    func quoted(_ text: String) throws -> String {
      String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }
    switch self {
    case .null: return "null"
    case .boolean(let flag): return "\(flag)"
    case .number(let number): return number
    case .text(let text): return try quoted(text)
    case .list(let values):
      return "[\(try values.map { try $0.oneLineJSON() }.joined(separator: ","))]"
    case .object(let members):
      let all = try members.map { "\(try quoted($0.key)):\(try $0.value.oneLineJSON())" }
      return "{\(all.joined(separator: ","))}"
    }
  }
}
