import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct NewRelicChannelTests {
  private static let byName = [
    "application_name": ["Checkout API"], "api_key": [ChannelSample.key],
  ]
  private static let byGUID = ["entity_guid": ["MXxBUE18MQ=="], "api_key": [ChannelSample.key]]

  /// A GraphQL request's body.
  private struct Question<Variables: Decodable>: Decodable {
    var query: String
    var variables: Variables
  }

  private struct Search: Decodable, Equatable {
    var query: String
  }

  /// Every variable of the mutation.
  private struct Event: Decodable, Equatable {
    var entity: String
    var version: String
    var commit: String?
    var changelog: String?
    var deepLink: String?
    var description: String?
    var shortDescription: String?
    var user: String?
    var groupId: String?
    var timestamp: Int
  }

  private func deliver(
    _ settings: [String: [String]], _ message: ChannelMessage = Sample.message(),
    bodies: [String] = [ChannelSample.newRelicEvent], now: Date = Sample.now
  ) async throws -> (outcome: Outcome, requests: [HTTPRequest]) {
    let provider = Provider(bodies: bodies)
    let channel = try channel("newrelic", settings)
    let outcome = try await Outcome.of {
      try await channel.deliver(message, with: provider.services(now: now))
    }
    return (outcome, await provider.requests)
  }

  private func event(
    _ message: ChannelMessage = Sample.message(), now: Date = Sample.now
  ) async throws -> (query: String, event: Event) {
    let (outcome, requests) = try await deliver(Self.byGUID, message, now: now)
    #expect(outcome == .sent("recorded as change event c-1"))
    let request = try #require(requests.first)
    let question = try JSONDecoder().decode(Question<Event>.self, from: Data(request.body))
    return (question.query, question.variables)
  }

  @Test("Looks the application up, then marks exactly that entity") func byName() async throws {
    let (outcome, requests) = try await deliver(
      Self.byName, bodies: [ChannelSample.newRelicEntities, ChannelSample.newRelicEvent])
    #expect(outcome == .sent("recorded as change event c-1"))
    #expect(requests.count == 2)
    for request in requests {
      #expect(request.method == .post)
      #expect(request.url == "https://api.newrelic.com/graphql")
      #expect(
        request.headers == [
          HTTPField("Content-Type", "application/json"),
          HTTPField("Api-Key", ChannelSample.key),
        ])
    }
    let search = try JSONDecoder().decode(Question<Search>.self, from: Data(requests[0].body))
    #expect(
      search.query == """
        query($query: String!) { actor { entitySearch(query: $query) { \
        count results { entities { guid name accountId } } } } }
        """)
    #expect(
      search.variables.query
        == "name = 'Checkout API' AND domain = 'APM' AND type = 'APPLICATION'")
    let event = try JSONDecoder().decode(Question<Event>.self, from: Data(requests[1].body))
    #expect(event.variables.entity == "id = 'MXxBUE18MQ'")
  }

  @Test("Tells everything about the deployment") func everything() async throws {
    let (query, event) = try await event()
    #expect(
      event
        == Event(
          entity: "id = 'MXxBUE18MQ=='", version: "0123456",
          commit: "0123456789abcdef0123456789abcdef01234567", changelog: "Faster carts",
          deepLink: """
            https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/\
            d-A1B2C3D4E?region=eu-west-1
            """,
          description: "checkout is live.\nIt took 4m.", shortDescription: "checkout succeeded",
          user: "ada@example.com", groupId: "d-A1B2C3D4E", timestamp: 1_799_999_940_000))
    #expect(
      query == """
        mutation($entity: String!, $version: String!, $commit: String, $changelog: String, \
        $deepLink: String, $description: String, $shortDescription: String, $user: String, \
        $groupId: String, $timestamp: EpochMilliseconds) { \
        changeTrackingCreateEvent(changeTrackingEvent: { entitySearch: { query: $entity } \
        categoryAndTypeData: { kind: { category: "Deployment", type: "Basic" } \
        categoryFields: { deployment: { version: $version, commit: $commit, \
        changelog: $changelog, deepLink: $deepLink } } } description: $description, \
        shortDescription: $shortDescription, user: $user, groupId: $groupId, \
        timestamp: $timestamp, customAttributes: { application: "checkout", \
        deploymentGroup: "production", deploymentId: "d-A1B2C3D4E", event: "succeeded", \
        status: "Succeeded", region: "eu-west-1", idempotencyId: "key-1", \
        occurredAt: "2027-01-15T07:59:00Z" } }) { \
        changeTrackingEvent { changeTrackingId } messages } }
        """)
  }

  @Test("What is unknown is left out, but a version is always there") func sparse() async throws {
    let (query, event) = try await event(
      Sample.message(title: "", body: "") {
        $0.revision = nil
        $0.description = nil
        $0.deployer = nil
        $0.deploymentGroup = nil
        $0.consoleURL = nil
        $0.completedAt = nil
      })
    #expect(
      event
        == Event(
          entity: "id = 'MXxBUE18MQ=='", version: "d-A1B2C3D4E", groupId: "d-A1B2C3D4E",
          timestamp: 1_800_000_000_000))
    #expect(!query.contains("deploymentGroup"))
  }

  @Test(
    "A time that New Relic would refuse is moved, and the true one kept",
    arguments: [
      (-60.0, -60.0), (-86_000, -85_800), (-864_000, -85_800), (864_000, 85_800),
    ])
  func clamped(offset: Double, expected: Double) async throws {
    let (query, event) = try await event(
      Sample.message { $0.completedAt = Sample.now.addingTimeInterval(offset) })
    #expect(event.timestamp == (1_800_000_000 + Int(expected)) * 1000)
    let truth = Sample.now.addingTimeInterval(offset).iso8601
    #expect(query.contains("occurredAt: \"\(truth)\""))
  }

  @Test("Hostile text stays text") func hostile() async throws {
    let name = #"O'Brien's "app" \"#
    let entities = """
      {"data":{"actor":{"entitySearch":{"results":{"entities":[
      {"guid":"G","name":\(EchoedSecret.quoted(name)),"accountId":1}]}}}}}
      """
    let message = Sample.message(
      title: "line\u{1b}[31m\nbreak 🚀", body: String(repeating: "log\u{0}\n", count: 80_000)
    ) {
      $0.application = "\u{1b}\(name)\n🚀"
      $0.description = String(repeating: "👩‍👩‍👧", count: 2000)
    }
    let (outcome, requests) = try await deliver(
      ["application_name": [name], "api_key": ["k"], "account_id": ["12"]], message,
      bodies: [entities, ChannelSample.newRelicEvent])
    #expect(outcome.verdict == nil)
    let search = try JSONDecoder().decode(Question<Search>.self, from: Data(requests[0].body))
    #expect(
      search.variables.query == #"name = 'O\'Brien\'s "app" \\' AND domain = 'APM'"#
        + " AND type = 'APPLICATION' AND accountId = 12")
    let question = try JSONDecoder().decode(Question<Event>.self, from: Data(requests[1].body))
    #expect(question.query.contains(#"application: "O'Brien's \"app\" \\ 🚀", deploymentGroup"#))
    let event = question.variables
    #expect(event.shortDescription == "line break 🚀")
    #expect(event.description?.utf16.count == 4095)
    #expect(event.description?.hasPrefix("log\nlog\n") == true)
    #expect((4080...4095).contains(event.changelog?.utf16.count ?? 0))
  }

  @Test(
    "None or several applications are refused by name",
    arguments: [
      ([], "New Relic has no APM application 'Checkout API'"),
      (
        [("checkout api", 1)],
        "New Relic has no APM application 'Checkout API'; it has checkout api (account 1)"
      ),
      (
        [("Checkout API", 1), ("Checkout API", 2), ("checkout API", 3)],
        "New Relic has 2 APM applications 'Checkout API': Checkout API (account 1), "
          + "Checkout API (account 2); set account_id or entity_guid"
      ),
    ] as [([(String, Int)], String)])
  func matches(entities: [(String, Int)], text: String) async throws {
    let list = entities.map { #"{"guid":"G\#($1)","name":"\#($0)","accountId":\#($1)}"# }
    let body = """
      {"data":{"actor":{"entitySearch":{"results":{"entities":[\(list.joined(separator: ","))]}}}}}
      """
    let (outcome, requests) = try await deliver(Self.byName, bodies: [body])
    #expect(outcome == .failed(.refused, text))
    #expect(requests.count == 1)
  }

  @Test("Another spelling beside the right one does no harm") func oneExact() async throws {
    let body = """
      {"data":{"actor":{"entitySearch":{"results":{"entities":[null,
      {"guid":"A","name":"checkout api"},{"guid":"B","name":"Checkout API"}]}}}}}
      """
    let (outcome, requests) = try await deliver(
      Self.byName, bodies: [body, ChannelSample.newRelicEvent])
    #expect(outcome.verdict == nil)
    let event = try JSONDecoder().decode(Question<Event>.self, from: Data(requests[1].body))
    #expect(event.variables.entity == "id = 'B'")
  }
}

