import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// `cdnotify channels`: the types of channel, from their declarations.
struct ChannelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "channels",
    abstract: "Lists the channel types, or one type's settings.",
    usage: "cdnotify channels [TYPE] [OPTION...]")

  @Argument(help: "Only this type, with its settings.")
  var type: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let catalog = ChannelCatalog.all
    var types = catalog.types
    if let type {
      guard let found = catalog.type(named: type) else {
        let known = catalog.types.map { $0.type }
        throw Failure(
          .notFound,
          "there is no channel type \"\(type.printable)\"; \(NearestName.hint(type, among: known))"
        )
      }
      types = [found]
    }
    if json {
      try Console.output(json: types.map(ChannelTypeDocument.init))
    } else if let only = types.first, type != nil {
      for line in ChannelTypeText(only).lines { Console.output(line) }
    } else {
      for line in Columns.aligned(types.map { [$0.type, $0.summary] }) { Console.output(line) }
      Console.output("\nA type's settings: cdnotify channels TYPE")
    }
  }
}
