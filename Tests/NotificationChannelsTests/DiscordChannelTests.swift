import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct DiscordChannelTests {
  private static let token = "3d89bb7572e0fb30d8128367b3b1b44f-PEER_token"
  private static let url = "https://discord.com/api/webhooks/223704706495545344/\(token)"
  private static let posted = #"{"id":"1100000000000000001","type":0}"#

  private func post(_ message: ChannelMessage, url: String = url) async throws -> HTTPRequest {
    try await sent(
      "discord", ["webhook_url": [url]], message,
      answer: HTTPResponse(status: 200, body: Array(Self.posted.utf8)))
  }

  private static let console =
    "https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-A1B2C3D4E"
    + "?region=eu-west-1"

  private func payload(
    color: Int, title: String, description: String, instances: String, _ more: String = "",
    time: String = "2027-01-15T07:59:00Z"
  ) throws -> String {
    try normalized(
      """
      {"allowed_mentions": {"parse": []}, "embeds": [{
        "color": \(color), "title": "\(title)", "url": "\(Self.console)",
        "description": "\(description)", "timestamp": "\(time)",
        "footer": {"text": "AWS CodeDeploy"}, "fields": [
          {"name": "Version", "inline": true, "value": "[0123456](https://github.com/example/\
      checkout/commit/0123456789abcdef0123456789abcdef01234567)"},
          {"name": "Deployment group", "inline": true, "value": "production"},
          {"name": "Instances", "inline": true, "value": "\(instances)"},\(more)
          {"name": "Description", "inline": true, "value": "Faster carts"},
          {"name": "Deployment", "inline": true, "value": "[d-A1B2C3D4E](\(Self.console))"},
          {"name": "Region", "inline": true, "value": "eu-west-1"}]}]}
      """)
  }

  @Test("A success is an embed with its facts and links") func succeeded() async throws {
    let request = try await post(
      Sample.story { $0.compareURL = "https://github.com/example/checkout/compare/a...b" })
    #expect(request.method == .post)
    #expect(
      request.url
        == "https://discord.com/api/v10/webhooks/223704706495545344/\(Self.token)?wait=true")
    #expect(request.headers == [HTTPField("Content-Type", "application/json; charset=UTF-8")])
    let expected = try payload(
      color: 0x2DA44E, title: "checkout 0123456: deployment to production succeeded in 4m",
      description:
        "[Changes](https://github.com/example/checkout/compare/a...b) · [Console](\(Self.console))",
      instances: "12/12")
    #expect(try normalized(request.text) == expected)
  }

  @Test("A failure says why and shows the log") func failed() async throws {
    let request = try await post(try Sample.failed())
    let lines = [
      "**Why:** BeforeInstall failed on i-0abc, in scripts/stop.sh: ScriptFailed: exit code 1",
      #"**Why:** HEALTH\\_CONSTRAINTS: too many failed"#, "**Rollback:** Rolled back by d-NEXT",
      "[Console](\(Self.console))", "```", "LifecycleEvent - BeforeInstall",
      "  [stderr]no such_service", "```",
    ]
    let expected = try payload(
      color: 0xCF222E, title: "checkout 0123456: deployment to production failed after 4m",
      description: lines.joined(separator: #"\n"#), instances: "10/12, 1 failed, 1 skipped")
    #expect(try normalized(request.text) == expected)
  }

  @Test("A rollback says what it rolls back") func rollback() async throws {
    let expected = try payload(
      color: 0xBF8700, title: "checkout 0123456: rollback to production succeeded in 4m",
      description: "**Rollback:** Rolls back d-FAILED to 0123456 (It failed: rolled back)"
        + #"\n[Console](\#(Self.console))"#,
      instances: "12/12",
      #"{"name": "Started by", "inline": true, "value": "CodeDeploy, to roll back"},"#)
    #expect(try normalized(try await post(try Sample.rollback()).text) == expected)
  }

  @Test("A start is neither good nor bad, and dated by its beginning") func started() async throws {
    let text = try await post(try Sample.started()).text
    #expect(text.contains(#""color":\#(0x0969DA)"#))
    #expect(text.contains(#""timestamp":"2027-01-15T07:55:00Z""#))
    #expect(text.contains("deployment to production started"))
  }

  @Test("A template's markup is the user's, its values are escaped") func templates() async throws {
    let message = try Sample.templates(
      "discord", title: "**{{application}}** {{description}}",
      body: "Who: _{{deployer.name}}_\n> {{description}} [see]({{console_url}})",
      of: Sample.notification { $0.description = "[x](http://e.example) *b* @everyone" })
    let text = try await post(message).text
    let value = #"\\[x\\]\\(http:\\//e.example) \\*b\\* @\#u{200B}everyone"#
    #expect(text.contains(#""title":"**checkout** \#(value)""#))
    #expect(text.contains(#"Who: _Ada_\n> \#(value) [see](\#(Self.console))"#))
    #expect(!text.contains(#""fields""#))
    #expect(text.contains(#"[Console](\#(Self.console))"#))
  }

  @Test("Hostile text has no markup, mention or link") func hostile() async throws {
    let text = try await post(Sample.hostileMessage).text
    #expect(text.contains(#""allowed_mentions":{"parse":[]}"#))
    #expect(!text.contains("\u{202E}"))
    let outside = text.replacing(/```.*?```/, with: "")
    #expect(!outside.contains("@everyone") && !outside.contains("http://"))
    let texts = strings(in: text) { $0["value"] == nil ? "title" : "value" }
    #expect(texts.filter { $0.contains("alert(1)") }.count > 2)
    for text in texts where !text.hasPrefix("[d-A1B2C3D4E]") {
      let open = text.replacing(/\\./, with: "")
      #expect(!open.contains { "*`[]<~|_".contains($0) }, "\(text)")
    }
  }

  @Test(
    "A log can't end its block of code",
    arguments: ["```", "`", "``````x```", "a\n```\n@everyone", "\u{200B}```"])
  func block(log: String) async throws {
    let message = try Sample.story { notification in
      notification.event = .failed
      notification.failure = .init(logTail: log)
    }
    let text = try await post(message).text
    let description = try #require(strings(in: text) { _ in "description" }.first)
    let fences = description.ranges(of: "```")
    #expect(fences.count == 2, "\(description)")
    #expect(description.hasSuffix("\n```"))
  }

  @Test(
    "However long its texts, an embed fits and keeps what matters",
    arguments: ["a", "*", "é\"", "🚀"])
  func limits(text: String) async throws {
    let request = try await post(try Sample.endless(text))
    let embed = try #require(
      try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
    let first = try #require((embed["embeds"] as? [[String: Any]])?.first)
    let title = try #require(first["title"] as? String)
    let description = try #require(first["description"] as? String)
    let values = strings(in: request.text) { _ in "value" }
    let names = strings(in: request.text) { _ in "name" }
    #expect(title.utf16.count <= 256 && title.hasPrefix("checkout 0123456: "))
    #expect(description.utf16.count <= 4096)
    #expect(values.allSatisfy { $0.utf16.count <= 1024 && !$0.isEmpty })
    let all = [title, description, "AWS CodeDeploy"] + values + names
    #expect(all.reduce(0) { $0 + $1.utf16.count } <= 6000)
    #expect(description.contains("the nearest cause"))
    #expect(description.contains("[Console]("))
  }

  @Test("More facts than an embed has fields are told together in the last one")
  func manyFacts() async throws {
    for count in [16, 17, 200] {
      let labels = (0..<count).map { ("label\(1000 + $0)", "value_\($0)") }
      let request = try await post(
        Sample.failedMessage { $0.labels = Dictionary(uniqueKeysWithValues: labels) })
      let names = strings(in: request.text) { _ in "name" }
      let values = strings(in: request.text) { _ in "value" }
      #expect(values.count <= 25)
      #expect(values.allSatisfy { $0.utf16.count <= 1024 })
      let isShown = names.contains("label1015") || values.contains { $0.contains("label1015: ") }
      #expect(isShown, "\(request.text)")
      #expect(names.contains("More") == (count > 20))
    }
  }

  @Test("A log alone is cut at its beginning, and only as far as it must") func logLimit()
    async throws
  {
    func description(_ count: Int) async throws -> String {
      let message = try Sample.story { notification in
        notification.event = .failed
        notification.failure = .init(
          logTail: "first\n" + String(repeating: "x", count: count) + "\nlast")
      }
      let text = try await post(message).text
      #expect(text.contains("Faster carts"))
      return strings(in: text) { _ in "description" }[0]
    }
    let short = try await description(3000)
    #expect(short.contains("first") && short.hasSuffix("\nlast\n```"))
    let long = try await description(9000)
    #expect((4090...4096).contains(long.utf16.count))
    #expect(!long.contains("first") && long.hasSuffix("\nlast\n```"))
  }

  @Test(
    "The address keeps its query and names a version",
    arguments: [
      ("/api/webhooks/1/\(token)", "/api/v10/webhooks/1/\(token)?wait=true"),
      ("/api/v9/webhooks/1/\(token)", "/api/v9/webhooks/1/\(token)?wait=true"),
      ("/api/v6/webhooks/1/\(token)/", "/api/v10/webhooks/1/\(token)?wait=true"),
      (
        "/api/webhooks/1/\(token)?thread_id=42&wait=false#x",
        "/api/v10/webhooks/1/\(token)?thread_id=42&wait=true"
      ),
    ])
  func addresses(path: String, expected: String) async throws {
    let request = try await post(Sample.message(), url: "https://discord.com\(path)")
    #expect(request.url == "https://discord.com\(expected)")
  }

  @Test(
    "An address that can't take embeds is refused",
    arguments: ["/slack", "/github", "/messages/1", "?x#"])
  func problems(end: String) {
    let url = end == "?x#" ? "https://discord.com/channels/1/2?x" : Self.url + end
    let problem = #expect(throws: SettingProblem.self) {
      try channel("discord", ["webhook_url": [url]])
    }
    #expect(problem?.description.contains(Self.token) == false)
  }

  @Test(
    "What an answer means",
    arguments: [
      AnswerRow(200, posted, nil, "posted as 1100000000000000001"),
      AnswerRow(204, "", nil), AnswerRow(200, "[]", .oddAnswer),
      AnswerRow(
        404, #"{"message":"Unknown Webhook","code":10015}"#, .refused,
        "404 (check whether the webhook was deleted): Unknown Webhook (10015)"),
      AnswerRow(
        401, #"{"message":"Invalid Webhook Token","code":50027}"#, .refused,
        "Invalid Webhook Token (50027)"),
      AnswerRow(
        400,
        #"{"code":50035,"message":"Invalid Form Body","errors":{"embeds":{"0":{"title":{"_errors":"#
          + #"[{"code":"BASE_TYPE_MAX_LENGTH","message":"Must be 256 or fewer in length."}]},"#
          + #""fields":{"3":{"value":{"_errors":[{"message":"This field is required"}]}}}}}}}"#,
        .refused,
        "Invalid Form Body (50035); embeds.0.fields.3.value: This field is required; "
          + "embeds.0.title: Must be 256 or fewer in length."),
      AnswerRow(
        429, #"{"message":"You are being rate limited.","retry_after":64.57,"global":false}"#,
        .limited(after: .seconds(65)), "You are being rate limited."),
      AnswerRow(
        429, #"{"message":"You are being rate limited.","retry_after":2}"#,
        .limited(after: .seconds(2))),
      AnswerRow(
        429, #"{"message":"You are being rate limited.","retry_after":0.3}"#,
        .limited(after: .seconds(1)), headers: [HTTPField("Retry-After", "9")]),
      AnswerRow(
        429, "<html>", .limited(after: .seconds(9)),
        headers: [HTTPField("Retry-After", "9"), HTTPField("X-RateLimit-Reset-After", "3")]),
      AnswerRow(
        429, "<html>", .limited(after: .seconds(3)),
        headers: [HTTPField("X-RateLimit-Reset-After", "2.4")]),
    ])
  func answers(row: AnswerRow) async throws {
    try await row.check("discord", ["webhook_url": [Self.url]])
  }
}

extension ChannelSample {
  static let discord = [
    ChannelSample(
      label: "discord", type: "discord",
      settings: ["webhook_url": ["https://discord.com/api/webhooks/1/Short-token_1?thread_id=4"]],
      transport: .http([#"{"id":"1","type":0}"#]), readsBody: true, secrets: ["Short-token_1"])
  ]
}
