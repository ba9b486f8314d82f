import CodeDeployNotifications

/// The names that tie mails together: the same on every attempt, every host and in every store.
struct MailThread {
  /// The mail itself; a receiver that has it drops another of this name.
  let messageID: String
  /// The deployment, as if there had been a first mail on it.
  let root: String
  /// What the mail follows, the oldest first.
  let references: [String]

  /// - Parameter domain: The sender's, which makes the names its own.
  init(_ notification: DeploymentNotification, domain: String) {
    func name(_ parts: String...) -> String {
      "<\(parts.map(Self.atom).joined(separator: "."))@\(domain)>"
    }
    func root(_ deploymentID: String) -> String {
      name("deployment", notification.region, deploymentID)
    }
    messageID = name(notification.id)
    self.root = root(notification.deploymentID)
    // A rollback belongs with what it rolls back.
    let rolledBack = notification.rollback?.triggeredBy.map(root)
    references = [rolledBack, self.root].compactMap { $0 }
  }

  /// A digest belongs to no thread.
  init(_ digest: ChannelDigest, domain: String) {
    messageID = "<\(Self.atom(digest.id))@\(domain)>"
    root = messageID
    references = []
  }

  /// What isn't part of an atom (RFC 5322, 3.2.3) becomes `-`.
  private static func atom(_ text: String) -> String {
    let atom = text.map { character in
      let isPlain = character.isASCII && (character.isLetter || character.isNumber)
      return isPlain || character == "_" || character == "-" ? character : "-"
    }
    return atom.isEmpty ? "none" : String(atom.prefix(200))
  }

  /// The header's fields that say all this, and that a machine wrote it (RFC 3834): nobody's
  /// absence note has to answer it.
  var fields: [(name: String, value: String)] {
    let thread =
      references.isEmpty
      ? [] : [("In-Reply-To", root), ("References", references.joined(separator: " "))]
    return thread + [
      ("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "OOF, AutoReply"),
    ]
  }
}
