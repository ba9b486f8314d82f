import Foundation
import Testing

/// Channels' commands that somebody else could change.
@Suite struct CommandTrustTests {
  @Test(
    "A command that others can write is not run",
    arguments: ["above/bin/announce", "above/bin", "above"])
  func writable(_ place: String) async throws {
    try await World.with { world in
      try await register(world, exec: try announce(world))
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o777], ofItemAtPath: world.path(place))
      try await refusesCommand(world)
    }
  }

  @Test(
    "A command that another user has, or can write through a group, is not run",
    .enabled(if: OtherUser.isAvailable, "needs root"),
    arguments: ["owner", "owner above", "link", "group"])
  func ofAnother(_ kind: String) async throws {
    try await World.with { world in
      var path = try announce(world)
      if kind == "link" {
        let shared = world.path("shared")
        try FileManager.default.createDirectory(atPath: shared, withIntermediateDirectories: true)
        try #require(chmod(shared, 0o1777) == 0 && symlink(path, shared + "/announce") == 0)
        path = shared + "/announce"
      }
      try await register(world, exec: path)
      switch kind {
      // The user's primary group, which doesn't list its members.
      case "group": try #require(chown(path, 0, OtherUser.system) == 0 && chmod(path, 0o775) == 0)
      case "owner above":
        try #require(chown(world.path("above"), OtherUser.system, OtherUser.system) == 0)
      default: try #require(lchown(path, OtherUser.system, OtherUser.system) == 0)
      }
      try await refusesCommand(world)
    }
  }

  /// A command that records that it ran, two folders below the home.
  private func announce(_ world: World) throws -> String {
    try FileManager.default.createDirectory(
      atPath: world.path("above/bin"), withIntermediateDirectories: true)
    let path = try world.write(
      "#!/bin/sh\ntouch \(world.path("ran"))\n", to: "above/bin/announce")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  private func refusesCommand(_ world: World) async throws {
    let check = try await world.cdnotify("check")
    #expect(check.status == 1)
    #expect((check.output + check.error).contains("can be written by"), "\(check.output)")
    try await world.aws.deploy("checkout", #""create_time": 0"#)
    let poll = try await world.cdnotify("poll")
    #expect(poll.status == 1)
    #expect(poll.error.contains("can be written by"), "\(poll.error)")
    #expect(FileStatus(world.path("ran")) == nil)
  }

  private func register(_ world: World, exec command: String) async throws {
    try await world.aws.applications(["checkout"])
    let run = try await world.cdnotify(
      "register", "checkout", "--channel", "exec,command=\(command)")
    try #require(run.status == 0, "\(run.error)")
  }
}
