/// One mail, and the SMTP server to submit it to; a transport sends it.
public struct MailRequest: Sendable {
  /// How the connection to the server is encrypted.
  public enum Security: String, Sendable, CaseIterable {
    /// Begins unencrypted and switches to TLS before the SMTP dialogue (RFC 3207); required.
    case starttls
    /// TLS from the first byte (RFC 8314).
    case tls
    /// Unencrypted, including the login.
    case none
  }

  /// The login, for servers that ask for one.
  public struct Login: Sendable {
    /// The user name.
    public var username: String
    /// The password. It is sent unencrypted with ``MailRequest/Security/none``.
    public var password: Secret

    /// A login with a user name and a password.
    public init(username: String, password: Secret) {
      self.username = username
      self.password = password
    }
  }

  /// The server's name or IP address, IPv6 without brackets.
  public var host: String
  /// The TCP port.
  public var port: Int
  /// How the connection is encrypted.
  public var security: Security
  /// The login; `nil` for a server that asks for none.
  public var login: Login?
  /// The name for the server's greeting (`EHLO`); `nil` for this host's full name.
  public var hello: String?
  /// The address for bounces, without a name.
  public var sender: String
  /// The addresses that it is sent to, whatever the header says, without names and each once.
  public var recipients: [String]
  /// The header fields, already encoded: printable ASCII in each value. The transport folds long
  /// ones and adds those that describe the body.
  public var headers: [HTTPField]
  /// The body as plain text.
  public var text: String
  /// The body as HTML.
  public var html: String
  /// The longest time for the whole exchange, from name lookup to the server's last reply.
  public var timeout: Duration

  /// A mail to one or several recipients.
  public init(
    host: String, port: Int, security: Security, login: Login? = nil, hello: String? = nil,
    sender: String, recipients: [String], headers: [HTTPField], text: String, html: String,
    timeout: Duration = .seconds(20)
  ) {
    self.host = host
    self.port = port
    self.security = security
    self.login = login
    self.hello = hello
    self.sender = sender
    self.recipients = recipients
    self.headers = headers
    self.text = text
    self.html = html
    self.timeout = timeout
  }
}

/// A mail server's reply to a command (RFC 5321, 4.2).
public struct MailReply: Sendable, Hashable {
  /// The reply code, three digits.
  public var code: Int
  /// The reply's text on one line, with the enhanced status code if there is one.
  public var text: String

  /// A server's reply.
  public init(_ code: Int, _ text: String) {
    self.code = code
    self.text = text
  }

  /// 2yz: accepted.
  public var isPositive: Bool { (200..<300).contains(code) }
  /// 4yz: refused for now.
  public var isTransient: Bool { (400..<500).contains(code) }
}

/// The result of an exchange with a mail server.
public struct MailAnswer: Sendable {
  /// The command that a reply is for.
  public enum Stage: String, Sendable {
    case greeting, security, login, sender, recipients, message
  }

  /// Whether the server took the mail.
  public enum Outcome: Sendable, Hashable {
    /// The server took the mail, for every recipient with a positive reply.
    case taken(MailReply)
    /// The server refused the mail.
    case refused(MailReply, at: Stage)
    /// A login is set, and the server offers no supported way to log in.
    case offersNoLogin
  }

  /// A recipient and the server's reply about it.
  public struct Recipient: Sendable, Hashable {
    /// The recipient's address.
    public var address: String
    /// The server's reply to `RCPT TO`.
    public var reply: MailReply

    /// A recipient with the server's reply.
    public init(_ address: String, _ reply: MailReply) {
      self.address = address
      self.reply = reply
    }
  }

  /// Whether the server took the mail.
  public var outcome: Outcome
  /// The recipients in the order of the request, as far as the server was asked.
  public var recipients: [Recipient]

  /// A result with the replies about each recipient.
  public init(_ outcome: Outcome, recipients: [Recipient] = []) {
    self.outcome = outcome
    self.recipients = recipients
  }
}

/// Sends mails to servers. A struct of one closure, so that a test can pass its own.
public struct MailClient: Sendable {
  /// Sends a mail. Throws `HTTPFailure` where there was no answer, or `CancellationError` when the
  /// calling task is cancelled. A server that doesn't offer the required encryption gets nothing:
  /// that is a failure of kind `tls`.
  public var send: @Sendable (MailRequest) async throws -> MailAnswer

  /// - Parameter send: Sends a mail; throws `HTTPFailure` where there was no answer. A test can
  ///   pass its own.
  public init(send: @escaping @Sendable (MailRequest) async throws -> MailAnswer) {
    self.send = send
  }

  /// Reaches no server.
  public static let none = Self { request in
    throw HTTPFailure(.unreachable, "can't send to \(request.host): there is no mail transport")
  }
}
