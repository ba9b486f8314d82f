import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// A mail's header in ASCII.
@Suite struct MailEncodingTests {
  @Test(
    "A line that ASCII can hold stays as it is",
    arguments: ["checkout succeeded", "a <b> & \"c\" @ $%", "x"])
  func plain(text: String) { #expect(MailEncoding.header(text) == text) }

  @Test(
    "Any other is in encoded words that say the same",
    arguments: [
      "Größe geändert", "🚀 released", "=?utf-8?B?ZXZpbA==?=", "部署成功",
      String(repeating: "über ", count: 60) + "🚀", String(repeating: "x", count: 500),
    ])
  func words(text: String) throws {
    let header = MailEncoding.header(text)
    var decoded = ""
    for word in header.split(separator: " ") {
      #expect(word.utf8.count <= 75)
      let match = try #require(word.wholeMatch(of: /=\?utf-8\?B\?([A-Za-z0-9+\/=]+)\?=/))
      let bytes = try #require(Data(base64Encoded: String(match.1)))
      // Each encoded word has whole characters (RFC 2047, 5).
      decoded += try #require(String(data: bytes, encoding: .utf8))
    }
    #expect(decoded == text.oneLine)
  }

  @Test("A line end makes no header") func injection() {
    let header = MailEncoding.header("Hi\r\nBcc: eve@example.com\r\n\r\n<html>\u{0}\u{1b}[31m")
    #expect(header == "Hi Bcc: eve@example.com <html>")
  }

  @Test(
    "Addresses are read and written",
    arguments: [
      ("ada@example.com", "ada@example.com"), ("  ada@example.com ", "ada@example.com"),
      ("<ada@example.com>", "ada@example.com"), ("root@localhost", "root@localhost"),
      ("Ada <ada@example.com>", "Ada <ada@example.com>"),
      ("\"Lovelace, Ada\" <ada@example.com>", "\"Lovelace, Ada\" <ada@example.com>"),
      ("Ada \"Countess\" L. <ada@example.com>", #""Ada \"Countess\" L." <ada@example.com>"#),
      (#""John \"Jo\" Doe" <jo@example.com>"#, #""John \"Jo\" Doe" <jo@example.com>"#),
      (#"Bob "the builder" <bob@example.com>"#, #""Bob \"the builder\"" <bob@example.com>"#),
      (#""Bob" "builder" <bob@example.com>"#, #""\"Bob\" \"builder\"" <bob@example.com>"#),
      (#""a <b>" <a@example.com>"#, #""a <b>" <a@example.com>"#),
      (#""back\\slash" <a@example.com>"#, #""back\\slash" <a@example.com>"#),
      (#""" <a@example.com>"#, "a@example.com"),
      ("Ada Ö <a+b@x-y.example>", "=?utf-8?B?QWRhIMOW?= <a+b@x-y.example>"),
    ])
  func address(text: String, header: String) throws {
    #expect(try #require(MailAddress(text)).encoded == header)
  }

  @Test(
    "What isn't an address is none",
    arguments: [
      "", "ada", "@example.com", "ada@", "a@b@c", "a b@example.com", ".a@example.com",
      "a..b@example.com", "a@-x.example", "a@x..example", "ä@example.com", "a@exämple.com",
      "a@example.com, b@example.com", "Ada <ada@example.com", "<a> <b@example.com>",
      "Ada\r\nBcc: eve@e.example <a@example.com>", "a@example.com\n", "\"a b\"@example.com",
      String(repeating: "a", count: 65) + "@example.com",
    ])
  func noAddress(text: String) { #expect(MailAddress(text) == nil) }

  @Test("Names of mails are atoms, whatever ids look like") func thread() {
    let notification = Sample.notification {
      $0.id = "a b>\r\n<c@d"
      $0.deploymentID = ""
    }
    let thread = MailThread(notification, domain: "example.com")
    #expect(thread.messageID == "<a-b---c-d@example.com>")
    #expect(thread.root == "<deployment.eu-west-1.none@example.com>")
  }
}
