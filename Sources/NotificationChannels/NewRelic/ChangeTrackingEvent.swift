import ChannelKit
import CodeDeployNotifications
import Foundation

/// A deployment event of change tracking
/// (https://docs.newrelic.com/docs/change-tracking/config/nerdgraph).
struct ChangeTrackingEvent: Encodable, Sendable {
  /// Events keep 4,096 characters of a text (the Event API's limits). One less is safe whether that
  /// includes an end or not.
  static let textLimit = 4_095
  /// In seconds. New Relic refuses a time more than 24 hours from its own; ten minutes are left for
  /// different clocks and slow requests.
  static let longestOffset: TimeInterval = 24 * 3600 - 600

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

  /// Written into the mutation as a literal, in this order.
  let customAttributes: [(name: String, value: String)]

  private enum CodingKeys: String, CodingKey {
    case entity, version, commit, changelog, deepLink, description, shortDescription, user
    case groupId, timestamp
  }

  init(_ message: ChannelMessage, entity guid: String, now: Date) {
    let notification = message.notification
    let occurred = notification.occurred(now: now)
    entity = "id = \(NerdGraph.quoted(guid))"
    // The version is mandatory. Without a revision it is the deployment's id, which everybody can
    // look up.
    version = Self.line(notification.revision?.label) ?? notification.deploymentID
    commit = Self.line(notification.revision?.commit)
    changelog = Self.text(notification.description ?? notification.compareURL)
    deepLink = Self.line(notification.consoleURL)
    description = Self.text(message.bodyText(within: Self.textLimit, .utf16))
    shortDescription = Self.line(message.title.text)
    user = Self.line(notification.deployer?.email ?? notification.deployer?.name)
    // Groups the events of one deployment, also of several applications.
    groupId = Self.line(notification.deploymentID)
    let offset = occurred.timeIntervalSince(now)
    let bounded = min(max(offset, -Self.longestOffset), Self.longestOffset)
    timestamp = Int((now.addingTimeInterval(bounded).timeIntervalSince1970 * 1000).rounded())
    customAttributes = [
      ("application", notification.application),
      ("deploymentGroup", notification.deploymentGroup),
      ("deploymentId", notification.deploymentID),
      ("event", notification.event.rawValue),
      ("status", notification.status.rawValue),
      ("region", notification.region),
      ("idempotencyId", notification.id),
      ("occurredAt", occurred.iso8601),
    ].compactMap { name, value in Self.line(value).map { (name, $0) } }
  }

  private static func line(_ text: String?) -> String? {
    text.map { $0.oneLine.cut(to: textLimit, .utf16) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func text(_ text: String?) -> String? {
    text.map { $0.cleaned.cut(to: textLimit, .utf16) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The mutation that records the event.
  ///
  /// Every text is a variable, except the custom attributes: their type is a free-form scalar that
  /// is documented only as a literal, and published clients disagree on whether a variable works.
  /// Variables for single fields also avoid the name of the input type, on which the clients
  /// disagree too.
  var mutation: String {
    get throws {
      """
      mutation($entity: String!, $version: String!, $commit: String, $changelog: String, \
      $deepLink: String, $description: String, $shortDescription: String, $user: String, \
      $groupId: String, $timestamp: EpochMilliseconds) { \
      changeTrackingCreateEvent(changeTrackingEvent: { \
      entitySearch: { query: $entity } \
      categoryAndTypeData: { kind: { category: "Deployment", type: "Basic" } \
      categoryFields: { deployment: { version: $version, commit: $commit, \
      changelog: $changelog, deepLink: $deepLink } } } \
      description: $description, shortDescription: $shortDescription, user: $user, \
      groupId: $groupId, timestamp: $timestamp, \
      customAttributes: { \(try attributesLiteral) } }) { \
      changeTrackingEvent { changeTrackingId } messages } }
      """
    }
  }

  /// A JSON string is also a GraphQL string: both have the same quotes and escapes.
  private var attributesLiteral: String {
    get throws {
      let encoder = JSONCoding.encoder()
      return try customAttributes.map { name, value in
        "\(name): \(String(decoding: try encoder.encode(value), as: UTF8.self))"
      }.joined(separator: ", ")
    }
  }
}

extension NerdGraph {
  private struct CreatedData: Decodable {
    var changeTrackingCreateEvent: Response?

    struct Response: Decodable {
      var changeTrackingEvent: Event?
      var messages: [String]?
    }

    struct Event: Decodable { var changeTrackingId: String? }
  }

  /// Records the event and returns its id in a sentence.
  func create(
    _ event: ChangeTrackingEvent, with services: ChannelServices
  ) async throws -> String {
    try await ask(event.mutation, variables: event, with: services) { (data: CreatedData) in
      guard let response = data.changeTrackingCreateEvent else { return nil }
      // The event exists, so it must not be created again, whatever errors came with it.
      if let event = response.changeTrackingEvent {
        guard let id = event.changeTrackingId else { return "recorded" }
        return "recorded as change event \(Redaction([key]).line(id))"
      }
      guard let messages = response.messages, !messages.isEmpty else { return nil }
      let text = Redaction([key]).line(messages.joined(separator: "; "))
      throw DeliveryFailure(.refused, "New Relic refused: \(text)")
    }
  }
}
