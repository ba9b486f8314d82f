import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

extension ChannelSample {
  static let ses = [
    ChannelSample(
      label: "ses", type: "ses",
      settings: [
        "from": ["ci@example.com"], "to": ["ada@example.com"], "region": ["us-west-2"],
        "configuration_set": ["releases"],
      ],
      transport: .aws(#"{"MessageId":"m-1"}"#), readsBody: true)
  ]
}

@Suite struct SESChannelTests {
  private static let settings: [String: [String]] = [
    "from": ["Bot Ö <ci@example.com>"], "to": ["ada@example.com", "bob@example.com"],
  ]

  /// The call's body; the call itself is checked as well.
  private func body(
    _ changes: [String: [String]] = [:], region: String = "eu-west-1",
    message: ChannelMessage = Sample.message()
  ) async throws -> [String: Any] {
    let provider = Provider(aws: [.success(Array(#"{"MessageId":"m-1"}"#.utf8))])
    let channel = try channel("ses", Self.settings.merging(changes) { $1 })
    #expect(try await channel.deliver(message, with: provider.services()) == "sent as m-1")
    let call = try #require(await provider.calls.first)
    #expect(call.service == "email" && call.signingName == "ses" && call.region == region)
    guard case .rest("/v2/email/outbound-emails", let body) = call.form else {
      Issue.record("\(call.form)")
      return [:]
    }
    return try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
  }

  private func json(_ value: Any?) throws -> String {
    let data = try JSONSerialization.data(
      withJSONObject: value ?? [:], options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }

  @Test("Sends a simple message with headers that make a thread") func request() async throws {
    let body = try await body()
    #expect(
      body.keys.sorted() == ["Content", "Destination", "FromEmailAddress"])
    #expect(body["FromEmailAddress"] as? String == "=?utf-8?B?Qm90IMOW?= <ci@example.com>")
    #expect(
      try json(body["Destination"]) == #"{"ToAddresses":["ada@example.com","bob@example.com"]}"#)
    let simple = try #require((body["Content"] as? [String: Any])?["Simple"] as? [String: Any])
    #expect(
      try json(simple["Subject"]) == #"{"Charset":"UTF-8","Data":"checkout succeeded"}"#)
    let parts = try #require(simple["Body"] as? [String: [String: String]])
    #expect(parts["Text"] == ["Charset": "UTF-8", "Data": "checkout is live.\nIt took 4m."])
    #expect(parts["Html"]?["Data"]?.hasPrefix("<!DOCTYPE html>") == true)
    let headers = try #require(simple["Headers"] as? [[String: String]])
    #expect(
      headers.map { "\($0["Name"] ?? ""): \($0["Value"] ?? "")" } == [
        "In-Reply-To: <deployment.eu-west-1.d-A1B2C3D4E@example.com>",
        "References: <deployment.eu-west-1.d-A1B2C3D4E@example.com>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: OOF, AutoReply",
        "X-Cdnotify-ID: key-1",
      ])
  }

  @Test("Every setting has its place") func settings() async throws {
    let body = try await body(
      [
        "cc": ["eve@example.com"], "reply_to": ["Team <team@example.com>"],
        "region": ["us-west-2"], "configuration_set": ["releases"],
      ], region: "us-west-2")
    #expect(
      try json(body["Destination"]).hasPrefix(#"{"CcAddresses":["eve@example.com"],"ToAdd"#))
    #expect(body["ReplyToAddresses"] as? [String] == ["Team <team@example.com>"])
    #expect(body["ConfigurationSetName"] as? String == "releases")
  }

  @Test("Nothing in a deployment's texts makes a header") func hostile() async throws {
    let body = try await body(message: Sample.hostileMessage)
    let simple = try #require((body["Content"] as? [String: Any])?["Simple"] as? [String: Any])
    let subject = try #require((simple["Subject"] as? [String: String])?["Data"])
    #expect(!subject.unicodeScalars.contains { $0.value < 32 })
    for header in try #require(simple["Headers"] as? [[String: String]]) {
      #expect(header["Value"]?.utf8.allSatisfy { (0x20...0x7E).contains($0) } == true)
    }
  }

  @Test("The deployer is written to") func deployer() async throws {
    let provider = Provider(aws: [.success(Array(#"{"MessageId":"m-1"}"#.utf8))])
    let channel = try channel("ses", ["from": ["ci@example.com"], "to": ["deployer"]])
    _ = try await channel.deliver(
      Sample.message(), with: provider.services(deployer: { "ada@example.com" }))
    guard case .rest(_, let body) = try #require(await provider.calls.first).form else {
      Issue.record("SES was called in another way")
      return
    }
    #expect(String(decoding: body, as: UTF8.self).contains(#""ToAddresses":["ada@example.com"]"#))
  }

  @Test(
    "A pause may be lifted; what AWS doesn't take it won't take later",
    arguments: [
      ("SendingPausedException", DeliveryFailure.Verdict.tryAgain(after: nil)),
      ("MessageRejected", .refused), ("MailFromDomainNotVerifiedException", .refused),
      ("AccountSuspendedException", .refused), ("NotFoundException", .refused),
      ("BadRequestException", .refused),
    ])
  func refusals(code: String, verdict: DeliveryFailure.Verdict) async throws {
    let provider = Provider(aws: [.failure(AWSFailure(.refused, code: code, "AWS said \(code)"))])
    let channel = try channel("ses", Self.settings)
    let outcome = try await Outcome.of {
      try await channel.deliver(Sample.message(), with: provider.services())
    }
    #expect(outcome == .failed(verdict, "AWS said \(code)"))
  }

  @Test(
    "An answer without a message's name is none",
    arguments: ["{}", #"{"MessageId":""}"#, #"{"MessageId":7}"#])
  func nonsense(body: String) async throws {
    let provider = Provider(aws: [.success(Array(body.utf8))])
    let channel = try channel("ses", Self.settings)
    let outcome = try await Outcome.of {
      try await channel.deliver(Sample.message(), with: provider.services())
    }
    #expect(outcome == .failed(.oddAnswer, "SES's answer has no message id"))
  }

  @Test(
    "What can't work is refused when it is registered",
    arguments: [
      (["from": ["ci"]], "from"), (["region": ["Ireland!"]], "region"),
      (["configuration_set": ["a b"]], "configuration_set"),
      (["to": (1...51).map { "a\($0)@example.com" }], "to"),
    ] as [([String: [String]], String)])
  func problems(changes: [String: [String]], setting: String) {
    let values = SettingValues(
      Self.settings.merging(changes) { $1 }, settings: SESChannel.settings)
    let problem = #expect(throws: SettingProblem.self) { try SESChannel.checkAll(values) }
    #expect(problem?.setting == setting)
  }
}
