import Foundation
import Testing

/// The main job: every deployment that ends is announced once on every channel.
@Suite struct AnnouncingTests {
  /// Registers `checkout` with New Relic, an SNS topic and a signed webhook; returns the topic.
  private func registerCheckout(_ world: World) async throws -> String {
    try await world.aws.applications(["checkout"])
    let topic = try await world.aws.topic("deployments")
    try await world.sink.newRelic(#"{"entities": [{"guid": "GUID1", "name": "Checkout API"}]}"#)
    try await world.sink.webhookSecret("/hook", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLFSw")
    let run = try await world.cdnotify(
      "register", "checkout",
      "--channel", "newrelic,application_name=Checkout API,base_url=\(world.sink.url)",
      "--channel", "sns,topic_arn=\(topic),format=json",
      "--channel", "webhook,url=\(world.sink.url)/hook,secret=env:HOOK_SECRET")
    #expect(run.status == 0)
    #expect(
      run.output == """
        checkout: added channel newrelic
        checkout: added channel sns
        checkout: added channel webhook

        """)
    return topic
  }

  private let secret = ["HOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLFSw"]

  @Test("A success is announced on every channel in one cycle, and only once")
  func success() async throws {
    try await World.with { world in
      let topic = try await registerCheckout(world)
      let id = try await world.aws.deploy(
        "checkout", #""description": "deployed-by: ada@example.com""#)[0]

      let first = try await world.cdnotify("poll", changes: secret)
      #expect(first.status == 0)
      #expect(first.output == "")
      #expect(first.error == "")

      let events = try await world.sink.newRelicEvents()
      #expect(events.count == 1)
      #expect(events.first?["entity"]["guid"].string == "GUID1")
      let published = try await world.aws.published(to: topic)
      #expect(published.count == 1)
      let hooks = try await world.sink.requests("/hook")
      #expect(hooks.count == 1)
      #expect(hooks.first?["verified"].bool == true)

      let notification = try JSON(hooks.first?["body"].string ?? "")
      #expect(notification["version"].int == 1)
      #expect(notification["event"].string == "succeeded")
      #expect(notification["status"].string == "Succeeded")
      #expect(notification["application"].string == "checkout")
      #expect(notification["deployment_group"].string == "prod")
      #expect(notification["deployment_id"].string == id)
      #expect(notification["region"].string == "us-east-1")
      #expect(notification["deployer"]["email"].string == "ada@example.com")
      #expect(notification["revision"]["type"].string == "GitHub")
      // Each channel has an idempotency key of its own; everything else is the same.
      let copy = try JSON(published.first?["message"].string ?? "")
      #expect(copy["id"] != notification["id"])
      #expect(copy["deployment_id"].string == id)

      _ = try await world.aws.takeOperations()
      for _ in 0..<3 {
        let next = try await world.cdnotify("poll", changes: secret)
        #expect(next.status == 0)
        #expect(next.output + next.error == "")
      }
      #expect(
        try await world.aws.takeOperations()
          == ["ListDeployments", "ListDeployments", "ListDeployments"])
      #expect(try await world.sink.newRelicEvents().count == 1)
      #expect(try await world.aws.published(to: topic).count == 1)
      #expect(try await world.sink.requests("/hook").count == 1)
    }
  }

  @Test("A failure is announced only on channels that ask for failures")
  func failure() async throws {
    try await World.with { world in
      let topic = try await registerCheckout(world)
      try await world.aws.deploy(
        "checkout",
        #""status": "Failed", "error": {"code": "HEALTH_CONSTRAINTS", "message": "too many"}"#)
      #expect(try await world.cdnotify("poll", changes: secret).status == 0)
      // New Relic's default is successes only.
      #expect(try await world.sink.newRelicEvents().isEmpty)
      #expect(try await world.aws.published(to: topic).count == 1)
      let hook = try await world.sink.bodies("/hook")
      #expect(hook.map { $0["event"].string } == ["failed"])
      #expect(hook.first?["error"]["code"].string == "HEALTH_CONSTRAINTS")
    }
  }

  @Test("Deployments that ended before the registration are skipped with that reason")
  func endedBefore() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let old = try await world.aws.deploy(
        "checkout", #""create_time": -3000, "complete_time": -2900"#)[0]
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      let poll = try await world.cdnotify("poll", "--json")
      #expect(poll.status == 0)
      #expect(try poll.json()["notifications"].array.map { $0["outcome"].string } == ["skipped"])
      #expect(try await world.sink.requests("/hook").isEmpty)

      let history = try await world.cdnotify("history", "--json").json()
      #expect(history.array.count == 1)
      #expect(history[0]["deployment_id"].string == old)
      let line = history[0]["notifications"][0]
      #expect(line["state"].string == "skipped")
      #expect(line["reason"].string?.contains("before the registration") == true)

      // A deployment that is named is announced, whenever it ended, and only once.
      for _ in 0..<2 {
        #expect(try await world.cdnotify("poll", "--deployment", old).status == 0)
      }
      #expect(try await world.sink.bodies("/hook").map { $0["deployment_id"].string } == [old])
    }
  }

  @Test(
    "In flight at the registration, and ended before the first poll or after it",
    arguments: [false, true])
  func inFlight(polledBefore: Bool) async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let id = try await world.aws.deploy(
        "checkout", #""status": "InProgress", "create_time": -259200, "start_time": -259190"#)[0]
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      if polledBefore {
        let poll = try await world.cdnotify("poll", "--json").json()
        #expect(poll["deployments"]["in_flight"].int == 1)
        let away = ["AWS_ENDPOINT_URL": "http://127.0.0.1:9"]
        let unread = try await world.cdnotify(["poll", "--json"], changes: away).json()
        #expect(unread["deployments"]["in_flight"].int == 1, "it is, whether AWS answers or not")
        #expect(try await world.sink.requests("/hook").isEmpty)
      }
      try await world.aws.change(id, #""status": "Succeeded", "complete_time": 0"#)
      #expect(try await world.cdnotify("poll").status == 0)
      let bodies = try await world.sink.bodies("/hook")
      #expect(bodies.map { $0["deployment_id"].string } == [id])
      #expect(bodies.first?["event"].string == "succeeded")
    }
  }

  @Test("Since a time announces what ended after it", arguments: ["2h", "ISO", "ISO without zone"])
  func since(_ form: String) async throws {
    try await World.with { world in
      let moment = Date(timeIntervalSinceNow: -7200).ISO8601Format()
      let since =
        switch form {
        case "ISO": moment
        case "ISO without zone": moment.replacing("Z", with: ".123")
        default: form
        }
      try await world.aws.applications(["checkout"])
      let recent = try await world.aws.deploy(
        "checkout", #""create_time": -3600, "complete_time": -3000"#)[0]
      try await world.aws.deploy("checkout", #""create_time": -9000, "complete_time": -8000"#)
      let hook = ["--channel", "webhook,url=\(world.sink.url)/hook"]
      try await world.cdnotify(["register", "checkout", "--since", since] + hook)
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.bodies("/hook").map { $0["deployment_id"].string } == [recent])
    }
  }

  @Test("A deployment's events are announced in their order") func eventOrder() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--on", "started", "--on", "ready,succeeded", "--channel",
        "webhook,url=\(world.sink.url)/hook")
      let id = try await world.aws.deploy("checkout", #""status": "Created""#)[0]
      for status in ["Created", "InProgress", "Ready", "InProgress", "Succeeded"] {
        try await world.aws.change(id, #""status": "\#(status)""#)
        #expect(try await world.cdnotify("poll").status == 0)
      }
      let events = try await world.sink.bodies("/hook").map { $0["event"].string }
      #expect(events == ["started", "ready", "succeeded"])
    }
  }

  @Test("A poll for one deployment says why it isn't announced") func notAnnounced() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--group", "prod", "--channel",
        "webhook,on=failed,url=\(world.sink.url)/hook")
      let other = try await world.aws.deploy(
        "checkout", #""group": "staging", "status": "Failed""#)[0]
      let unasked = try await world.aws.deploy("checkout")[0]
      let sent = try await world.aws.deploy("checkout", #""status": "Failed""#)[0]
      for (id, answer) in [
        (
          other,
          "skipped   checkout/staging \(other)  failed → webhook  "
            + "(deployment group staging is not one of prod)\n"
        ),
        (
          unasked,
          "\(unasked) of checkout is Succeeded: nothing to send, because no channel asks for that. "
            + "webhook asks for failed.\n"
        ),
        (sent, ""),
      ] {
        let run = try await world.cdnotify("poll", "--deployment", id)
        #expect(run.status == 0)
        #expect(run.output == answer)
        #expect(run.error == "")
      }
      // The groups in the registration count now, and not those when it was skipped.
      try await world.cdnotify("register", "checkout", "--group", "*")
      #expect(try await world.cdnotify("poll", "--deployment", other).output == "")
      let announced = try await world.sink.bodies("/hook").map { $0["deployment_id"].string }
      #expect(announced == [sent, other])
    }
  }

  @Test("Deployments by autoscaling are skipped unless the registration asks for them")
  func autoscaling() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout", "search"])
      for (name, more) in [("checkout", ""), ("search", #","creators": ["autoscaling"]"#)] {
        let file = try world.write(
          """
          {"codedeploy_application_name": "\(name)"\(more),
           "notifications": [{"webhook_notification": {"url": "\(world.sink.url)/\(name)"}}]}
          """, to: "\(name).json")
        #expect(try await world.cdnotify("register", "--file", file).status == 0)
        try await world.aws.deploy(name, #""creator": "autoscaling""#)
      }
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/checkout").isEmpty)
      #expect(try await world.sink.requests("/search").count == 1)
    }
  }
}
