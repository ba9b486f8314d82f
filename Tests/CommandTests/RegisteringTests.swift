import Foundation
import Testing

@Suite struct RegisteringTests {
  @Test("A document of 2016 is registered unchanged") func documentOf2016() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let document = """
        { "codedeploy_application_name": "checkout",
          "notifications": [ { "newrelic_notification": { "application_name": "Checkout API" } } ] }
        """
      let run = try await world.cdnotify("register", "--file", "-", input: document)
      #expect(run.status == 0)
      #expect(run.output == "checkout: added channel newrelic\n")
      #expect(
        try await world.cdnotify("list", "--json").json()
          == JSON(
            """
            [{"codedeploy_application_name": "checkout", "region": "us-east-1", "notifications":
              [{"newrelic_notification": {"application_name": "Checkout API"}}]}]
            """))
    }
  }

  @Test("A list of registrations in YAML is registered whole") func yamlList() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout", "search"])
      let document = """
        - codedeploy_application_name: checkout
          deployment_groups: [prod, "eu-*"]
          events: [failed]
          creators: [user]
          deployers: {ada: ada@example.com}
          notifications:
            - webhook_notification:
                name: team
                url: https://localhost:1/hook
                title: "{{application}} said \\"hello\\" \\U0001F600"
                header.X-Team: core
        - codedeploy_application_name: search
          notifications:
            - sns_notification: {topic_arn: "arn:aws:sns:eu-west-1:123456789012:t"}
        """
      #expect(try await world.cdnotify("register", "--file", "-", input: document).status == 0)
      let listed = try await world.cdnotify("list", "--json").json()
      #expect(
        listed.array.map { $0["codedeploy_application_name"].string } == ["checkout", "search"])
      let hook = listed[0]["notifications"][0]["webhook_notification"]
      #expect(hook["title"].string == "{{application}} said \"hello\" 😀")
      #expect(listed[0]["deployment_groups"].array.map(\.string) == ["prod", "eu-*"])
      #expect(listed[0]["deployers"]["ada"].string == "ada@example.com")
    }
  }

  @Test(
    "A wrong document registers nothing of it",
    arguments: [
      (
        #"{"codedeploy_application_name": "b", "notifications": [{"newrelic_notification": {"aplication_name": "x"}}]}"#,
        "standard input:1: b: [1].notifications[0].newrelic_notification.aplication_name: unknown key; did you mean application_name? "
      ),
      (
        #"{"codedeploy_aplication_name": "b", "notifications": []}"#,
        "standard input:1: [1].codedeploy_aplication_name: unknown key; did you mean codedeploy_application_name? "
      ),
      (
        #"{"codedeploy_application_name": "b", "notifications": []}"#,
        "standard input:1: b: [1].notifications: needs at least one channel"
      ),
      (
        #"{"codedeploy_application_name": "b", "notifications": [{"hipster_notification": {}}]}"#,
        "standard input:1: b: [1].notifications[0].hipster_notification: unknown channel type; "
      ),
      (
        #"{"codedeploy_application_name": "b", "codedeploy_application_name": "c"}"#,
        "standard input:1: [1].codedeploy_application_name: is given twice"
      ),
      (#"{"codedeploy_application_name": "b""#, "standard input:1:152: not JSON or YAML: "),
    ])
  func wrongDocument(second: String, message: String) async throws {
    try await World.with { world in
      try await world.aws.applications(["a", "b"])
      let first =
        #"{"codedeploy_application_name": "a", "notifications": [{"webhook_notification": {"url": "https://localhost:1/"}}]}"#
      let run = try await world.cdnotify("register", "--file", "-", input: "[\(first),\(second)]")
      #expect(run.status == 65)
      #expect(run.error.hasPrefix("cdnotify: \(message)"), "\(run.error)")
      #expect(FileStatus(world.path("store.db")) == nil, "no store was begun")
    }
  }

  @Test("A document whose aliases expand without an end is refused")
  func endlessDocument() async throws {
    try await World.with { world in
      var document = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
      for level in 1...9 {
        let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
        document += "a\(level): &a\(level) [\(aliases)]\n"
      }
      let run = try await world.cdnotify("register", "--file", "-", input: document)
      #expect(run.status == 65)
      #expect(
        run.error.contains("the document is too large: with its aliases expanded"), "\(run.error)")
    }
  }

  @Test("An application that CodeDeploy doesn't have stops the whole document")
  func missingApplication() async throws {
    try await World.with { world in
      try await world.aws.applications(["a"])
      let documents = ["a", "b"].map {
        #"{"codedeploy_application_name": "\#($0)", "notifications": [{"webhook_notification": {"url": "https://localhost:1/"}}]}"#
      }
      let input = "[\(documents.joined(separator: ","))]"
      #expect(try await world.cdnotify("register", "--file", "-", input: input).status == 66)
      #expect(!FileManager.default.fileExists(atPath: world.path("store.db")))
      let unverified = try await world.cdnotify(
        "register", "--no-verify", "--file", "-", input: input,
        changes: ["AWS_ENDPOINT_URL": "http://127.0.0.1:9"])
      #expect(unverified.status == 0)
      #expect(try await world.cdnotify("list", "--json").json().array.count == 2)
    }
  }

  @Test("Registering again changes only what is different") func registeringAgain() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      func register(_ arguments: String...) async throws -> String {
        let run = try await world.cdnotify(["register", "checkout"] + arguments)
        #expect(run.status == 0)
        return run.output
      }
      let hook = "webhook,name=hook,url=https://localhost:1/hook"
      #expect(try await register("--channel", hook) == "checkout: added channel hook (webhook)\n")
      #expect(try await register("--channel", hook) == "checkout: nothing changed\n")
      #expect(
        try await register("--channel", hook + ",on=failed")
          == "checkout: changed channel hook (webhook)\n")
      #expect(
        try await register("--group", "prod*") == "checkout: groups are now prod* (were: all)\n")
      #expect(
        try await register(
          "--replace", "--channel", "sns,topic_arn=arn:aws:sns:us-east-1:123456789012:t")
            == """
            checkout: added channel sns
            checkout: removed channel hook (webhook)

            """)
      let document =
        #"{"codedeploy_application_name": "checkout", "notifications": [{"sns_notification": "#
        + #"{"topic_arn": "arn:aws:sns:us-east-1:123456789012:t"}}]}"#
      #expect(
        try await world.cdnotify("register", "--replace", "--file", "-", input: document).output
          == "checkout: groups are now all (were: prod*)\n")
      #expect(
        try await world.cdnotify("unregister", "checkout").output == "checkout: removed\n")
      #expect(try await world.cdnotify("list", "--json").output == "[]\n")
    }
  }

  @Test("An application in two regions has to be named with its region")
  func twoRegions() async throws {
    try await World.with { world in
      for region in ["us-east-1", "eu-west-1"] {
        try await world.cdnotify(
          "register", "checkout", "--no-verify", "--region", region, "--channel",
          "webhook,url=https://localhost:1/")
      }
      let unclear = try await world.cdnotify("unregister", "checkout")
      #expect(unclear.status == 64)
      #expect(
        unclear.error == """
          cdnotify: checkout is registered 2 times; say which one with --region, --profile or \
          --role-arn ("" for none):
            eu-west-1
            us-east-1

          """)
      #expect(
        try await world.cdnotify("unregister", "checkout", "--region", "eu-west-1").status == 0)
      let left = try await world.cdnotify("list", "--json").json()
      #expect(left.array.map { $0["region"].string } == ["us-east-1"])
    }
  }

  @Test("Labels are sent, and replaced as a whole") func labels() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--label", "team=payments", "--label", "environment=test",
        "--channel", "webhook,url=\(world.sink.url)/hook")
      let again = try await world.cdnotify("register", "checkout", "--label", "environment=prod=1")
      #expect(
        again.output == """
          checkout: label environment is now prod=1 (was: test)
          checkout: label team is now none (was: payments)

          """)
      let labels = try JSON(#"{"environment": "prod=1"}"#)
      let same = try await world.cdnotify("register", "checkout", "--label", "environment=prod=1")
      #expect(same.output == "checkout: nothing changed\n")
      #expect(try await world.cdnotify("list", "--json").json()[0]["labels"] == labels)
      try await world.aws.deploy("checkout")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.bodies("/hook").map { $0["labels"] } == [labels])
    }
  }

  @Test("Registering at the same time loses no channel") func concurrentRegistering() async throws {
    try await World.with { world in
      try await world.cdnotify(
        "register", "checkout", "--no-verify", "--channel", "webhook,url=https://localhost:1/")
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<8 {
          group.addTask {
            let run = try? await world.cdnotify(
              "register", "checkout", "--no-verify", "--channel",
              "webhook,name=hook\(number),url=https://localhost:1/\(number)")
            #expect(run?.status == 0)
          }
        }
      }
      let listed = try await world.cdnotify("list", "--json").json()
      #expect(listed[0]["notifications"].array.count == 9)
    }
  }

  @Test("Plain http to another host is accepted with a warning") func plainHTTP() async throws {
    try await World.with { world in
      let run = try await world.cdnotify(
        "register", "checkout", "--no-verify", "--channel", "webhook,url=http://example.com/hook")
      #expect(run.status == 0)
      #expect(
        run.error.hasPrefix("cdnotify: warning: checkout, channel webhook: url is plain http"))
    }
  }

  @Test("A region of the environment that is none is refused, and not registered")
  func invalidRegion() async throws {
    try await World.with { world in
      let run = try await world.cdnotify(
        "register", "checkout", "--no-verify", "--channel", "webhook,url=\(world.sink.url)/hook",
        changes: ["AWS_REGION": "eu_west"])
      #expect(run.status == 69)
      #expect(run.error.contains("\"eu_west\" is not a region"), "\(run.error)")
      #expect(try await world.cdnotify("list").output == "")
    }
  }

  @Test("A registration without a region gets that of its first cycle")
  func withoutRegion() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let noRegion = ["AWS_REGION": ""]
      let register = [
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook",
      ]
      let refused = try await world.cdnotify(register, changes: noRegion)
      #expect(refused.status == 69)
      #expect(refused.error.contains("or register the application with one."), "\(refused.error)")
      #expect(
        try await world.cdnotify(register + ["--no-verify"], changes: noRegion).status == 0)
      #expect(try await world.cdnotify("poll", changes: noRegion).status == 69)
      let check = try await world.cdnotify("check", changes: noRegion)
      #expect(check.status == 1)
      #expect(
        (check.output + check.error).contains(
          "registered without a region, and none is known here"),
        "\(check)")
      try await world.aws.deploy("checkout")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/hook").count == 1)
      let listed = try await world.cdnotify("list", "--json").json()
      #expect(listed.array.map { $0["region"].string } == ["us-east-1"])
    }
  }
}
