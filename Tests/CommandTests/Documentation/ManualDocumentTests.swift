import Foundation
import TestSupport
import Testing

/// The manual's first page agrees with the program's help.
@Suite struct ManualDocumentTests {
  private static func run(_ arguments: String...) async throws -> Run {
    try await Run.of(
      Run.builtCommand, arguments, environment: [:],
      folder: FileManager.default.temporaryDirectory.path)
  }

  private static func root() async throws -> JSON {
    try JSON(try await run("--experimental-dump-help").output)["command"]
  }

  /// The lines of a command's usage, without what precedes them.
  private static func usage(_ help: String) -> [String] {
    let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
    let first = lines.drop { !$0.uppercased().hasPrefix("USAGE: ") }
    return first.prefix { !$0.isEmpty && !$0.hasPrefix("  See ") }.map { line in
      String(line.dropFirst("USAGE: ".count))
    }
  }

  @Test("cdnotify(1) has every command and option as the command tells them")
  func upToDate() async throws {
    let root = try await Self.root()
    var usage: [String: [String]] = [:]
    for name in ManualCommands.names(of: root) {
      usage[name] = Self.usage(try await Self.run("help", name).output)
    }
    let manual = ManualCommands(root: root, usage: usage)
    let isCurrent = try MadeDocument.manual(
      "man/cdnotify.1",
      [
        ("synopsis", manual.synopsis), ("commands", manual.commandList),
        ("options", manual.sharedOptions),
      ]
    ).isCurrent()
    #expect(isCurrent, "man/cdnotify.1 doesn't say what the commands are: run \"make docs\"")
  }

  @Test("A usage line becomes requests of mdoc")
  func synopsis() {
    #expect(
      ManualCommands.synopsis("cdnotify mute APPLICATION --for DURATION [--channel NAME]...")
        == [
          ".Nm", ".Cm mute", ".Ar application", ".Fl -for Ar duration",
          ".Op Fl -channel Ar name ...",
        ])
  }

  @Test("Every command's usage is whole in 80 columns, in its help and behind a mistake")
  func usageFits() async throws {
    for name in ManualCommands.names(of: try await Self.root()) {
      let help = try await Self.run("help", name)
      let mistake = try await Self.run(name, "--no-such-option")
      #expect(mistake.status == 64, "\(name)")
      for text in [help.output, mistake.error] {
        let lines = Self.usage(text)
        #expect(!lines.isEmpty, "\(name): \(text)")
        for line in lines {
          #expect(line.count + "USAGE: ".count <= 80, "\(line)")
          #expect(line.hasPrefix("cdnotify \(name)"), "\(line)")
        }
      }
    }
  }

  @Test("Help about a command that isn't there is a wrong command line")
  func helpNoSuch() async throws {
    let run = try await Self.run("help", "nosuch")
    #expect(run.status == 64)
    #expect(run.error.hasPrefix("cdnotify: unknown command \"nosuch\"; known: register, "))
    #expect(run.output.isEmpty)
  }

  /// A complaint about other pages that aren't installed isn't a fault of the page.
  private static func isOurs(_ complaint: Substring) -> Bool {
    !complaint.contains("referenced manual not found") && !complaint.contains("mandoc.db")
  }

  @Test(
    "Mandoc finds nothing in a page of the manual",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/mandoc")),
    arguments: ["cdnotify.1", "cdnotify-channels.7", "cdnotify-registrations.5"])
  func isClean(page: String) async throws {
    let lint = try await Run.of(
      "/usr/bin/mandoc", ["-Tlint", Project.file("man/\(page)").path], environment: [:],
      folder: FileManager.default.temporaryDirectory.path)
    let complaints = (lint.output + lint.error).split(separator: "\n").filter(Self.isOurs)
    #expect(complaints == [])
  }
}
