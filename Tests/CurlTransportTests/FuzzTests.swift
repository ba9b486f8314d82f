import CodeDeployNotifications
import TestSupport
import Testing

@testable import CurlTransport

/// Randomly damaged headers and replies of mail servers, in pieces of any length.
@Suite struct FuzzTests {
  @Test("No head of an answer breaks the reader") func heads() {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let lines = [
      "HTTP/1.1 200 OK\r\n", "HTTP/2 99999999999999999999\r\n", "A: b\r\n", " c\r\n", "\r\n",
    ]
    for _ in 0..<Spoiler.rounds {
      let receiver = ResponseReceiver(maximumBodyBytes: 100)
      for _ in 0..<8 {
        let line = spoiler.spoiltBytes(lines)
        guard line.withUnsafeBytes(receiver.takeHeader) else { break }
      }
      _ = Array(spoiler.text(0...120).utf8).withUnsafeBytes(receiver.takeBody)
      guard let response = receiver.response else { continue }
      #expect(response.body.count <= 100 && response.status >= 200)
      for field in response.headers {
        // libcurl passes one line at a time: a line end in the middle of a line doesn't end it.
        #expect(!field.value.hasSuffix("\n") && !field.name.hasSuffix("\n"))
        #expect(field.value.utf8.count <= ResponseReceiver.maximumHeaderBytes)
      }
      let status = response.header("Retry-After")
      #expect(RetryAfter.seconds(status, now: .now)?.isFinite ?? true)
    }
  }

  @Test("No reply of a mail server breaks the reader") func replies() {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let replies = [
      "220 mx ESMTP\r\n", "250-mx\r\n250-AUTH PLAIN\r\n250 OK\r\n", "550 5.1.1 no\r\n",
    ]
    let request = MailRequest(
      host: "mx.example.com", port: 25, security: .none, login: nil, sender: "a@example.com",
      recipients: ["b@example.com"], headers: [], text: "t", html: "", timeout: .seconds(1))
    for _ in 0..<Spoiler.rounds {
      let dialogue = SMTPDialogue(request)
      for command in ["", "EHLO x", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA"]
      {
        if !command.isEmpty { dialogue.takeCommand(command) }
        _ = spoiler.spoiltBytes(replies).withUnsafeBytes(dialogue.takeReply)
      }
      switch dialogue.answer?.outcome {
      case .taken(let reply), .refused(let reply, _):
        #expect(reply.text.count <= 4096)
      default: break
      }
    }
  }
}
