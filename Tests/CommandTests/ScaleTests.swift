import Foundation
import Testing

/// The number of requests.
@Suite struct ScaleTests {
  @Test(
    "Two hundred applications and nothing new is one request", arguments: [StorePlace.file, .moto])
  func idle(_ place: StorePlace) async throws {
    try await World.with(place) { world in
      let names = (0..<200).map { "application-\($0)" }
      try await world.aws.applications(names)
      let documents = names.map {
        """
        {"codedeploy_application_name": "\($0)",
         "notifications": [{"webhook_notification": {"url": "\(world.sink.url)/hook"}}]}
        """
      }
      let file = try world.write("[\(documents.joined(separator: ","))]", to: "all.json")
      #expect(try await world.cdnotify("register", "--file", file).status == 0)
      #expect(
        try await world.aws.takeOperations() == ["BatchGetApplications", "BatchGetApplications"])
      #expect(try await world.cdnotify("list", "--json").json().array.count == 200)

      // New channels list once what is in flight, however long ago it began.
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.aws.takeOperations() == ["ListDeployments", "ListDeployments"])
      let idle = try await world.cdnotify("poll", "--json")
      #expect(idle.status == 0)
      #expect(try idle.json()["scopes"][0]["requests"].int == 1)
      let store = try await world.aws.requests("service=dynamodb").map { $0["operation"].string }
      #expect(store == (place == .file ? [] : ["Query", "Query"]), "and two to the store's table")
      #expect(try await world.aws.takeOperations() == ["ListDeployments"])
    }
  }

  @Test("Deployments on many pages are each announced once") func manyPages() async throws {
    try await World.with { world in
      try await world.aws.settings(#"{"page_size": 40, "order": "shuffled"}"#)
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      let ids = try await world.aws.deploy("checkout", #""count": 250"#)
      let poll = try await world.cdnotify("poll", "--json")
      #expect(poll.status == 0)
      #expect(try poll.json()["deployments"]["new"].int == 250)
      #expect(try await world.cdnotify("poll").status == 0)
      let announced = try await world.sink.bodies("/hook").compactMap { $0["deployment_id"].string }
      #expect(announced.count == 250)
      #expect(Set(announced) == Set(ids))
    }
  }

  @Test("Deployments of unregistered applications are asked for once")
  func otherApplications() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout", "someone-elses"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("someone-elses", #""count": 30"#)
      try await world.aws.deploy("someone-elses", #""status": "InProgress""#)
      #expect(try await world.cdnotify("poll").status == 0)
      // A batch has 25 ids.
      let batches = try await world.aws.takeOperations().filter { $0 == "BatchGetDeployments" }
      #expect(batches.count == 2)
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.aws.takeOperations() == ["ListDeployments"])
    }
  }
}
