import ChannelKit
import CodeDeployNotifications
import Foundation

/// Notifies any of the services that Apprise (https://github.com/caronc/apprise) supports, through
/// its command or an Apprise API server.
struct AppriseChannel: BundledChannel {
  static let type = "apprise"
  static let summary =
    "Notifies any of Apprise's 130 services, through its command or an Apprise API server."
  static let guide = ChannelGuide(
    example: "apprise,url=env:APPRISE_URL",
    preparation:
      "Install Debian's package `apprise` on each host that polls, and write the service's address "
      + "as [Apprise's list](https://github.com/caronc/apprise/wiki#notification-services) has it, "
      + "such as `ntfys://ntfy.example.com/deployments`. Or run an "
      + "[Apprise API](https://github.com/caronc/apprise-api) server, keep the addresses there "
      + "under a key, and give `base_url`, `key` and, to choose among them, `tags`.",
    arrival:
      "The headline and the story as plain text, of the type success, failure, warning or info. "
      + "How it looks depends on Apprise and the service.",
    limits: [
      "The command gets the address in a file that is only in memory, and the text on its standard "
        + "input: neither is on a command line. Nothing of the address is shown.",
      "An attempt may take 30 seconds. If less than that is left of a cycle, the next cycle makes "
        + "the attempt; with a `poll --deadline` of less than 40s it gets less time.",
      "Apprise reports that a service failed (exit status 1, or 424 from a server), but rarely "
        + "whether it may work later: such a notification is tried again, for the usual time. An "
        + "address that Apprise doesn't understand, one that no tag matches (exit status 3), and "
        + "the server's 204 (nothing under that key) have failed.",
      "Apprise has no idempotency key: a message whose answer was lost is sent again.",
    ])
  static let settings = [service.any, server.any, key.any, tags.any]

  private static let service = Setting.secret("url", "The service's address as Apprise writes it")
    .reading { (url: Secret) throws(SettingProblem) in try AppriseCommand(url.revealed) }
  private static let server = Setting<WebAddress?>.baseURL(
    "base_url", "Instead of url: an Apprise API server")
  private static let key = Setting.secret(
    "key",
    "With base_url: the key under which the server keeps the addresses"
  )
  .reading(AppriseServer.key)
  private static let tags = Setting.list(
    "tags", references: false,
    "With base_url: only addresses with one of these tags; all unless set"
  ).readingEach(AppriseServer.tag)

  /// Apprise starts slowly, and then waits for a service.
  static let time: Duration = .seconds(30)

  private enum Way: Sendable {
    case command(AppriseCommand)
    case server(AppriseServer)
  }

  private let way: Way
  private let hostVariables: [String: String]

  static func attemptTime(_ settings: SettingValues) -> Duration? { time }

  static func programs(_ settings: SettingValues) -> [String] {
    settings.isSet(service)
      ? [AppriseCommand.program(settings.hostVariables)].compactMap(\.self) : []
  }

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    if settings.isSet(service) {
      for setting in [server.any, key.any, tags.any] where settings.isSet(setting.name) {
        throw SettingProblem(setting.name, "excludes url: it belongs to an Apprise API server")
      }
    } else {
      guard settings.isSet(server), settings.isSet(key) else { throw nothingSet }
    }
  }

  private static let nothingSet = SettingProblem(nil, "set url, or base_url and key")

  static func warnings(_ settings: SettingValues) -> [String] {
    guard settings.isSet(service), AppriseCommand.program(settings.hostVariables) == nil
    else { return [] }
    return ["apprise is not in PATH on this machine: apt-get install apprise"]
  }

  init(settings: SettingValues) throws(SettingProblem) {
    hostVariables = settings.hostVariables
    if let command = try settings[Self.service] {
      if let program = AppriseCommand.program(hostVariables) {
        try CommandTrust.check(program, setting: Self.service.name)
      }
      way = .command(command)
    } else if let server = try settings[Self.server], let key = try settings[Self.key] {
      way = .server(AppriseServer(server, key: key, tags: try settings[Self.tags]))
    } else {
      throw Self.nothingSet
    }
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    switch way {
    case .command(let command):
      try await command.deliver(message, with: services, on: hostVariables)
    case .server(let server): try await server.deliver(message, with: services)
    }
  }

  /// Apprise's notification type, by how good the news is.
  static func kind(_ notification: DeploymentNotification) -> String {
    switch notification.tone {
    case .good: "success"
    case .bad: "failure"
    case .doubtful: "warning"
    case .neutral: "info"
    }
  }
}
