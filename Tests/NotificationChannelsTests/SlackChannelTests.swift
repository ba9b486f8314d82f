import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct SlackChannelTests {
  static let webhook = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXX"
  static let app = ["token": ["xoxb-1"], "channel": ["C1"]]

  @Test("A webhook gets one post of JSON, without a secret in it") func request() async throws {
    let provider = Provider(bodies: ["ok"])
    let channel = try channel("slack", ["webhook_url": [Self.webhook]])
    #expect(try await channel.deliver(Sample.message(), with: provider.services()) == "ok")
    let requests = await provider.requests
    #expect(requests.count == 1)
    #expect(requests.first?.method == .post)
    #expect(requests.first?.url == Self.webhook)
    #expect(
      requests.first?.headers == [HTTPField("Content-Type", "application/json; charset=utf-8")])
  }

  @Test("An app posts with its token, and says which notification it is") func appRequest()
    async throws
  {
    let provider = Provider(bodies: [#"{"ok":true,"channel":"C1","ts":"1.1"}"#])
    let channel = try channel("slack", Self.app)
    #expect(
      try await channel.deliver(Sample.message(), with: provider.services()) == "posted in C1")
    let request = try #require(await provider.requests.first)
    #expect(request.url == "https://slack.com/api/chat.postMessage")
    #expect(
      request.headers == [
        HTTPField("Content-Type", "application/json; charset=utf-8"),
        HTTPField("Authorization", "Bearer xoxb-1"),
      ])
    let body = try SlackSent(request)
    #expect(body["channel"] as? String == "C1")
    #expect(body["parse"] as? String == "none")
    for name in ["link_names", "unfurl_links", "unfurl_media"] {
      #expect(body[name] as? Bool == false, "\(name)")
    }
    let metadata = body["metadata"] as? [String: Any]
    #expect(metadata?["event_type"] as? String == "cdnotify_deployment")
    #expect(
      metadata?["event_payload"] as? [String: String] == [
        "id": "key-1", "deployment_id": "d-A1B2C3D4E", "event": "succeeded",
      ])
  }

  @Test(
    "Refuses settings that don't belong together or can't be used",
    arguments: [
      ([:], nil), (["token": "xoxb-1"], "channel"), (["channel": "C1"], nil),
      (["base_url": "https://e.example"], nil),
      (["webhook_url": webhook, "token": "xoxb-1"], "token"),
      (["webhook_url": webhook, "channel": "C1"], "channel"),
      (["webhook_url": webhook, "base_url": "https://e.example"], "base_url"),
      (["webhook_url": "hooks.slack.com/services/T/B/X"], "webhook_url"),
      (["token": "xoxb 1", "channel": "C1"], "token"),
      (["token": "xoxb-1\r\nX: y", "channel": "C1"], "token"),
      (["token": "xoxb-1", "channel": "#"], "channel"),
      (["token": "xoxb-1", "channel": "the team"], "channel"),
      (["token": "xoxb-1", "channel": "C1", "base_url": "https://e.example?x"], "base_url"),
    ] as [([String: String], String?)])
  func problems(settings: [String: String], setting: String?) {
    let settings = settings.mapValues { [$0] }
    let error = #expect(throws: SettingProblem.self) { try channel("slack", settings) }
    #expect(error?.setting == setting)
    // The same check after references are resolved, which `check` hasn't seen.
    let values = SettingValues(settings, settings: SlackChannel.settings)
    #expect(throws: SettingProblem.self) {
      try SlackChannel.check(values)
      _ = try SlackChannel(settings: values)
    }
  }

  @Test("The mask for a registered webhook passes, to be replaced by it") func mask() throws {
    try SlackChannel.checkAll(SettingValues(["webhook_url": [Secret.mask]], settings: []))
  }

  @Test("Warns of what isn't a token of Slack's") func warnings() {
    func warnings(_ token: String) -> Int {
      SlackChannel.warnings(SettingValues(["token": [token]], settings: [])).count
    }
    #expect(warnings("abc") == 1)
    for good in ["xoxb-1", "xoxp-1", "env:SLACK_TOKEN", Secret.mask] {
      #expect(warnings(good) == 0)
    }
  }

  @Test(
    "A webhook's no says what to do",
    arguments: [
      (400, "invalid_payload", "template"), (403, "action_prohibited", "admin"),
      (403, "posting_to_general_channel_denied", "admin"), (404, "no_service", "create a new one"),
      (404, "channel_not_found", "check channel"), (410, "channel_is_archived", "unarchive"),
      (400, "too_many_attachments", "template"),
    ])
  func webhookErrors(status: Int, body: String, hint: String) async throws {
    let provider = Provider([.success(HTTPResponse(status: status, body: Array(body.utf8)))])
    let channel = try channel("slack", ["webhook_url": [Self.webhook]])
    let outcome = try await Outcome.of {
      try await channel.deliver(Sample.message(), with: provider.services())
    }
    #expect(outcome.verdict == .refused)
    #expect(outcome.text.hasPrefix("Slack answered \(status) ("), "\(outcome.text)")
    #expect(outcome.text.contains(hint) && outcome.text.hasSuffix(": \(body)"))
  }

  @Test(
    "What Slack says may pass is tried again",
    arguments: [
      "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
      "request_timeout", "team_added_to_org", "org_login_required",
    ])
  func transient(code: String) async throws {
    let body = Array(#"{"ok":false,"error":"\#(code)"}"#.utf8)
    for (headers, wait) in [([], nil), ([HTTPField("Retry-After", "30")], Duration.seconds(30))] {
      let provider = Provider([.success(HTTPResponse(status: 200, headers: headers, body: body))])
      let channel = try channel("slack", Self.app)
      let outcome = try await Outcome.of {
        try await channel.deliver(Sample.message(), with: provider.services())
      }
      let verdict: DeliveryFailure.Verdict =
        code.hasSuffix("limited") ? .limited(after: wait) : .tryAgain(after: wait)
      #expect(outcome == .failed(verdict, "Slack can't accept it now: \(code)"))
    }
  }

  @Test(
    "What won't pass is final, with what to do about it",
    arguments: [
      ("invalid_auth", "token"), ("not_authed", "token"), ("token_revoked", "token"),
      ("account_inactive", "token"), ("not_in_channel", "/invite"),
      ("channel_not_found", "/invite"), ("is_archived", "unarchive"),
      ("restricted_action", "admin"), ("msg_too_long", "template"),
      ("invalid_blocks", "template"), ("missing_scope", "chat:write"), ("no_such_word", ""),
    ])
  func final(code: String, hint: String) async throws {
    let body = #"{"ok":false,"error":"\#(code)","response_metadata":{"messages":["[ERROR] why"]}}"#
    let provider = Provider(bodies: [body])
    let channel = try channel("slack", Self.app)
    let outcome = try await Outcome.of {
      try await channel.deliver(Sample.message(), with: provider.services())
    }
    #expect(outcome.verdict == .refused)
    #expect(outcome.text.hasPrefix("Slack refused: \(code)"))
    #expect(
      (hint.isEmpty || outcome.text.contains(hint)) && outcome.text.hasSuffix(": [ERROR] why"))
  }

  @Test("A missing scope is named") func scope() async throws {
    let provider = Provider(
      bodies: [#"{"ok":false,"error":"missing_scope","needed":"chat:write.public","provided":""}"#])
    let channel = try channel("slack", Self.app)
    let outcome = try await Outcome.of {
      try await channel.deliver(Sample.message(), with: provider.services())
    }
    #expect(outcome.text.contains("add the scope chat:write.public to the app"))
  }
}

/// The members of a request's body.
struct SlackSent {
  let members: [String: Any]

  init(_ request: HTTPRequest) throws {
    members =
      try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any] ?? [:]
  }

  subscript(name: String) -> Any? { members[name] }

  /// The texts of its blocks, in reading order.
  var lines: [String] {
    let attachments = members["attachments"] as? [[String: Any]] ?? []
    let blocks =
      (members["blocks"] as? [[String: Any]] ?? [])
      + attachments.flatMap { $0["blocks"] as? [[String: Any]] ?? [] }
    return blocks.flatMap { block in
      let texts =
        [block["text"] as? [String: Any]].compactMap { $0 }
        + (block["fields"] as? [[String: Any]] ?? [])
        + (block["elements"] as? [[String: Any]] ?? [])
      return texts.compactMap { $0["text"] as? String }
    }
  }

  var color: String? { (members["attachments"] as? [[String: Any]])?.first?["color"] as? String }
}

extension ChannelSample {
  static let slack = [
    ChannelSample(
      label: "slack by webhook", type: "slack",
      settings: ["webhook_url": ["https://hooks.slack.com/services/T0AB/B0CD/s3cr3tHook"]],
      transport: .http(["ok"]), readsBody: true,
      secrets: [
        "https://hooks.slack.com/services/T0AB/B0CD/s3cr3tHook", "/services/T0AB/B0CD/s3cr3tHook",
        "s3cr3tHook",
      ]),
    ChannelSample(
      label: "slack as an app", type: "slack",
      settings: ["token": ["xoxb-123-s3cr3t"], "channel": ["C1"]],
      transport: .http([#"{"ok":true,"channel":"C1","ts":"1700000000.000100"}"#]),
      readsBody: true, secrets: ["xoxb-123-s3cr3t"], exchangesOfFailure: 2),
  ]
}

extension SlackSent {
  /// A request without a body.
  init() { members = [:] }
}
