import CodeDeployNotifications
import Foundation
import Testing

@testable import AWSClient

/// Answers that are made to keep their reader busy. These tests don't measure time: code that isn't
/// linear would take minutes and exceed the suite's limit.
@Suite(.timeLimit(.minutes(10))) struct BoundTests {
  private static func report(_ body: String) -> AWSErrorReport {
    AWSErrorReport(HTTPResponse(status: 400, body: Array(body.utf8)))
  }

  /// More than a megabyte, which is several times what is read of an error.
  private static func many(_ text: String) -> String {
    String(repeating: text, count: (1 << 20) / text.utf8.count)
  }

  @Test(
    "An error of many beginnings without an end is read in one pass",
    arguments: [
      "<!--", "<![CDATA[", "<?", "<", "<a", "&", "&amp", "<a>", "</a>", "<a/>", "<!-- -->",
    ])
  func unclosed(piece: String) {
    #expect(Self.report("<Error>" + Self.many(piece)).code == nil)
    #expect(XMLNode.parse(Array(("<a>" + Self.many(piece)).utf8)) == nil)
    _ = XMLNode.parse(Array(("<a>" + Self.many(piece) + "</a>").utf8))
  }

  @Test("An error longer than is read still says what it is")
  func longErrors() {
    let long = Self.many("User: arn:aws:iam::1:user/ada is not authorized to perform: a:B. ")
    let json = Self.report(#"{"__type":"AccessDeniedException","Message":"\#(long)"}"#)
    #expect(json.code == "AccessDeniedException")
    #expect(json.message?.hasPrefix("User: arn:aws:iam::1:user/ada is not") == true)
    #expect((json.message?.utf8.count ?? 0) < HTTPResponse.errorLimit)
    let xml = Self.report(
      "<ErrorResponse><Error><Code>AccessDenied</Code><Message>\(long)</Message></Error></ErrorResponse>"
    )
    #expect(xml.code == "AccessDenied")
    #expect(xml.message?.hasPrefix("User: ") == true)
  }

  @Test("A long error may be cut within an escape")
  func cutEscapes() {
    for count in 0..<12 {
      let body =
        #"{"__type":"Odd","message":""# + String(repeating: "x", count: count)
        + Self.many(#"\u00e9"#)
      #expect(Self.report(body).code == "Odd")
    }
  }

  @Test(
    "A long denial is read in one pass",
    arguments: [
      "because no a ", "User: arn:", "not authorized to perform: ", "a", "\u{200B}", "e\u{301}",
    ]
  )
  func longDenials(piece: String) async throws {
    let body =
      #"{"__type":"AccessDeniedException","message":"User: arn:aws:iam::1:user/ada is not authorized to perform: codedeploy:ListDeployments \#(Self.many(piece))"}"#
    let server = TestServer(.status(400, body))
    let caller = AWSAccounts.test(server).caller(for: .ireland)
    let failure = try await awsFailure { try await caller.call(.listing(attempts: 1)) }
    #expect(failure?.kind == .accessDenied)
    #expect(failure?.deniedAction == "codedeploy:ListDeployments")
    #expect((failure?.description.utf8.count ?? .max) < 8192)
  }

  @Test("Depth and elements of XML have a bound")
  func xmlBounds() {
    let deep = String(repeating: "<a>", count: 33) + String(repeating: "</a>", count: 33)
    #expect(XMLNode.parse(Array(deep.utf8)) == nil)
    let wide = "<a>" + String(repeating: "<b/>", count: 20_000) + "</a>"
    #expect(XMLNode.parse(Array(wide.utf8)) == nil)
  }

  @Test("A name that XML doesn't have is none", arguments: ["b/", "b<c", "b&c", "b=\"c\""])
  func xmlNames(name: String) {
    #expect(XMLNode.parse(Array("<a><\(name)/></a>".utf8)) == nil)
    #expect(XMLNode.parse(Array("<a><\(name)></\(name)></a>".utf8)) == nil)
  }

  @Test("A cut document is none, but for who wants what there is")
  func cutXML() {
    let whole = "<a><b>1</b><c>2 &amp; 3</c></a>"
    for length in 1..<whole.utf8.count {
      let bytes = Array(whole.utf8.prefix(length))
      #expect(XMLNode.parse(bytes) == nil, "\(length)")
      let cut = XMLNode.parse(bytes, allowingCut: true)
      if length >= 11 { #expect(cut?.child("b")?.text == "1", "\(length)") }
    }
  }
}
