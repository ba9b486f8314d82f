import CodeDeployNotifications
import Foundation

extension ChannelRules {
  /// What every channel that uses SMTP has to do.
  func mailViolations() async -> [String] {
    var found = await mailReplies()
    found += await mailRateLimits()
    for kind in HTTPFailure.Kind.inTests {
      let failure = HTTPFailure(kind, "example.com: it broke")
      let provider = Provider(mail: [.failure(failure)])
      found += Self.violations(of: await outcome(by: provider), after: failure)
    }
    let noLogin = await outcome(by: Provider(mail: [.success(MailAnswer(.offersNoLogin))]))
    if noLogin.verdict != .refused || !noLogin.text.contains("offers no password login") {
      found.append("a server that offers no login ends as \(noLogin)")
    }
    found += await cancellation()
    found += await mailEchoes()
    found += await mailTexts()
    return found
  }

  /// 4yz may pass, 5yz doesn't (RFC 5321, 4.2.1).
  private func mailReplies() async -> [String] {
    var found: [String] = []
    let stages: [MailAnswer.Stage] = [.greeting, .security, .login, .sender, .message]
    let codes = [421, 450, 451, 452, 454, 500, 530, 535, 550, 552, 554, 571, 599]
    for (code, stage) in codes.flatMap({ code in stages.map { (code, $0) } }) {
      let reply = MailReply(code, "5.7.1 no\u{1b}[31m\nluck")
      let provider = Provider(mail: [.success(MailAnswer(.refused(reply, at: stage)))])
      let outcome = await outcome(by: provider)
      let verdict: DeliveryFailure.Verdict = code < 500 ? .tryAgain(after: nil) : .refused
      if outcome.verdict != verdict || !outcome.text.hasSuffix(": \(code) 5.7.1 no luck") {
        found.append("a \(code) at \(stage) ends as \(outcome)")
      }
    }
    return found
  }

  /// A reply that speaks of a rate limit is one, and greylisting isn't.
  private func mailRateLimits() async -> [String] {
    let limited = DeliveryFailure.Verdict.limited(after: nil)
    let passing = DeliveryFailure.Verdict.tryAgain(after: nil)
    var found: [String] = []
    for (code, text, verdict) in [
      (421, "4.7.0 Try again later", passing), (450, "4.7.1 Greylisted", passing),
      (421, "4.7.28 Gmail has detected an unusual rate of unsolicited mail", limited),
      (452, "4.3.1 Too many messages, slow down", limited),
      (451, "4.7.650 The mail server has been temporarily rate limited", limited),
      (550, "5.7.1 Rate limit exceeded for good", .refused),
    ] {
      let answer = MailAnswer(.refused(MailReply(code, text), at: .message))
      let outcome = await outcome(by: Provider(mail: [.success(answer)]))
      if outcome.verdict != verdict { found.append("\(code) \(text) ends as \(outcome)") }
    }
    return found
  }

  /// Servers repeat a login too, also as it was encoded (RFC 4616).
  private func mailEchoes() async -> [String] {
    var found: [String] = []
    let username = settings["username"]?.first ?? ""
    for secret in secrets {
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
          let text = await outcome(by: Provider(mail: [.success(answer)])).text
          found += Self.violations(
            of: text, after: "a reply that repeats a secret",
            hiding: EchoedSecret.forms(secret) + encoded)
        }
      }
    }
    return found
  }

  /// Nothing in a deployment's texts makes a header, a recipient or a control character.
  private func mailTexts() async -> [String] {
    let (usual, provider) = (Provider(mail: []), Provider(mail: []))
    _ = await outcome(by: usual)
    let outcome = await outcome(Sample.worded(hostile), by: provider)
    guard let mail = await provider.mails.first else { return ["hostile texts end as \(outcome)"] }
    var found: [String] = []
    if outcome.verdict != nil { found.append("hostile texts fail: \(outcome.text)") }
    for field in mail.headers where !field.value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
      found.append("the header field \(field.name) isn't printable ASCII")
    }
    if mail.headers.contains(where: { $0.name.lowercased() == "bcc" }) {
      found.append("a text makes a header field")
    }
    if await mail.recipients != usual.mails.first?.recipients {
      found.append("a text changes who gets the mail")
    }
    for text in [mail.text, mail.html] {
      let scalars = text.unicodeScalars
      if scalars.contains(where: { $0.value < 32 && $0 != "\n" && $0 != "\t" })
        || scalars.contains("\u{202E}")
      {
        found.append("a control character is sent")
      }
    }
    return found
  }
}
