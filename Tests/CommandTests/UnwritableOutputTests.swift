import Foundation
import Testing

/// Every command reports output that can't be written, unless its reader just closed it.
@Suite struct UnwritableOutputTests {
  @Test(
    "Output that a full disk doesn't take is an error",
    arguments: [
      "list --json", "list", "history --json", "history", "poll --json", "poll --dry-run", "--help",
      "help poll", "register --help", "--version", "check --json", "test-channel checkout --json",
      "--generate-completion-script bash", "export --include-secrets", "status", "status --json",
      "schema", "channels", "channels slack", "retry --all --dry-run", "unmute checkout",
    ])
  func aFullDisk(_ command: String) async throws {
    try await World.with { world in
      try await prepare(world)
      let run = try await shell(world, "\(Run.builtCommand) \(command) > /dev/full")
      #expect(run.status == 74, "\(run.error)")
      #expect(
        run.error
          == "cdnotify: standard output can't be written: no space left on the device\n")
    }
  }

  @Test(
    "A reader that went away is no error", arguments: ["list --json", "history --json", "--help"])
  func goneReader(_ command: String) async throws {
    try await World.with { world in
      try await prepare(world)
      // The reader closes its end before the command starts writing.
      let run = try await shell(
        world,
        "mkfifo ready; (read < ready; exec \(Run.builtCommand) \(command)) | "
          + "(exec < /dev/null; echo > ready); exit ${PIPESTATUS[0]}")
      #expect(run.status == 0, "\(run.error)")
      #expect(run.error == "")
    }
  }

  private func prepare(_ world: World) async throws {
    try await world.aws.applications(["checkout"])
    try await world.cdnotify(
      "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
    try await world.aws.deploy("checkout")
    try await world.cdnotify("poll")
  }

  private func shell(_ world: World, _ script: String) async throws -> Run {
    try await Run.of(
      "/bin/bash", ["-c", script], environment: world.environment, folder: world.home)
  }
}
