import Foundation
import Testing

/// What is in flight for too long, by the built command.
@Suite struct OverdueTests {
  private func register(_ world: World) async throws {
    try await world.aws.applications(["checkout"])
    let file = try world.write(
      """
      codedeploy_application_name: checkout
      overdue_after: 2h
      notifications:
        - webhook_notification:
            url: \(world.sink.url)/hook
            events: [overdue, succeeded]
      """, to: "registration.yaml")
    let run = try await world.cdnotify("register", "--file", file)
    try #require(run.status == 0, "\(run.error)")
  }

  private func told(_ world: World) async throws -> [String?] {
    try await world.sink.bodies("/hook").map { $0["event"].string }
  }

  @Test(
    "An overdue deployment is told once, on whatever host, and its end all the same",
    arguments: [true, false])
  func once(inATable: Bool) async throws {
    try await World.with { world in
      let world = inATable ? try await world.withTable() : world
      try await register(world)
      let id = try await world.aws.deploy(
        "checkout", #""status": "InProgress", "create_time": -10800, "start_time": -10790"#)[0]
      try await world.aws.deploy("checkout", #""status": "InProgress", "create_time": -60"#)
      // Another host shares only the store.
      var other = world
      other.home = world.path("other-host")
      try FileManager.default.createDirectory(
        atPath: other.home, withIntermediateDirectories: true)
      let store = ["CDNOTIFY_STORE": world.table?.store ?? world.path("store.db")]
      for host in [world, other, world, other] {
        let run = try await host.cdnotify(["poll"], changes: store)
        #expect(run.status == 0, "\(run.error)")
        #expect(try await told(world) == ["overdue"])
      }
      try await world.aws.change(id, #""status": "Succeeded", "complete_time": 0"#)
      #expect(try await other.cdnotify(["poll"], changes: store).status == 0)
      #expect(try await told(world) == ["overdue", "succeeded"])
      let overdue = try #require(try await world.sink.bodies("/hook").first)
      #expect(overdue["deployment_id"].string == id && overdue["status"].string == "InProgress")
    }
  }
}
