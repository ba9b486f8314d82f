/// The sink's Slack: how a channel reaches it, and what people in the channel see.
enum SlackSink {
  static let token = "xoxb-peer-0123456789-abcdefghijklmnop"
  static let webhook = "/services/T00000001/B00000001/peerpeerpeerpeerpeerpeer"

  /// Where `app(_:)` finds the token.
  static let secret = ["SLACK_TOKEN": token]

  /// A channel that is an app with a token.
  static func app(_ world: World) -> String {
    "slack,token=env:SLACK_TOKEN,channel=#deployments,base_url=\(world.sink.url)"
  }

  /// A channel that posts to a webhook.
  static func hook(_ world: World) -> String { "slack,webhook_url=\(world.sink.url)\(webhook)" }

  static func messages(_ world: World) async throws -> [JSON] {
    try await world.sink.state("slack")["channels"][0]["messages"].array
  }

  static func shown(_ message: JSON) -> [String] { message["shown"].array.compactMap(\.string) }
}
