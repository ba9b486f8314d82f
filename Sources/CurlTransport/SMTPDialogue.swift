import CCurl
import CodeDeployNotifications
import Foundation

/// Follows the SMTP dialogue between libcurl and a server. libcurl itself reports only that
/// something failed, and not even that for one of several recipients.
///
/// It keeps nothing of a login, neither what is sent nor what the server asks.
final class SMTPDialogue {
  /// More than any real server sends; without a limit, one could go on for ever.
  static let maximumBytes = 64 << 10
  /// How many bytes of one reply are kept.
  private static let maximumReply = 4 << 10

  private enum Command {
    case greeting, hello, startTLS, login, sender
    case recipient(Int)
    case data, message
  }

  private let recipients: [String]
  private let needsLogin: Bool

  /// The last command, and whether the server has replied to it.
  private var command = Command.greeting
  private var isAnswered = false
  private var lastReply: MailReply?
  private var recipientReplies: [MailAnswer.Recipient] = []
  private var isSecure: Bool
  /// The lines of the current reply, and the size of all replies.
  private var lines: [String] = []
  private var bytes = 0

  /// Whether the exchange was ended here because the replies were too long.
  private(set) var isTooLarge = false
  private(set) var offersNoLogin = false
  private(set) var wasAskedForTLS = false
  /// Whether only QUIT is left, whose reply doesn't matter.
  private(set) var isOver = false

  init(_ request: MailRequest) {
    recipients = request.recipients
    needsLogin = request.login != nil
    isSecure = request.security != .starttls
  }

  /// Whether the server has sent anything.
  var wasGreeted: Bool { lastReply != nil }

  // MARK: What is sent

  /// Takes a line that libcurl sends.
  func takeCommand(_ line: String) {
    guard !isOver else { return }
    // Lines within a login may look like any command.
    if case .login = command, !isAnswered || lastReply?.code == 334 {
      isAnswered = false
      return
    }
    let verb = line.prefix { $0.isLetter }.uppercased()
    switch verb {
    case "EHLO", "HELO": command = .hello
    case "STARTTLS":
      command = .startTLS
      wasAskedForTLS = true
    case "AUTH": command = .login
    case "MAIL": command = .sender
    case "RCPT":
      if case .recipient(let index) = command {
        command = .recipient(index + 1)
      } else {
        command = .recipient(0)
      }
    case "DATA": command = .data
    case "QUIT":
      isOver = true
      return
    default: return
    }
    isAnswered = false
  }

  /// Takes a line of the server. Returns false to end the exchange.
  func takeReply(_ buffer: UnsafeRawBufferPointer) -> Bool {
    guard !isOver else { return true }
    bytes += buffer.count
    guard bytes <= Self.maximumBytes else {
      isTooLarge = true
      return false
    }
    let line = String(decoding: buffer, as: UTF8.self)
    guard let code = Int(line.prefix(3)) else { return true }
    lines.append(line.dropFirst(4).trimmingCharacters(in: .whitespacesAndNewlines))
    // A reply continues after `250-`, but not after `250 ` or a bare `250`.
    guard line.dropFirst(3).first != "-" else { return true }
    defer { lines = [] }
    return take(
      MailReply(code, String(lines.joined(separator: " ").prefix(Self.maximumReply))))
  }

  private func take(_ reply: MailReply) -> Bool {
    isAnswered = true
    lastReply = reply
    switch command {
    case .hello:
      let offers = lines.map { $0.uppercased().split { " =".contains($0) }.first }
      if reply.isPositive, isSecure, needsLogin, !offers.contains("AUTH") {
        // libcurl would continue without a login, and the server would treat the mail as a
        // stranger's.
        offersNoLogin = true
        return false
      }
    case .startTLS: isSecure = reply.isPositive
    case .recipient(let index) where index < recipients.count:
      recipientReplies.append(MailAnswer.Recipient(recipients[index], reply))
    case .data where reply.code == 354:
      // The server's next reply is about the message as a whole.
      command = .message
      isAnswered = false
    default: break
    }
    return true
  }

  // MARK: The result

  /// The code of a reply to a login that neither accepts nor refuses it; `nil` for another reply.
  var oddLoginReply: Int? {
    guard case .login = command, isAnswered, let lastReply, lastReply.code < 400 else {
      return nil
    }
    return lastReply.code
  }

  /// The server's answer about the mail; `nil` where it gave none.
  var answer: MailAnswer? {
    if offersNoLogin { return MailAnswer(.offersNoLogin) }
    guard isAnswered, let lastReply else { return nil }
    if case .message = command, lastReply.isPositive {
      return MailAnswer(.taken(lastReply), recipients: recipientReplies)
    }
    guard lastReply.code >= 400 else { return nil }
    return MailAnswer(.refused(lastReply, at: stage), recipients: recipientReplies)
  }

  private var stage: MailAnswer.Stage {
    switch command {
    case .greeting, .hello: .greeting
    case .startTLS: .security
    case .login: .login
    case .sender: .sender
    case .recipient: .recipients
    case .data, .message: .message
    }
  }
}
