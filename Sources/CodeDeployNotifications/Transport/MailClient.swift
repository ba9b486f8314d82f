/// One mail as a channel states it, and the server to give it to; a transport carries it there.
public struct MailRequest: Sendable {
  /// How the connection to the server is protected.
  public enum Security: String, Sendable, CaseIterable {
    /// Begins in the clear and goes on in TLS before anything is said (RFC 3207); required.
    case starttls
    /// TLS from the first byte (RFC 8314).
    case tls
    /// In the clear, a login too.
    case none
  }

  /// Who sends, for servers that ask.
  public struct Login: Sendable {
    /// As the server knows the sender.
    public var username: String
    /// Goes in the clear where the connection does: ``MailRequest/Security/none``.
    public var password: Secret

    /// What a server knows the sender by.
    public init(username: String, password: Secret) {
      self.username = username
      self.password = password
    }
  }

  /// A name or an address, IPv6 without brackets.
  public var host: String
  /// TCP's number.
  public var port: Int
  /// How the connection is encrypted.
  public var security: Security
  /// `nil` for a server that asks for none.
  public var login: Login?
  /// The name given to the server in greeting; `nil` for this host's full name.
  public var hello: String?
  /// Where the server sends what it can't deliver: a bare address.
  public var sender: String
  /// Whom it goes to, whatever the header says: bare addresses, each once.
  public var recipients: [String]
  /// The header, already encoded: printable ASCII in each value. The transport folds long ones and
  /// adds what describes the body.
  public var headers: [HTTPField]
  /// The body as plain text and as HTML.
  public var text: String
  /// The body for mail programs that show HTML.
  public var html: String
  /// The longest all of it may take, from name lookup to the server's last word.
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

/// What a mail server said to a command (RFC 5321, 4.2).
public struct MailReply: Sendable, Hashable {
  /// The three digits of RFC 5321, 4.2.
  public var code: Int
  /// Its words, in one line, with an enhanced status code if it gave one.
  public var text: String

  /// A server's reply.
  public init(_ code: Int, _ text: String) {
    self.code = code
    self.text = text
  }

  /// 2yz: done.
  public var isPositive: Bool { (200..<300).contains(code) }
  /// 4yz: not now.
  public var isTransient: Bool { (400..<500).contains(code) }
}

/// How an exchange with a mail server ended, whatever it said.
public struct MailAnswer: Sendable {
  /// What a reply was to.
  public enum Stage: String, Sendable {
    case greeting, security, login, sender, recipients, message
  }

  /// What became of the mail.
  public enum Outcome: Sendable, Hashable {
    /// The server has it now, for every recipient whose reply is positive.
    case taken(MailReply)
    /// It doesn't have it.
    case refused(MailReply, at: Stage)
    /// It offers no way to log in that is known here, and a login was asked for.
    case offersNoLogin
  }

  /// A recipient and what the server said to it.
  public struct Recipient: Sendable, Hashable {
    /// The recipient.
    public var address: String
    /// What the server said to `RCPT TO`.
    public var reply: MailReply

    /// What became of a recipient.
    public init(_ address: String, _ reply: MailReply) {
      self.address = address
      self.reply = reply
    }
  }

  /// What became of the mail as a whole.
  public var outcome: Outcome
  /// In the order of the request, as far as it came.
  public var recipients: [Recipient]

  /// An answer with what was said of each recipient.
  public init(_ outcome: Outcome, recipients: [Recipient] = []) {
    self.outcome = outcome
    self.recipients = recipients
  }
}

/// Gives mails to servers. A struct of one closure, so that a test hands in its own.
public struct MailClient: Sendable {
  /// Throws `HTTPFailure`, as any exchange that brought no answer, or `CancellationError` when the
  /// calling task is cancelled. A server that doesn't offer the security that was asked for gets
  /// nothing: that is a failure of kind `tls`.
  public var send: @Sendable (MailRequest) async throws -> MailAnswer

  /// A client that sends by the closure, so that a test hands in its own. It throws `HTTPFailure`
  /// where no answer came.
  public init(send: @escaping @Sendable (MailRequest) async throws -> MailAnswer) {
    self.send = send
  }

  /// Reaches no server.
  public static let none = Self { request in
    throw HTTPFailure(.unreachable, "can't send to \(request.host): there is no mail transport")
  }
}
