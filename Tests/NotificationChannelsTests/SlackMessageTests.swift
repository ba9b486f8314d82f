import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct SlackMessageTests {
  /// The body that a webhook is sent, decoded.
  private func sent(_ message: ChannelMessage) async throws -> SlackSent {
    let provider = Provider(bodies: ["ok"])
    let channel = try channel("slack", ["webhook_url": [SlackChannelTests.webhook]])
    _ = try await channel.deliver(message, with: provider.services())
    return try SlackSent(try #require(await provider.requests.first))
  }

  private func message(
    title: String? = nil, body: String? = nil,
    _ change: (inout DeploymentNotification) -> Void = { _ in }
  ) throws -> ChannelMessage {
    let templates = ChannelConfiguration(
      type: "slack", name: "slack", title: title, body: body)
    return try ChannelMessage(
      Sample.notification(change), templates: templates, escaping: SlackChannel.escape)
  }

  private static let failure = DeploymentNotification.Failure(
    target: "i-0abc", lifecycleEvent: "BeforeInstall", errorCode: "ScriptFailed",
    script: "scripts/stop_all.sh", message: "exit code 1",
    logTail: "[stderr]stopping <all>\n[stderr]no such service\n")

  private func fail(_ notification: inout DeploymentNotification) {
    notification.event = .failed
    notification.status = .failed
    notification.failure = Self.failure
    notification.error = .init(code: "HEALTH_CONSTRAINTS", message: "too many failed")
  }

  @Test("The request of each kind, to the letter", arguments: SlackGolden.all)
  func golden(_ golden: SlackGolden) async throws {
    let message = try message { notification in
      switch golden.name {
      case "failed": fail(&notification)
      case "started":
        notification.event = .started
        notification.status = .inProgress
        notification.startedAt = Sample.now.addingTimeInterval(-290)
        notification.completedAt = nil
        notification.durationSeconds = nil
      case "rollback":
        notification.creator = "codeDeployRollback"
        notification.deployer = nil
        notification.description = nil
        notification.rollback = .init(triggeredBy: "d-0", message: "d-0 failed: rolled back")
      default:
        notification.overview = .init(succeeded: 12)
        notification.compareURL = "https://github.com/example/checkout/compare/a...b"
      }
    }
    let text = try canonical(try await sent(message).members)
    let members = try JSONSerialization.jsonObject(with: Data(golden.json.utf8))
    #expect(try text == canonical(members), "\(text)")
  }

  @Test("A label stands among the fields, whatever it is named")
  func labels() async throws {
    let message = try message { $0.labels = ["Region": "north", "Description": "of a team"] }
    let sent = try await sent(message)
    #expect(sent.lines.contains("*Region*\nnorth"))
    #expect(sent.lines.contains("*Description*\nof a team"))
  }

  @Test("More labels than a section has fields stand in another one")
  func manyLabels() async throws {
    let labels = (0..<14).map { ("label\(10 + $0)", "value \($0)") }
    let sent = try await sent(
      message { $0.labels = Dictionary(uniqueKeysWithValues: labels) })
    for (name, value) in labels { #expect(sent.lines.contains("*\(name)*\n\(value)")) }
  }

  private func canonical(_ value: Any) throws -> String {
    let data = try JSONSerialization.data(
      withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }

  @Test("The bar's colour and the symbol tell the news") func tones() async throws {
    let rows: [(DeploymentEvent, Bool, String, Character)] = [
      (.succeeded, false, "#2eb67d", "✅"), (.failed, false, "#e01e5a", "❌"),
      (.stopped, false, "#ecb22e", "⚠️"), (.started, false, "#36c5f0", "🚀"),
      (.ready, false, "#36c5f0", "🚦"), (.succeeded, true, "#ecb22e", "⏪"),
      (.failed, true, "#e01e5a", "❌"), (.started, true, "#36c5f0", "⏪"),
    ]
    for (event, isRollback, color, icon) in rows {
      let sent = try await sent(
        message {
          $0.event = event
          if isRollback { $0.rollback = .init(triggeredBy: "d-0") }
        })
      #expect(sent.color == color)
      #expect((sent["text"] as? String)?.first == icon)
      #expect(sent.lines.first?.first == icon)
    }
  }

  @Test("Templates take the place of headline and story; colour and links stay")
  func templates() async throws {
    let sent = try await sent(
      message(
        title: "*{{application}}* {{description}}", body: "`{{deployment_id}}` <!here>"
      ) {
        fail(&$0)
        $0.description = "<!channel> *x*"
      })
    #expect(sent["text"] as? String == "*checkout* &lt;!channel&gt; ∗x∗")
    #expect(sent.lines.prefix(2) == ["*checkout* &lt;!channel&gt; ∗x∗", "`d-A1B2C3D4E` <!here>"])
    #expect(sent.lines.count == 3)
    #expect(sent.lines.last?.hasSuffix("|Console>") == true)
    #expect(sent.color == "#e01e5a")
    // Templates with empty results give way to the standard words.
    let empty = try await self.sent(message(title: "{{nothing}}", body: " "))
    #expect(
      empty.lines.prefix(2) == [
        "✅ checkout 0123456: deployment to production succeeded in 4m", "> Faster carts",
      ])
  }

  @Test("Nothing that somebody wrote has an effect", arguments: [true, false])
  func hostile(isApp: Bool) async throws {
    let provider = Provider(bodies: [isApp ? #"{"ok":true,"channel":"C1","ts":"1.1"}"# : "ok"])
    let settings = isApp ? SlackChannelTests.app : ["webhook_url": [SlackChannelTests.webhook]]
    let channel = try channel("slack", settings)
    _ = try await channel.deliver(Sample.hostileMessage, with: provider.services())
    let requests = await provider.requests
    #expect(requests.count == (isApp ? 2 : 1))
    for request in requests {
      let sent = try SlackSent(request)
      for line in sent.lines + [sent["text"] as? String ?? ""] {
        // The remaining text in < > is the program's own.
        for control in line.matches(of: /<[^>]*>/).map({ String($0.0) }) {
          let isOurs = control.hasPrefix("<https://") || control.hasPrefix("<!date^")
          #expect(isOurs, "\(control)")
        }
        let isCode = line.contains("```")
        #expect(line.ranges(of: "```").count == (isCode ? 2 : 0))
        #expect(!isCode || line.hasSuffix("\n```"))
        guard !isCode, line != sent.lines.first || sent["thread_ts"] != nil else { continue }
        for mark in ["*b*", "_i_", "`x`"] { #expect(!line.contains(mark), "\(line)") }
      }
    }
  }

  @Test("What is longer than Slack takes is cut, and what matters stays") func limits()
    async throws
  {
    let long = String(repeating: "<&> long ", count: 2000)
    let sent = try await sent(
      message {
        fail(&$0)
        $0.application = "shop" + long
        $0.deploymentGroup = long
        $0.description = long
        $0.revision = Revision(type: "S3", bucket: long, key: "app\(long).zip")
        $0.failure?.message = long
        $0.failure?.logTail = long + "\nthe last line\n"
        $0.error?.message = long
      })
    let blocks =
      (sent["attachments"] as? [[String: Any]])?.first?["blocks"] as? [[String: Any]] ?? []
    for block in blocks {
      let text = (block["text"] as? [String: Any])?["text"] as? String ?? ""
      #expect(text.utf16.count <= 3000)
      for field in block["fields"] as? [[String: Any]] ?? [] {
        #expect((field["text"] as? String ?? "").utf16.count <= 2000)
      }
    }
    #expect(sent.lines[0].hasPrefix("❌ shop&lt;&amp;&gt; long"))
    #expect(sent.lines[0].utf16.count <= 150)
    #expect((sent["text"] as? String ?? "").utf16.count <= 4000)
    #expect(sent.lines[1].hasPrefix("BeforeInstall failed on i-0abc, in scripts/stop_all.sh: "))
    #expect(sent.lines.contains { $0.hasSuffix("\nthe last line\n```") })
    #expect(sent.lines.contains { $0.hasSuffix("|Console>") })
    // The cut isn't within an escape.
    for line in sent.lines { #expect(line.matches(of: /&(?!amp;|lt;|gt;)/).isEmpty) }
  }

  @Test("A log that just fits is whole") func wholeLog() async throws {
    let log = String(repeating: "x", count: 2968)
    let lines = try await sent(
      message {
        fail(&$0)
        $0.failure?.logTail = log
      }
    ).lines
    #expect(lines.contains("*Last lines of the log*\n```\n\(log)\n```"))
  }
}
