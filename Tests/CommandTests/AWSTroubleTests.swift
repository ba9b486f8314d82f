import Foundation
import Testing

/// AWS is down, throttles, denies or answers garbage: the command prints a sentence, has the
/// documented exit status, and loses nothing.
@Suite struct AWSTroubleTests {
  struct Trouble: Sendable, CustomTestStringConvertible {
    var fault: String
    var status: Int32
    var says: String
    var testDescription: String { fault }
  }

  static let troubles = [
    Trouble(fault: #""kind": "throttle""#, status: 69, says: "AWS throttles"),
    Trouble(fault: #""kind": "http", "status": 503"#, status: 69, says: "503"),
    Trouble(fault: #""kind": "garbage""#, status: 69, says: "can't be used"),
    Trouble(fault: #""kind": "empty""#, status: 69, says: "it is empty"),
    Trouble(fault: #""kind": "truncated""#, status: 69, says: "can't be used"),
    Trouble(fault: #""kind": "cut""#, status: 69, says: "closed the connection"),
    Trouble(
      fault: #""kind": "cut_headers""#, status: 69, says: "in the middle of its answer's headers"),
    Trouble(fault: #""kind": "drop""#, status: 69, says: "got no answer"),
  ]

  @Test(
    "Nothing is lost while AWS is in trouble", arguments: troubles,
    [
      "ListDeployments", "BatchGetDeployments",
    ])
  func trouble(_ trouble: Trouble, operation: String) async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      #expect(try await world.cdnotify("poll").status == 0)
      let id = try await world.aws.deploy("checkout")[0]

      try await world.aws.fault(
        #"{"operation": "\#(operation)", "count": -1, \#(trouble.fault)}"#)
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == trouble.status)
      #expect(poll.output == "")
      #expect(poll.error.contains(trouble.says), "\(poll.error)")
      #expect(poll.error.contains(operation))
      #expect(poll.error.hasSuffix("The next poll asks again.\n"))
      #expect(poll.error.split(separator: "\n").count == 1)
      #expect(try await world.sink.requests("/hook").isEmpty)

      try await world.aws.clearFaults()
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.bodies("/hook").map { $0["deployment_id"].string } == [id])
    }
  }

  @Test(
    "A poll that left a deployment unread doesn't call itself complete",
    arguments: [#""kind": "error", "code": "InternalFailure", "status": 500"#, #""kind": "omit""#])
  func unread(fault: String) async throws {
    try await World.with { world in
      func complete() async throws -> Bool? {
        try await world.cdnotify("poll", "--json").json()["scopes"][0]["complete"].bool
      }
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      #expect(try await complete() == true)
      try await world.aws.deploy("checkout")
      try await world.aws.fault(
        #"{"operation": "BatchGetDeployments", "count": -1, \#(fault)}"#)
      #expect(try await complete() == false)
      try await world.aws.clearFaults()
      #expect(try await complete() == true)
      #expect(try await world.sink.requests("/hook").count == 1)
    }
  }

  @Test(
    "Odd elements of an answer keep nothing from being announced, and are told of on demand",
    arguments: [
      ("ListDeployments", "deployments", #"null, 7, """#, "ids"),
      (
        "BatchGetDeployments", "deploymentsInfo", #"null, {}, {"deploymentId": "d-ODD000000"}"#,
        "deployments"
      ),
    ])
  func oddElements(operation: String, key: String, elements: String, what: String) async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      let id = try await world.aws.deploy("checkout")[0]
      try await world.aws.fault(
        #"{"operation": "\#(operation)", "count": -1, "kind": "odd", "key": "\#(key)", "#
          + #""elements": [\#(elements)]}"#)
      let poll = try await world.cdnotify("poll", "--verbose")
      #expect(try await world.sink.bodies("/hook").map { $0["deployment_id"].string } == [id])
      #expect(
        poll.error.contains("codedeploy \(operation) answered \(what) that can't be read: 6"),
        "\(poll.error)")
    }
  }

  @Test("A listing without an end is given up, and nothing of it is stored")
  func endlessListing() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      #expect(try await world.cdnotify("poll").status == 0)
      let size = FileManager.default.contents(atPath: world.path("store.db"))?.count
      try await world.aws.fault(
        #"{"operation": "ListDeployments", "kind": "endless", "count": -1}"#)
      let poll = try await world.cdnotify("poll", "--deadline", "3s")
      #expect(poll.status == 69)
      #expect(poll.error.split(separator: "\n").count == 1, "\(poll.error)")
      #expect(FileManager.default.contents(atPath: world.path("store.db"))?.count == size)
      try await world.aws.clearFaults()
      let id = try await world.aws.deploy("checkout")[0]
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.bodies("/hook").map { $0["deployment_id"].string } == [id])
    }
  }

  @Test("When AWS doesn't answer, a poll ends at its deadline") func hangingAWS() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      try await world.aws.fault(
        #"{"operation": "ListDeployments", "count": -1, "kind": "hang", "seconds": 60}"#)
      let poll = try await world.cdnotify("poll", "--deadline", "1s")
      #expect(poll.status == 69)
      #expect(
        poll.error.hasPrefix(
          "cdnotify: CodeDeploy in us-east-1 had not answered when the cycle's time, 1s, was up."))
    }
  }

  @Test("When a page of a listing fails, what was read before it is announced")
  func failedPage() async throws {
    try await World.with { world in
      try await world.aws.settings(#"{"page_size": 10}"#)
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      #expect(try await world.cdnotify("poll").status == 0)
      try await world.aws.deploy("checkout", #""count": 30"#)
      // The second page fails at each of its three attempts.
      try await world.aws.fault(
        #"{"operation": "ListDeployments", "nth": 2, "count": 3, "kind": "throttle"}"#)
      let poll = try await world.cdnotify("poll", "--json")
      #expect(poll.status == 69)
      #expect(try poll.json()["scopes"][0]["complete"].bool == false)
      #expect(try await world.sink.requests("/hook").count == 10)
      try await world.aws.clearFaults()
      #expect(try await world.cdnotify("poll").status == 0)
      let announced = try await world.sink.bodies("/hook").compactMap { $0["deployment_id"].string }
      #expect(announced.count == 30)
      #expect(Set(announced).count == 30)
    }
  }

  @Test("A deployment that a batch leaves out is asked for again in the next poll")
  func omittedID() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      let ids = try await world.aws.deploy("checkout", #""count": 3"#)
      try await world.aws.fault(
        #"{"operation": "BatchGetDeployments", "kind": "omit", "ids": ["\#(ids[1])"], "count": 1}"#)
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/hook").count == 2)
      #expect(try await world.cdnotify("poll").status == 0)
      let announced = try await world.sink.bodies("/hook").compactMap { $0["deployment_id"].string }
      #expect(announced.sorted() == ids.sorted())
    }
  }

  @Test("Due notifications are sent even when AWS is down") func dueNotifications() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout")
      try await world.sink.script("/hook", #""hang": 60"#)
      #expect(try await world.cdnotify("poll", "--deadline", "1s").status == 75)
      try await world.sink.clearScripts()
      try await world.sql("UPDATE notification SET next_attempt_at = 0")
      let poll = try await world.cdnotify(
        "poll", "--json", changes: ["AWS_ENDPOINT_URL": "http://127.0.0.1:9"])
      #expect(poll.status == 69)
      #expect(try await world.sink.requests("/hook").count == 2)
    }
  }

  @Test("Where the account can't be listed, each deployment group is")
  func deniedListing() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"], groups: ["prod", "staging"])
      let register = try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      #expect(register.status == 0)
      try await world.aws.deny(#"{"deny": ["codedeploy:ListDeployments"], "account_wide": true}"#)
      #expect(try await world.cdnotify("poll").status == 0)
      _ = try await world.aws.takeOperations()

      let id = try await world.aws.deploy("checkout", #""group": "staging""#)[0]
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 0, "\(poll.error)")
      #expect(poll.error == "")
      #expect(try await world.sink.bodies("/hook").map { $0["deployment_id"].string } == [id])
      #expect(
        try await world.aws.takeOperations().sorted() == [
          "BatchGetDeployments", "ListDeploymentGroups", "ListDeployments", "ListDeployments",
        ])
    }
  }

  @Test("Groups that can't be compared are no groups that fit")
  func uncomparedGroups() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let channel = ["--group", "prod*", "--channel", "webhook,url=\(world.sink.url)/hook"]
      let fault = #"{"operation": "ListDeploymentGroups", "count": -1, "kind": "#
      try await world.aws.fault(
        fault + #""error", "code": "AccessDeniedException", "status": 400}"#)
      #expect(try await world.cdnotify(["register", "checkout"] + channel).status == 0)
      #expect(try await world.cdnotify("check").output.contains("1 application is there"))

      try await world.aws.clearFaults()
      try await world.aws.fault(fault + #""throttle"}"#)
      let check = try await world.cdnotify("check")
      #expect(check.status == 1)
      #expect(check.output.contains("AWS throttles"), "\(check.output)")
      #expect(!check.output.contains("1 application is there"))
    }
  }
}
