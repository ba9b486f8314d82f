import ArgumentParser
import CodeDeployNotifications
import Foundation

/// `cdnotify schema`: the JSON Schema for editors and pipelines.
struct SchemaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema of a registration document, for editors and CI.",
    usage: "cdnotify schema [OPTION...]",
    discussion: """
      An editor with a YAML language server finds the schema by the first line of a document:

        cdnotify schema > cdnotify.schema.json
        # yaml-language-server: $schema=cdnotify.schema.json
      """)

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    Console.output(RegistrationSchema(catalog: .all).document.json())
  }
}
