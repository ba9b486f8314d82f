import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// Bodies of the user's own: how values are filled in, and what is refused before sending.
@Suite struct WebhookBodyTests {
  private static let url = "https://hooks.example.com/in"

  private func request(
    _ settings: [String: [String]], _ message: ChannelMessage = Sample.message(),
    answering body: String = ""
  ) async throws -> HTTPRequest {
    let provider = Provider(bodies: [body])
    let channel = try channel("webhook", ["url": [Self.url]].merging(settings) { $1 })
    _ = try await channel.deliver(message, with: provider.services())
    return try #require(await provider.requests.first)
  }

  @Test("A JSON body stays JSON with any value") func json() async throws {
    let body = """
      {"text": "{{title}}", "more": "{{failure.log_tail}} {{{description}}} {{& description}}",
       "loud": "{{uppercased(description)}}", "n": {{epoch(created_at)}}}
      """
    let request = try await request(["request_body": [body]], Sample.hostileMessage)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
    let hostile = try #require(Sample.hostileMessage.notification.description)
    #expect(json["text"] as? String == Sample.hostileMessage.title.text)
    #expect((json["more"] as? String)?.hasSuffix(" \(hostile) \(hostile)") == true)
    #expect(json["loud"] as? String == hostile.uppercased())
    #expect(json["n"] as? Int == 1_799_999_700)
    #expect(request.headers.first == HTTPField("Content-Type", "application/json"))
  }

  @Test("A form's values end no field, and a text has no control characters")
  func formsAndTexts() async throws {
    let form = try await request(
      [
        "request_body": ["a={{application}}&b={{description}}"],
        "content_type": ["application/x-www-form-urlencoded"],
      ],
      Sample.message { $0.description = "x&b=y +%\nz" })
    #expect(String(decoding: form.body, as: UTF8.self) == "a=checkout&b=x%26b%3Dy%20%2B%25%0Az")
    let text = try await request(
      ["request_body": ["{{description}}!"], "content_type": ["text/plain; charset=utf-8"]],
      Sample.message { $0.description = "a\u{1b}b \"c\"" })
    #expect(String(decoding: text.body, as: UTF8.self) == "ab \"c\"!")
    #expect(text.headers.first == HTTPField("Content-Type", "text/plain; charset=utf-8"))
  }

