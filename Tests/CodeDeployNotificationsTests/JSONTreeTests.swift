import Foundation
import Testing

@testable import CodeDeployNotifications

/// JSON of any shape.
@Suite(.timeLimit(.minutes(10))) struct JSONTreeTests {
  private func tree(_ text: String) throws -> JSONTree {
    try ReceivedJSON.decode(from: Array(text.utf8))
  }

  @Test("Each kind of value is read as what it is, and written as it was")
  func kinds() throws {
    let text =
      #"{"flag":true,"list":[1,"1",null,[]],"large":12345678901234567890,"none":null,"number":-7,"#
      + #""object":{"a":{}},"rate":1.5,"text":"true"}"#
    let value = try tree(text)
    #expect(value["flag"] == true)
    #expect(value["list"] == [1, "1", nil, []])
    #expect(value["none"] == .null)
    #expect(value["number"]?.number == -7)
    #expect(value["object"]?["a"]?.members?.isEmpty == true)
    #expect(value["rate"]?.double == 1.5)
    #expect(value["rate"]?.number == nil)
    #expect(value["text"]?.text == "true")
    #expect(value["large"]?.scalar == "12345678901234567890")
    #expect(value["missing"] == nil)
    #expect(value["list"]?.elements?.count == 4)
    let sorted =
      #"{"flag":true,"large":12345678901234567890,"list":[1,"1",null,[]],"none":null,"#
      + #""number":-7,"object":{"a":{}},"rate":1.5,"text":"true"}"#
    #expect(String(decoding: try value.encoded(), as: UTF8.self) == sorted)
  }

  @Test(
    "A scalar is what JSON writes",
    arguments: [("7", "7"), ("1.50", "1.5"), ("true", "true"), ("null", "null"), ("\"a\"", "a")])
  func scalar(json: String, text: String) throws {
    #expect(try tree("[\(json)]").elements?.first?.scalar == text)
  }

  @Test("What no JSON is, and a number that nothing holds, is no value")
  func nonsense() {
    for text in ["", "{", "[1e999]", "nul"] {
      #expect(throws: (any Error).self, "\(text)") { try tree(text) }
    }
  }

  @Test("A notification's tree is its published JSON")
  func notification() throws {
    let notification = Example.notification(of: Example.deployment())
    let published = try JSONCoding.encoder().encode(notification)
    #expect(try JSONTree(notification) == JSONDecoder().decode(JSONTree.self, from: published))
  }
}