extension EchoedSecret {
  static func quoted(_ text: String) -> String { "\"\(json(text))\"" }
}

extension ChannelSample {
  static let newRelic = [
    ChannelSample(
      label: "newrelic by name", type: "newrelic",
      settings: ["application_name": ["Checkout API"], "api_key": [key]],
      transport: .http([newRelicEntities, newRelicEvent]), readsBody: true, secrets: [key]),
    ChannelSample(
      label: "newrelic by GUID", type: "newrelic",
      settings: ["entity_guid": ["MXxBUE18MQ"], "api_key": [key]],
      transport: .http([newRelicEvent]), readsBody: true, secrets: [key]),
    ChannelSample(
      label: "newrelic by REST v2", type: "newrelic",
      settings: ["application_name": ["Checkout API"], "api_key": [key], "api": ["rest-v2"]],
      transport: .http([
        #"{"applications":[{"id":7,"name":"Checkout API"}]}"#, #"{"deployment":{"id":42}}"#,
      ]), readsBody: true, secrets: [key]),
  ]

  static let key = "NRAK-0123456789ABCDEF0123456789A"
  static let newRelicEntities = """
    {"data":{"actor":{"entitySearch":{"count":1,"results":{"entities":[
    {"guid":"MXxBUE18MQ","name":"Checkout API","accountId":1}]}}}}}
    """
  static let newRelicEvent = """
    {"data":{"changeTrackingCreateEvent":{"changeTrackingEvent":{"changeTrackingId":"c-1"},
    "messages":[]}}}
    """
}
