import ChannelKit
import CodeDeployNotifications

/// What a mail server's replies mean for a delivery.
///
/// A mail goes to everybody whom the server accepts. The answer names those whom it refuses for
/// good (5yz). For those whom it refuses for now (4yz) the notification becomes pending again, and
/// the next attempt is for them alone. So nobody gets the mail twice, and nobody waits for another
/// recipient's full mailbox.
struct MailVerdict {
  /// The server's name in sentences.
  let host: String
  let redaction: Redaction

  /// Adds an answer's results to the progress. Returns whether the progress has to be kept for the
  /// next attempt.
  func add(_ answer: MailAnswer, to progress: inout MailProgress) -> Bool {
    guard case .taken = answer.outcome else { return false }
    for recipient in answer.recipients {
      if recipient.reply.isPositive {
        progress.sent.append(recipient.address)
      } else if !recipient.reply.isTransient {
        progress.refused[recipient.address] = words(recipient.reply)
      }
    }
    return answer.recipients.contains { $0.reply.isTransient }
  }

  /// Returns the delivery's answer, or throws `DeliveryFailure`.
  func conclude(
    _ answer: MailAnswer, _ progress: MailProgress, remark: String?
  ) throws(DeliveryFailure) -> String {
    switch answer.outcome {
    case .offersNoLogin:
      throw DeliveryFailure(
        .refused, "\(host) offers no password login, but username is set")
    case .refused(_, at: .recipients):
      return try concludeRecipients(answer, progress, remark)
    case .refused(let reply, let stage):
      let what = Self.words(stage)
      let verdict: DeliveryFailure.Verdict =
        if !reply.isTransient { .refused } else {
          Self.isLimit(reply) ? .limited(after: nil) : .tryAgain(after: nil)
        }
      throw DeliveryFailure(
        verdict, redaction.line("\(host) refused \(what): \(words(reply))"))
    case .taken(let reply):
      let deferred = answer.recipients.filter(\.reply.isTransient)
      guard deferred.isEmpty else {
        let got = "\(host) accepted the mail for \(progress.sent.joined(separator: ", "))"
        throw DeliveryFailure(
          .tryAgain(after: nil), redaction.line("\(got), but not yet for \(list(deferred))"))
      }
      return self.answer(reply, progress, remark: remark)
    }
  }

  /// The verdict where nobody was accepted in this attempt.
  private func concludeRecipients(
    _ answer: MailAnswer, _ progress: MailProgress, _ remark: String?
  ) throws(DeliveryFailure) -> String {
    let isFinal = answer.recipients.allSatisfy { !$0.reply.isTransient }
    if isFinal, !progress.sent.isEmpty {
      // An earlier attempt reached the others, so the mail is sent.
      var progress = progress
      for recipient in answer.recipients {
        progress.refused[recipient.address] = words(recipient.reply)
      }
      return self.answer(nil, progress, remark: remark)
    }
    throw DeliveryFailure(
      isFinal ? .refused : .tryAgain(after: nil),
      redaction.line("\(host) refused \(list(answer.recipients))"))
  }

  /// The answer for a mail that was sent.
  func answer(_ reply: MailReply?, _ progress: MailProgress, remark: String?) -> String {
    var parts = [reply.map(words) ?? "sent to \(progress.sent.joined(separator: ", "))"]
    let refused = progress.refused.sorted { $0.key < $1.key }
    if !refused.isEmpty {
      let names = refused.map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
      // It comes first, so that a long reply can't push it out of sight.
      parts.insert("refused for \(names)", at: 0)
    }
    if let remark { parts.append(remark) }
    return redaction.line(parts.joined(separator: "; "))
  }

  private func list(_ recipients: [MailAnswer.Recipient]) -> String {
    recipients.map { "\($0.address) (\(words($0.reply)))" }.joined(separator: ", ")
  }

  /// Limited in length, so that several replies fit into a sentence.
  private func words(_ reply: MailReply) -> String {
    let text = redaction.line(reply.text).cut(to: 120, .utf16)
    return text.isEmpty ? "\(reply.code)" : "\(reply.code) \(text)"
  }

  /// Whether a reply is about a rate limit. The enhanced code 4.7.1 isn't enough, as greylisting
  /// has it too; Gmail's 4.7.28 is (https://support.google.com/a/answer/3726730).
  private static func isLimit(_ reply: MailReply) -> Bool {
    let text = reply.text.lowercased()
    return [
      "4.7.28", "rate limit", "ratelimit", "rate-limit", "throttl", "too many messages",
      "too many mails", "too many emails", "too many connections", "sending rate",
    ].contains { text.contains($0) }
  }

  private static func words(_ stage: MailAnswer.Stage) -> String {
    switch stage {
    case .greeting: "the connection"
    case .security: "STARTTLS"
    case .login: "the login"
    case .sender: "the sender"
    case .recipients: "the recipients"
    case .message: "the mail"
    }
  }
}
