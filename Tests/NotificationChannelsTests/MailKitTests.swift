import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// What every channel that uses SMTP has to do.
@Suite struct MailKitTests {
  /// A mail server's refusal at one stage.
  struct Row: Sendable, CustomTestStringConvertible {
    var code: Int
    var stage: MailAnswer.Stage
    var verdict: DeliveryFailure.Verdict
    var testDescription: String { "\(code) at \(stage)" }

    static let all: [Row] =
      [421, 450, 451, 452, 454].flatMap { code in
        stages.map { Row(code: code, stage: $0, verdict: .tryAgain(after: nil)) }
      }
      + [500, 530, 535, 550, 552, 554, 571, 599].flatMap { code in
        stages.map { Row(code: code, stage: $0, verdict: .refused) }
      }
    private static let stages: [MailAnswer.Stage] = [
      .greeting, .security, .login, .sender, .message,
    ]
  }

  @Test("4yz may pass, 5yz doesn't", arguments: ChannelSample.overMail, Row.all)
  func replies(sample: ChannelSample, row: Row) async throws {
    let reply = MailReply(row.code, "5.7.1 no\u{1b}[31m\nluck")
    let provider = Provider(mail: [.success(MailAnswer(.refused(reply, at: row.stage)))])
    let outcome = try await sample.deliver(by: provider)
    #expect(outcome.verdict == row.verdict)
    #expect(outcome.text.hasSuffix(": \(row.code) 5.7.1 no luck"), "\(outcome.text)")
  }

  @Test(
    "A reply that speaks of a rate limit is one, and greylisting isn't",
    arguments: [
      (421, "4.7.0 Try again later", false), (450, "4.7.1 Greylisted", false),
      (421, "4.7.28 Gmail has detected an unusual rate of unsolicited mail", true),
      (452, "4.3.1 Too many messages, slow down", true),
      (451, "4.7.650 The mail server has been temporarily rate limited", true),
      (550, "5.7.1 Rate limit exceeded for good", false),
    ])
  func limits(code: Int, text: String, isLimit: Bool) async throws {
    let reply = MailReply(code, text)
    for sample in ChannelSample.overMail {
      let provider = Provider(mail: [.success(MailAnswer(.refused(reply, at: .message)))])
      let verdict = try await sample.deliver(by: provider).verdict
      #expect(
        verdict == (isLimit ? .limited(after: nil) : code < 500 ? .tryAgain(after: nil) : .refused))
    }
  }

  @Test(
    "No answer may become one later", arguments: ChannelSample.overMail,
    [.unreachable, .timedOut, .tls, .broken, .tooLarge, .invalidRequest] as [HTTPFailure.Kind])
  func failures(sample: ChannelSample, kind: HTTPFailure.Kind) async throws {
    let provider = Provider(mail: [.failure(HTTPFailure(kind, "example.com: it broke"))])
    let outcome = try await sample.deliver(by: provider)
    #expect(outcome.verdict == (kind == .invalidRequest ? .refused : .tryAgain(after: nil)))
    #expect(outcome.text == "example.com: it broke")
  }

  @Test("A server that offers no login is refused", arguments: ChannelSample.overMail)
  func noLogin(sample: ChannelSample) async throws {
    let outcome = try await sample.deliver(
      by: Provider(mail: [.success(MailAnswer(.offersNoLogin))]))
    #expect(outcome.verdict == .refused)
    #expect(outcome.text.contains("offers no password login"))
  }

  @Test("Leaks no secret", arguments: ChannelSample.overMail)
  func leaksNoSecret(sample: ChannelSample) async throws {
    let username = sample.settings["username"]?.first ?? ""
    for secret in sample.secrets {
      let encoded = [secret, "\0\(username)\0\(secret)"].map {
        Data($0.utf8).base64EncodedString()
      }
      for body in EchoedSecret.bodies(secret) + encoded.map({ "you said \($0)" }) {
        let reply = MailReply(535, body)
        let recipient = MailAnswer.Recipient("ada@example.com", MailReply(550, body))
        let answers: [MailAnswer] = [
          MailAnswer(.refused(reply, at: .login)),
          MailAnswer(.taken(MailReply(250, body)), recipients: [recipient]),
          MailAnswer(.refused(reply, at: .recipients), recipients: [recipient]),
        ]
        for answer in answers {
          let outcome = try await sample.deliver(by: Provider(mail: [.success(answer)]))
          #expect(outcome.text.count < 500)
          for form in EchoedSecret.forms(secret) + encoded {
            #expect(!outcome.text.contains(form), "\(outcome.text)")
          }
        }
      }
    }
  }

  @Test(
    "Nothing in a deployment's texts makes a header or a control character",
    arguments: ChannelSample.overMail)
  func hostile(sample: ChannelSample) async throws {
    let provider = Provider(mail: [])
    let channel = try channel(sample.type, sample.settings)
    _ = try await channel.deliver(Sample.hostileMessage, with: provider.services())
    let mail = try #require(await provider.mails.first)
    for field in mail.headers {
      #expect(field.value.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "\(field)")
    }
    #expect(!mail.headers.contains { $0.name.lowercased() == "bcc" })
    #expect(mail.recipients == ["ada@example.com"])
    for text in [mail.text, mail.html] {
      #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" && $0 != "\t" })
      #expect(!text.unicodeScalars.contains("\u{202E}"))
    }
  }
}