  @Test("Of a log its end is filled in, in the story too") func logs() async throws {
    let message = Sample.message {
      $0.event = .failed
      $0.failure = DeploymentNotification.Failure(
        logTail: String(repeating: "x", count: 2_000) + "the error")
    }
    var told = message
    told.body.text = message.notification.story
    for (settings, count) in [([:], 1_500), (["log_limit": ["20"]], 20)] {
      let body = ["request_body": [#"["{{failure.log_tail}}", "{{body}}"]"#]]
      let request = try await request(body.merging(settings) { $1 }, told)
      let texts = try JSONDecoder().decode([String].self, from: Data(request.body))
      #expect(texts[0].count == count)
      #expect(texts.allSatisfy { $0.hasSuffix("the error") })
      #expect(texts[1].count < 500 + count)
    }
  }

  @Test("Addresses, header fields and secrets are filled in") func places() async throws {
    let settings = [
      "url": ["https://hooks.example.com/bot{{secret.token}}/{{id}}?q={{application}}"],
      "secret.token": ["12:a/b"], "header.Authorization": ["Bearer {{secret.token}}"],
      "method": ["PUT"], "request_body": [#"{"key": "{{secret.token}}"}"#],
    ]
    let request = try await request(settings, Sample.message { $0.application = "a b/../?&ü" })
    #expect(
      request.url
        == "https://hooks.example.com/bot12%3Aa%2Fb/key-1?q=a%20b%2F..%2F%3F%26%C3%BC")
    #expect(request.method == .put)
    #expect(request.headers.contains(HTTPField("Authorization", "Bearer 12:a/b")))
    #expect(String(decoding: request.body, as: UTF8.self) == #"{"key": "12:a/b"}"#)
  }

  @Test("A value of dots doesn't lead to another path", arguments: ["..", "."])
  func dots(value: String) async throws {
    for url in ["hooks/a/{{description}}", "hooks/{{description}}/b?x=1", "a/../b/{{description}}"]
    {
      let provider = Provider(bodies: [""])
      let channel = try channel("webhook", ["url": ["https://hooks.example.com/\(url)"]])
      let outcome = try await Outcome.of {
        try await channel.deliver(
          Sample.message { $0.description = value }, with: provider.services())
      }
      #expect(outcome.verdict == .refused)
      #expect(outcome.text.contains("would lead to another path"), "\(outcome.text)")
      #expect(await provider.requests.isEmpty)
    }
    let settings = ["url": ["https://hooks.example.com/a/../b/{{description}}?q=.."]]
    let request = try await request(settings, Sample.message { $0.description = "..a" })
    #expect(request.url == "https://hooks.example.com/a/../b/..a?q=..")
  }

  @Test("Two secrets sign twice") func rotation() async throws {
    let both = try await request(["secret": ["new", "old"]])
    let single = try await request(["secret": ["old"]])
    func signatures(_ request: HTTPRequest) -> [Substring] {
      request.headers.first { $0.name == "webhook-signature" }?.value.split(separator: " ") ?? []
    }
    #expect(signatures(both).count == 2)
    #expect(signatures(both).last == signatures(single).first)
  }

  @Test("A CloudEvent is in structured mode") func cloudEvents() async throws {
    let request = try await request(["format": ["cloudevents"]])
    #expect(
      request.headers.first
        == HTTPField("Content-Type", "application/cloudevents+json; charset=UTF-8"))
    let event = try #require(
      try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
    #expect(event["specversion"] as? String == "1.0")
    #expect(event["id"] as? String == "key-1")
    #expect(event["type"] as? String == "cdnotify.deployment.succeeded.v1")
    let source = try #require(event["source"] as? String)
    #expect(source.hasPrefix("urn:aws:codedeploy:eu-west-1:"))
    #expect(source.hasSuffix(":checkout/production"))
    #expect(event["subject"] as? String == "d-A1B2C3D4E")
    #expect(event["time"] as? String == Sample.notification().completedAt?.iso8601)
    #expect(event["datacontenttype"] as? String == "application/json")
    #expect((event["data"] as? [String: Any])?["application"] as? String == "checkout")
  }

  @Test("A notification that a template makes no JSON of is not sent") func lateProblem()
    async throws
  {
    let provider = Provider(bodies: [""])
    let body = #"{"at": {{epoch(completed_at)}}}"#
    let settings = ["url": [Self.url], "request_body": ["env:BODY"]]
    let values = SettingValues(settings, settings: WebhookChannel.settings)
    try WebhookChannel.checkAll(values)
    let channel = try WebhookChannel(
      settings: await values.resolved { $0 == "request_body" ? body : $1 })
    let outcome = try await Outcome.of {
      try await channel.deliver(
        Sample.message { $0.completedAt = nil }, with: provider.services())
    }
    #expect(outcome.verdict == .refused)
    #expect(outcome.text.contains("line 1, column 8"))
    #expect(await provider.requests.isEmpty)
  }

  @Test(
    "An answer means what ok_when says",
    arguments: [
      AnswerRow(200, #"{"ok":true}"#, nil),
      AnswerRow(200, #"{"ok":false,"why":"no chat"}"#, .refused, "/ok isn't true"),
      AnswerRow(200, #"{"ok":"true"}"#, nil), AnswerRow(200, #"{"ok":1}"#, .refused, "isn't true"),
      AnswerRow(
        200, #"{"status":"queued"}"#, .oddAnswer,
        #"answer has no /ok, which ok_when requires for a success: {"status":"queued"}"#),
      AnswerRow(
        200, "thanks", .oddAnswer, "answer is not JSON, so ok_when finds no /ok in it: thanks"),
      AnswerRow(
        200, "<!DOCTYPE html>", .oddAnswer, "answer is an HTML page: <!DOCTYPE html>"),
    ])
  func successRules(row: AnswerRow) async throws {
    try await row.check("webhook", ["url": [Self.url], "ok_when": ["/ok=true"]])
  }

  @Test("Pointers lead through lists and escaped names") func pointers() async throws {
    for (rule, answer) in [
      ("/a/1/b~1c=0", #"{"a":[1,{"b/c":0}]}"#), ("/code=0", #"{"code":0,"msg":"success"}"#),
      ("/x=null", #"{"x":null}"#), ("/s=a=b", #"{"s":"a=b"}"#),
    ] {
      try await AnswerRow(200, answer, nil).check(
        "webhook", ["url": [Self.url], "ok_when": [rule]])
    }
  }

  @Test("410 has failed, with the advice to unregister the channel") func gone() async throws {
    try await AnswerRow(
      410, "", .refused,
      "(the receiver wants no more notifications: unregister the channel, or give it another url)"
    )
    .check("webhook", ["url": [Self.url]])
  }
}
