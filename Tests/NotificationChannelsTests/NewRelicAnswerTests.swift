import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// NerdGraph's answers inside HTTP 200, the channel's settings, and REST v2.
@Suite struct NewRelicAnswerTests {
  private static let key = ChannelSample.key

  private func deliver(
    _ settings: [String: [String]], bodies: [String],
    _ message: ChannelMessage = Sample.message()
  ) async throws -> (outcome: Outcome, requests: [HTTPRequest]) {
    let provider = Provider(bodies: bodies)
    let channel = try channel("newrelic", settings)
    let outcome = try await Outcome.of {
      try await channel.deliver(message, with: provider.services())
    }
    return (outcome, await provider.requests)
  }

  @Test(
    "Errors inside HTTP 200 are told apart by their class",
    arguments: [
      (#"{"message":"bad name"}"#, .refused),
      (#"{"message":"bad name","extensions":{"errorClass":"INVALID_INPUT"}}"#, .refused),
      (#"{"message":"slow","extensions":{"errorClass":"TIMEOUT"}}"#, .tryAgain(after: nil)),
      (#"{"message":"x","extensions":{"errorClass":"TOO_MANY_REQUESTS"}}"#, .limited(after: nil)),
      (#"{"message":"x","extensions":{"errorClass":"SERVER_ERROR"}}"#, .tryAgain(after: nil)),
      (#"{"message":"x","extensions":{"code":"internal_server_error"}}"#, .tryAgain(after: nil)),
      (#"{"message":"x","extensions":{"error_code":"BAD_API_KEY"}}"#, .refused),
      (#"{"message":"a"},{"extensions":{"errorClass":"TIMEOUT"}}"#, .tryAgain(after: nil)),
      (#"{"extensions":7}"#, .refused), (#""text""#, .refused),
    ] as [(String, DeliveryFailure.Verdict)])
  func errors(errors: String, verdict: DeliveryFailure.Verdict) async throws {
    for data in [#""data":null,"#, "", #""data":{"changeTrackingCreateEvent":null},"#] {
      let (outcome, _) = try await deliver(
        ["entity_guid": ["G"], "api_key": [Self.key]], bodies: ["{\(data)\"errors\":[\(errors)]}"])
      #expect(outcome.verdict == verdict, "\(outcome)")
    }
  }

  @Test("A key that isn't accepted says what to do", arguments: [401, 403])
  func key(status: Int) async throws {
    let body = #"{"errors":[{"extensions":{"error_code":"BAD_API_KEY"},"message":"Bad API Key"}]}"#
    let provider = Provider([.success(HTTPResponse(status: status, body: Array(body.utf8)))])
    let channel = try channel("newrelic", ["entity_guid": ["G"], "api_key": [Self.key]])
    let outcome = try await Outcome.of {
      try await channel.deliver(Sample.message(), with: provider.services())
    }
    #expect(outcome.verdict == .refused)
    #expect(outcome.text.contains("check api_key"))
    let (inside, _) = try await deliver(
      ["entity_guid": ["G"], "api_key": [Self.key]], bodies: [body])
    #expect(inside.verdict == .refused && inside.text.contains("check api_key"))
  }

  @Test("An event that was made counts, whatever is said beside it") func partial() async throws {
    let body = """
      {"data":{"changeTrackingCreateEvent":{"changeTrackingEvent":{"changeTrackingId":"c-2"},
      "messages":["description was cut"]}},"errors":[{"message":"This field is deprecated!"}]}
      """
    let (outcome, _) = try await deliver(
      ["entity_guid": ["G"], "api_key": [Self.key]], bodies: [body])
    #expect(outcome == .sent("recorded as change event c-2"))
  }

  @Test("Messages without an event are a refusal") func messages() async throws {
    let body = """
      {"data":{"changeTrackingCreateEvent":{"changeTrackingEvent":null,
      "messages":["no such entity \(Self.key)"]}}}
      """
    let (outcome, _) = try await deliver(
      ["entity_guid": ["G"], "api_key": [Self.key]], bodies: [body])
    #expect(outcome == .failed(.refused, "New Relic refused: no such entity ********"))
  }

  @Test(
    "The region and base_url say where",
    arguments: [
      (["region": ["eu"]], "https://api.eu.newrelic.com/graphql"),
      (["base_url": ["http://127.0.0.1:8080"]], "http://127.0.0.1:8080/graphql"),
      (["base_url": ["https://proxy.example/nr//"]], "https://proxy.example/nr/graphql"),
    ] as [([String: [String]], String)])
  func address(settings: [String: [String]], url: String) async throws {
    let all = settings.merging(["entity_guid": ["G"], "api_key": [Self.key]]) { $1 }
    let (_, requests) = try await deliver(all, bodies: [ChannelSample.newRelicEvent])
    #expect(requests.map(\.url) == [url])
  }

  @Test(
    "Settings that don't go together are refused",
    arguments: [
      [:], ["application_name": "a", "entity_guid": "G"], ["application_name": ""],
      ["entity_guid": "G'"], ["entity_guid": ""], ["entity_guid": "G", "api": "rest-v2"],
      ["application_name": "a", "api": "rest-v2", "account_id": "1"],
      ["application_name": "a", "base_url": "nonsense"],
      ["application_name": "a", "base_url": "https://a.example/?q"],
      ["application_name": "a", "api_key": ""], ["application_name": "a", "region": "mars"],
      ["application_name": "a", "api": "soap"], ["application_name": "a", "account_id": "x"],
    ])
  func problems(settings: [String: String]) {
    let all = ["api_key": Self.key].merging(settings) { $1 }.mapValues { [$0] }
    #expect(throws: SettingProblem.self) { try channel("newrelic", all) }
  }

  @Test("A number without a bound above is asked for without one") func account() {
    let problem = #expect(throws: SettingProblem.self) {
      try channel("newrelic", ["entity_guid": ["G"], "api_key": ["k"], "account_id": ["x"]])
    }
    #expect(problem?.reason == "must be a whole number, 1 or more")
  }

  /// The body of a deployment for REST v2.
  private struct Record: Decodable, Equatable {
    var deployment: Deployment
    struct Deployment: Decodable, Equatable {
      var revision: String
      var changelog: String?
      var description: String
      var user: String?
    }
  }

  private static let legacy = [
    "application_name": ["Checkout & API"], "api_key": [key], "api": ["rest-v2"],
  ]

  @Test("REST v2: finds the application, then records the deployment") func rest() async throws {
    let applications = """
      {"applications":[{"id":6,"name":"Checkout & API (old)"},{"id":7,"name":"Checkout & API"}]}
      """
    let (outcome, requests) = try await deliver(
      Self.legacy, bodies: [applications, #"{"deployment":{"id":42,"revision":"0123456"}}"#])
    #expect(outcome == .sent("recorded as deployment 42"))
    #expect(requests.map(\.method) == [.get, .post])
    #expect(
      requests.map(\.url) == [
        """
        https://api.newrelic.com/v2/applications.json?filter%5Bname%5D=Checkout%20%26%20API
        """, "https://api.newrelic.com/v2/applications/7/deployments.json",
      ])
    #expect(requests[0].headers == [HTTPField("Api-Key", Self.key)])
    #expect(requests[0].body.isEmpty)
    #expect(
      requests[1].headers == [
        HTTPField("Content-Type", "application/json"), HTTPField("Api-Key", Self.key),
      ])
    let record = try JSONDecoder().decode(Record.self, from: Data(requests[1].body))
    #expect(
      record.deployment
        == Record.Deployment(
          revision: "0123456789abcdef0123456789abcdef01234567", changelog: "Faster carts",
          description: "checkout is live.\nIt took 4m.", user: "Ada"))
  }

  @Test(
    "REST v2: none or several applications are refused by name",
    arguments: [
      ("", "New Relic has no application 'Checkout & API'"),
      (
        #"{"id":6,"name":"Checkout"}"#,
        "New Relic has no application 'Checkout & API'; it has Checkout (6)"
      ),
      (
        #"{"id":6,"name":"Checkout & API"},{"id":7,"name":"Checkout & API"}"#,
        "New Relic has 2 applications 'Checkout & API'; it has Checkout & API (6), "
          + "Checkout & API (7)"
      ),
    ])
  func restMatches(list: String, text: String) async throws {
    let (outcome, requests) = try await deliver(
      Self.legacy, bodies: ["{\"applications\":[\(list)]}"])
    #expect(outcome == .failed(.refused, text))
    #expect(requests.count == 1)
  }
}
