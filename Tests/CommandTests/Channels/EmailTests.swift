import Foundation
import Testing

/// Mails through a real mail server.
@Suite(.enabled(if: MailPeer.hasExim, "needs exim4, of exim4-daemon-light"))
struct EmailTests {
  private func header(_ name: String, of message: JSON?) -> String {
    message?["headers"][name].string ?? ""
  }

  @Test("A success, a failure and a rollback arrive, the last in the failure's thread")
  func ends() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      let scene = try await ChannelScene(
        world,
        channel: mail.spec + ",to=ada@example.com,to=Bob <bob@example.com>,cc=eve@example.com",
        changes: mail.variables)
      try await scene.deploy()
      let poll = try await scene.poll(changes: mail.variables)
      #expect(poll.status == 0, "\(poll.error)")
      let reasons = try poll.json()["notifications"].array.map { $0["reason"].string ?? "" }
      #expect(reasons.count == 3 && reasons.allSatisfy { $0.hasPrefix("250 OK id=") }, "\(reasons)")

      let messages = try await mail.messages(3)
      #expect(messages.count == 3)
      for message in messages {
        #expect(message["problems"].array.isEmpty, "\(message["problems"])")
        #expect(message["received"].string == "esmtpsa")
        #expect(message["sender"].string == "ci@example.com")
        #expect(
          message["recipients"].array.compactMap(\.string)
            == ["ada@example.com", "bob@example.com", "eve@example.com"])
        #expect(header("From", of: message) == "Deploy Bot <ci@example.com>")
        #expect(header("To", of: message) == "ada@example.com, Bob <bob@example.com>")
        #expect(header("Cc", of: message) == "eve@example.com")
        #expect(header("Auto-Submitted", of: message) == "auto-generated")
        #expect(header("Message-ID", of: message).hasPrefix("<cdn_"))
        #expect(message["type"].string == "multipart/alternative")
      }
      func message(_ words: String) -> JSON? {
        messages.first { header("Subject", of: $0).contains(words) }
      }
      func root(_ id: String) -> String { "<deployment.us-east-1.\(id)@example.com>" }
      let success = message("deployment to prod succeeded in 1m 35s")
      #expect(success?["text"].string?.contains("Deployed by: ada@example.com") == true)
      #expect(
        success?["html"].string?.contains("Faster carts &amp; &lt;b&gt;more&lt;/b&gt;") == true)
      #expect(header("References", of: success) == root(ChannelScene.succeeded))
      let failure = message("failed after")
      #expect(failure?["text"].string?.contains("Instances: 10/12, 1 failed, 1 skipped") == true)
      #expect(failure?["html"].string?.contains("✕") == false)
      #expect(failure?["html"].string?.contains("#cf222e") == true)
      #expect(header("References", of: failure) == root(ChannelScene.failed))
      let rollback = message("rollback to prod succeeded")
      #expect(
        rollback?["text"].string?.contains("Rollback: Rolls back \(ChannelScene.failed)") == true)
      #expect(
        header("References", of: rollback)
          == "\(root(ChannelScene.failed)) \(root(ChannelScene.rollback))")

      #expect(try await scene.poll(changes: mail.variables).status == 0)
      #expect(try await mail.messages(3).count == 3)
    }
  }

  @Test("Non-ASCII texts arrive unchanged, and line breaks add no header")
  func encoding() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      try await world.aws.applications(["checkout"])
      let title = String(repeating: "Größer und schöner 🚀 ", count: 6)
      let spec = "email,host=localhost,port=\(mail.tlsPort),security=tls,"
      let run = try await world.cdnotify(
        "register", "checkout", "--channel",
        spec + "from=Bjørn Ö <ci@example.com>,reply_to=Team – Ops <ops@example.com>,"
          + "to=ada@example.com,title=\(title)", changes: mail.variables)
      #expect(run.status == 0, "\(run.error)")
      try await world.aws.deploy(
        "checkout", #""description": "Grüße 🎉\r\nBcc: eve@example.com\r\n.\r\n<script>""#)
      let poll = try await world.cdnotify("poll", changes: mail.variables)
      #expect(poll.status == 0 && poll.error == "", "\(poll.error)")
      let message = try #require(try await mail.messages(1).first)
      #expect(message["problems"].array.isEmpty, "\(message["problems"])")
      #expect(message["received"].string == "esmtps")
      #expect(header("Subject", of: message) == title.trimmingCharacters(in: .whitespaces))
      #expect(header("From", of: message) == "Bjørn Ö <ci@example.com>")
      #expect(header("Reply-To", of: message) == "Team – Ops <ops@example.com>")
      #expect(message["recipients"].array.compactMap(\.string) == ["ada@example.com"])
      #expect(header("Bcc", of: message) == "")
      #expect(
        message["text"].string?.contains("Grüße 🎉 Bcc: eve@example.com . <script>") == true)
      for part in message["parts"].array {
        #expect(part["charset"].string == "utf-8")
        #expect(part["encoding"].string == "quoted-printable")
      }
    }
  }

  @Test("A refused recipient is reported, and the others get the mail once")
  func refusedRecipient() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel",
        mail.spec + ",to=ada@example.com,to=bob@example.com,to=eve@example.com",
        changes: mail.variables)
      try await mail.replies([
        "bob@example.com": "550 5.1.1 No such user", "eve@example.com": "451 4.7.1 Greylisted",
      ])
      try await world.aws.deploy("checkout")
      let first = try await world.cdnotify("poll", "--json", changes: mail.variables)
      #expect(first.status == 75, "\(first.error)")
      #expect(first.error.contains("eve@example.com (451 4.7.1 Greylisted)"), "\(first.error)")
      #expect(
        try await mail.messages(1).map { $0["recipients"].array.compactMap(\.string) }
          == [["ada@example.com"]])

      try await mail.replies(["bob@example.com": "550 5.1.1 No such user"])
      try await world.sql("UPDATE notification SET next_attempt_at = 0")
      let second = try await world.cdnotify("poll", "--json", changes: mail.variables)
      #expect(second.status == 0, "\(second.error)")
      let outcome = try second.json()["notifications"][0]
      #expect(outcome["outcome"].string == "sent")
      #expect(
        outcome["reason"].string?.hasPrefix("refused for bob@example.com (550 5.1.1 No such user)")
          == true, "\(outcome)")
      let messages = try await mail.messages(2)
      #expect(
        messages.map { $0["recipients"].array.compactMap(\.string) }
          == [["ada@example.com"], ["eve@example.com"]])
      #expect(Set(messages.map { header("Message-ID", of: $0) }).count == 1)
      #expect(Set(messages.map { header("To", of: $0) }).count == 1)
    }
  }

  @Test("A wrong password is refused, and never shown") func wrongPassword() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", mail.spec + ",to=ada@example.com",
        changes: mail.variables)
      try await world.aws.deploy("checkout")
      let changes = mail.variables.merging(["SMTP_PASSWORD": "wrong-hush"]) { $1 }
      let poll = try await world.cdnotify("poll", "--verbose", changes: changes)
      #expect(poll.status == 1)
      #expect(poll.error.contains("localhost refused the login: 535 "), "\(poll.error)")
      let encoded = Data("wrong-hush".utf8).base64EncodedString()
      for text in [poll.error, poll.output] {
        #expect(!text.contains("wrong-hush") && !text.contains(encoded))
      }
      #expect(try await mail.messages(0).isEmpty)
    }
  }

  @Test("A server gets mail only where its certificate is trusted")
  func untrustedServer() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      let spec = mail.spec + ",to=ada@example.com"
      let run = try await world.cdnotify(
        "test-channel", "--channel", spec,
        changes: ["SMTP_PASSWORD": mail.password, "CURL_CA_BUNDLE": ""])
      #expect(run.status == 1)
      #expect(run.error.contains("the certificate of localhost:\(mail.port) is not trusted"))
      #expect(try await mail.messages(0).isEmpty)
      let trusted = try await world.cdnotify(
        "test-channel", "--channel", spec, "--event", "failed", changes: mail.variables)
      #expect(trusted.status == 0, "\(trusted.error)")
      #expect(trusted.output.hasPrefix("ok      email  250 OK id="))
      let message = try await mail.messages(1).first
      #expect(header("Subject", of: message).hasPrefix("Test: checkout 0000000: deployment"))
      #expect(message?["problems"].array.isEmpty == true)
    }
  }

  @Test("A server's refusal of the message is reported") func refusedMessage() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      try await mail.replies(["message": "554 5.7.1 Looks like spam"])
      let run = try await world.cdnotify(
        "test-channel", "--channel", mail.spec + ",to=ada@example.com", changes: mail.variables)
      #expect(run.status == 1)
      #expect(run.error.contains("localhost refused the mail: 554 5.7.1 Looks like spam"))
      #expect(try await mail.messages(0).isEmpty)
    }
  }
}
