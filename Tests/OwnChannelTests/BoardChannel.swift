import DeploymentNotifier

/// Shows deployments on a board, a tile for each environment. It lays its message out itself, and
/// keeps a note, all with one import.
struct BoardChannel: DeploymentNotifier.Channel {
  static let type = "board"
  static let server = Setting.baseURL(required: true, "The board's address")
  static let tile = Setting.text("tile", required: true, "The tile's name")
  static let token = Setting.headerSecret("token", required: true, "The board's token")
  static let settings = [server.any, tile.any, token.any]

  /// What the board had to show so far.
  struct Note: Codable, Equatable {
    var tile: String
    var revision: Int
  }

  let address: WebAddress
  let tile: String
  let token: Secret

  init(settings: SettingValues) throws(SettingProblem) {
    tile = try settings[Self.tile]
    token = try settings[Self.token]
    address = try settings[Self.server].appending("/tiles").appending(segment: tile)
  }

  static func place(_ settings: SettingValues) -> ChannelPlace? {
    ChannelPlace(
      settings.texts(server) + settings.texts(tile),
      advice: "they share a tile, which shows the latest: give each its own tile")
  }

  func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
    let notification = message.notification
    let kept: Note? = try await services.memory.note(of: notification.deploymentID)
    let note = Note(tile: tile, revision: (kept?.revision ?? 0) + 1)
    let json: JSONTree = [
      "title": .text(message.title.text), "revision": .number(note.revision),
      "rows": .list(notification.facts.filter(Self.isShown).map(Self.row)),
      "links": .list(notification.links.map { link in .text("\(link.label): \(link.url)") }),
      "kind": .text(Self.kind(notification.computePlatform)),
    ]
    _ = try await services.answer(
      posting: json, to: address, by: .bearer(token), from: address.host)
    try await services.memory.keep(note, of: notification.deploymentID)
    return "shown"
  }

  private static func isShown(_ fact: MessageFact) -> Bool { fact.kind != .account }

  private static func row(_ fact: MessageFact) -> JSONTree {
    [
      "label": .text(fact.label), "value": .text(fact.value),
      "url": fact.url.map { .text($0) } ?? nil,
    ]
  }

  private static func kind(_ platform: ComputePlatform?) -> String {
    platform == .lambda ? "function" : "host"
  }
}
