import CodeDeployNotifications

/// The ids that put mails into threads. They are the same on every attempt, every host and in every
/// store.
struct MailThread {
  /// The mail's own id. A receiver that has it already drops the repetition.
  let messageID: String
  /// The id of the deployment's thread, as if a first mail had had it.
  let root: String
  /// The ids of preceding mails, the oldest first.
  let references: [String]

  /// - Parameter domain: The sender's domain, which makes the ids unique.
  init(_ notification: DeploymentNotification, domain: String) {
    func name(_ parts: String...) -> String {
      "<\(parts.map(Self.atom).joined(separator: "."))@\(domain)>"
    }
    func root(_ deploymentID: String) -> String {
      name("deployment", notification.region, deploymentID)
    }
    messageID = name(notification.id)
    self.root = root(notification.deploymentID)
    // A rollback belongs to the thread of the deployment that it undoes.
    let rolledBack = notification.rollback?.triggeredBy.map(root)
    references = [rolledBack, self.root].compactMap { $0 }
  }

  /// A digest has no thread.
  init(_ digest: ChannelDigest, domain: String) {
    messageID = "<\(Self.atom(digest.id))@\(domain)>"
    root = messageID
    references = []
  }

  /// Characters that can't be in an atom (RFC 5322, 3.2.3) become `-`.
  private static func atom(_ text: String) -> String {
    let atom = text.map { character in
      let isPlain = character.isASCII && (character.isLetter || character.isNumber)
      return isPlain || character == "_" || character == "-" ? character : "-"
    }
    return atom.isEmpty ? "none" : String(atom.prefix(200))
  }

  /// The header fields for the thread, and one that says that the mail is automatic (RFC 3834), so
  /// that absence notes don't answer it.
  var fields: [(name: String, value: String)] {
    let thread =
      references.isEmpty
      ? [] : [("In-Reply-To", root), ("References", references.joined(separator: " "))]
    return thread + [
      ("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "OOF, AutoReply"),
    ]
  }
}
