import CCurl
import CodeDeployNotifications
import Foundation

/// Follows what libcurl and a mail server say to each other: libcurl itself only tells that
/// something failed, and of several recipients not even that.
///
/// Nothing of a login is kept, neither what is sent nor what it is asked.
final class SMTPDialogue {
  /// Generous for any real server; without a bound, one could talk for ever.
  static let maximumBytes = 64 << 10
  /// How much of one reply is kept.
  private static let maximumReply = 4 << 10

  private enum Command {
    case greeting, hello, startTLS, login, sender
    case recipient(Int)
    case data, message
  }

  private let recipients: [String]
  private let needsLogin: Bool

  /// What the server was last told, and whether it has said something to that.
  private var command = Command.greeting
  private var isAnswered = false
  private var lastReply: MailReply?
  private var recipientReplies: [MailAnswer.Recipient] = []
  private var isSecure: Bool
  /// The reply that is coming in, and the size of all so far.
  private var lines: [String] = []
  private var bytes = 0

  /// Set when the exchange was ended from here.
  private(set) var isTooLarge = false
  private(set) var offersNoLogin = false
  private(set) var wasAskedForTLS = false
  /// Whether only farewells are left. Nothing of those matters.
  private(set) var isOver = false

  init(_ request: MailRequest) {
    recipients = request.recipients
    needsLogin = request.login != nil
    isSecure = request.security != .starttls
  }

  /// Whether the server ever said anything.
  var wasGreeted: Bool { lastReply != nil }

  // MARK: What is said

  /// Takes a line that libcurl sends.
  func takeCommand(_ line: String) {
    guard !isOver else { return }
    // What is said inside a login may look like anything.
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

  /// Takes a line of the server's. False ends the exchange.
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
    // `250-` goes on; `250 ` and a bare `250` don't.
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
        // libcurl would go on without, and the server would take the mail for a stranger's.
        offersNoLogin = true
        return false
      }
    case .startTLS: isSecure = reply.isPositive
    case .recipient(let index) where index < recipients.count:
      recipientReplies.append(MailAnswer.Recipient(recipients[index], reply))
    case .data where reply.code == 354:
      // The next word of the server's is on the message as a whole.
      command = .message
      isAnswered = false
    default: break
    }
    return true
  }

  // MARK: What it comes to

  /// The server's word on the mail; `nil` where it gave none.
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
