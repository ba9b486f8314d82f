import Foundation
import TestSupport

/// A channel with recognisable secrets, as `PlantedSecretTests`, `FaultyProviderTests` and
/// `SettingTests` register it. Every type that is documented has one.
struct PlantedChannel: Sendable {
  var type: String
  var others: [String] = []
  /// The settings with secrets: `SERVER` and `USER` stand for the server's address without and with
  /// a user, and `1` to `4` in braces for marks.
  var settings: [String: String]
  /// Settings that aren't secret as literals, but are as references.
  var isReferenced = false
  /// Whether it reaches its provider by HTTP, at `SERVER`.
  var isOverHTTP: Bool { settings.values.contains { $0.contains("SERVER") || $0.contains("USER") } }

  static let all = [
    PlantedChannel(
      type: "newrelic", others: ["entity_guid=MXxBUE18QVBQTElDQVRJT058MQ"],
      settings: ["api_key": "{1}", "base_url": "USER/nr"]),
    PlantedChannel(
      type: "hipchat", others: ["room=Releases"], settings: ["token": "{1}", "base_url": "USER/hc"]),
    PlantedChannel(type: "slack", settings: ["webhook_url": "USER/services/T0/{1}"]),
    PlantedChannel(
      type: "slack", others: ["channel=C024BE91L"],
      settings: ["token": "{1}", "base_url": "USER/sl"]),
    PlantedChannel(type: "teams", settings: ["webhook_url": "SERVER/workflows/{1}?sig={2}"]),
    PlantedChannel(
      type: "discord", settings: ["webhook_url": "SERVER/api/webhooks/1234567890/{1}"]),
    PlantedChannel(
      type: "googlechat",
      settings: ["webhook_url": "SERVER/v1/spaces/AAA/messages?key={1}&token={2}"]),
    PlantedChannel(type: "pagerduty", settings: ["routing_key": "{1}", "base_url": "USER/pd"]),
    PlantedChannel(type: "datadog", settings: ["api_key": "{1}", "base_url": "USER/dd"]),
    PlantedChannel(type: "grafana", settings: ["token": "{1}", "url": "USER/gf"]),
    PlantedChannel(
      type: "webhook",
      settings: ["url": "USER/hook/{1}?k={2}", "secret": "{3}", "header.X-Key": "Bearer {4}"]),
    PlantedChannel(
      type: "webhook",
      settings: ["url": "SERVER/hook", "header.Authorization": "Bearer {1}", "header.x": "{2}"]),
    PlantedChannel(
      type: "webhook",
      others: ["content_type=text/plain", "request_body=key {{secret.key}}"],
      settings: ["url": "USER/hook/{{secret.key}}", "secret.key": "{1}", "header.X-Key": "{2}"]),
    PlantedChannel(
      type: "github", others: ["repository=example/checkout"],
      settings: ["token": "{1}", "base_url": "USER/gh"]),
    PlantedChannel(
      type: "apprise", others: ["tags=team"], settings: ["key": "{1}", "base_url": "USER/ap"]),
    PlantedChannel(
      type: "sns",
      settings: ["topic_arn": "arn:aws:sns:us-east-1:123456789012:{1}"], isReferenced: true),
    PlantedChannel(
      type: "ses", others: ["to=ada@example.com"], settings: ["from": "{1}@example.com"],
      isReferenced: true),
    PlantedChannel(
      type: "exec", others: ["command=/bin/sh", "args=-c", "args=echo $0; echo $0 >&2; exit 1"],
      settings: ["args": "{1}"], isReferenced: true),
    PlantedChannel(
      type: "newrelic", others: ["application_name=Checkout"],
      settings: ["api_key": "{1}", "base_url": "USER/nr"]),
  ]

  /// The channels that reach a server by HTTP, as SPECs with names and literal values, and the
  /// marks in them.
  static func literals(_ server: String) -> (specs: [String], marks: [String]) {
    let planted = all.enumerated().filter(\.element.isOverHTTP).map { number, channel in
      let (settings, marks) = channel.planted(number, server)
      let fields = [channel.type, "name=channel\(number)"] + channel.others
      return (fields + settings.map { "\($0.key)=\($0.value)" }, marks)
    }
    return (planted.map { $0.0.joined(separator: ",") }, planted.flatMap(\.1))
  }

  /// The settings with marks in them, and these marks.
  func planted(
    _ number: Int, _ server: String
  ) -> (settings: [(key: String, value: String)], marks: [String]) {
    let user = Self.mark(9, of: number)
    var marks: Set<String> = []
    let settings = settings.sorted { $0.key < $1.key }.map { key, template in
      var value = template.replacing("SERVER", with: server).replacing(
        "USER", with: server.replacing("http://", with: "http://ada:\(user)@"))
      if value.contains(user) { marks.insert(user) }
      for place in 1...4 where value.contains("{\(place)}") {
        value = value.replacing("{\(place)}", with: Self.mark(place, of: number))
        marks.insert(Self.mark(place, of: number))
      }
      return (key: key, value: value)
    }
    return (settings, marks.sorted())
  }

  /// A mark that occurs in no other text: 32 letters and digits, which differ near both ends by the
  /// channel and the number.
  static func mark(_ number: Int, of channel: Int = 0) -> String {
    "Zq7pL9xWvK3m\(channel + 10)\(number)rBcD5fGh2JkN\(channel + 10)\(number)wY"
  }
}

/// What `docs/channels.md`, which is generated from the channels, says of their types. These tests
/// run the program and import none of its modules.
enum DocumentedChannels {
  /// Each type, with its secret settings and its servers.
  static func all() throws -> [(type: String, settings: [String])] {
    var found: [(type: String, settings: [String])] = []
    for line in try Project.read("docs/channels.md").split(separator: "\n") {
      if let heading = line.wholeMatch(of: /## ([a-z0-9_]+)/) {
        found.append((String(heading.1), []))
      }
      guard !found.isEmpty, line.hasPrefix("| `"),
        line.contains("*secret*") || line.hasPrefix("| `base_url`")
      else { continue }
      found[found.count - 1].settings.append(String(line.dropFirst(3).prefix { $0 != "`" }))
    }
    return found
  }
}
