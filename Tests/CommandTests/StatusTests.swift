import Foundation
import Testing

/// The store, a file of metrics and a heartbeat show whether all is well.
@Suite struct StatusTests {
  private func register(_ world: World) async throws {
    try await world.aws.applications(["checkout"])
    try await world.cdnotify(
      "register", "checkout", "--channel", "webhook,name=hook,url=\(world.sink.url)/hook")
  }

  @Test("A store without registrations is no silence that is meant") func nothingRegistered()
    async throws
  {
    try await World.with { world in
      try await register(world)
      try await world.cdnotify("unregister", "checkout")
      let plain = try await world.cdnotify("status")
      #expect(plain.status == 0)
      let limited = try await world.cdnotify("status", "--max-silence", "10m")
      #expect(limited.status == 1)
      #expect(limited.error.contains("nothing is registered in this store"), "\(limited.error)")
    }
  }

  @Test("The status is read from the store alone") func storeAlone() async throws {
    try await World.with { world in
      try await register(world)
      let before = try await world.cdnotify("status", "--json", "--max-silence", "10m")
      #expect(before.status == 1)
      #expect(try before.json()["scopes"][0]["last_complete_at"] == .null)
      #expect(
        before.error.contains("us-east-1 was never read completely, and the limit is 10m: check"))

      try await world.sink.script("/hook", count: 1, #""status": 400"#)
      try await world.aws.deploy("checkout")
      try await world.cdnotify("poll")
      try await world.sink.script("/hook", #""status": 503"#)
      try await world.aws.deploy("checkout")
      try await world.aws.deploy("checkout", #""status": "InProgress""#)
      try await world.cdnotify("poll")
      try await world.aws.forgetRequests()

      let run = try await world.cdnotify("status", "--json", "--max-silence", "10m")
      #expect(run.status == 0, "\(run.error)")
      let status = try run.json()
      #expect(
        status.keys == [
          "scopes", "pending", "oldest_pending_at", "failed", "in_flight", "mutes", "polling",
          "registrations",
        ])
      #expect(
        status["scopes"][0].keys == [
          "account_id", "region", "role_arn", "last_complete_at", "age_seconds",
        ])
      #expect(status["scopes"][0]["region"].string == "us-east-1")
      #expect((status["scopes"][0]["age_seconds"].int ?? -1) >= 0)
      #expect(status["pending"].int == 1)
      #expect(status["oldest_pending_at"].string != nil)
      #expect(status["failed"].int == 1)
      #expect(status["in_flight"].int == 1)
      #expect(status["polling"] == .null)
      #expect(try await world.aws.requests().isEmpty)

      let text = try await world.cdnotify("status", "--max-failed", "0")
      #expect(text.status == 1)
      #expect(text.output.contains("1 pending, the oldest since "))
      #expect(text.output.contains("1 failed; see \"cdnotify history --state failed\""))
      #expect(text.error.hasPrefix("cdnotify: 1 notification failed, and the limit is 0: "))
      #expect(try await world.cdnotify("status", "--quiet", "--max-failed", "1").output == "")
    }
  }

  @Test("Mutes and a poll at work are shown") func mutesAndPoll() async throws {
    try await World.with { world in
      try await register(world)
      #expect(try await world.cdnotify("poll").status == 0)
      try await world.cdnotify("mute", "checkout", "--channel", "hook", "--for", "2h")
      let muted = try await world.cdnotify("status", "--json").json()["mutes"]
      #expect(muted.array.map(\.keys) == [["application", "channel", "until"]])
      #expect(muted[0]["application"].string == "checkout")
      #expect(muted[0]["channel"].string == "hook")
      #expect(muted[0]["until"].string?.hasSuffix("Z") == true)
      try await world.cdnotify("unmute", "checkout")
      try await world.cdnotify("mute", "checkout", "--for", "2h")
      let whole = try await world.cdnotify("status", "--json").json()["mutes"]
      #expect(whole.array.map { $0["channel"] } == [.null])
      try await world.cdnotify("unmute", "checkout")
      #expect(try await world.cdnotify("status", "--json").json()["mutes"] == .array([]))

      try await world.aws.deploy("checkout")
      try await world.sink.script("/hook", count: 1, #""hang": 60"#)
      let poll = try world.start(["poll"])
      try await world.sink.wait(for: 1, "/hook")
      let polling = try await world.cdnotify("status", "--json").json()["polling"]
      #expect(polling["pid"].int == Int(poll.processIdentifier))
      #expect(polling["since"].string?.hasSuffix("Z") == true)
      poll.signal(SIGKILL)
      _ = await poll.end()
      #expect(try await world.cdnotify("status", "--json").json()["polling"] == .null)
    }
  }

  @Test("An account is called in status what the registrations call it") func accountName()
    async throws
  {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let file = try world.write(
        """
        accounts: {"123456789012": payments-prod}
        registrations:
          - codedeploy_application_name: checkout
            notifications: [{webhook_notification: {url: "\(world.sink.url)/hook"}}]
        """, to: "registrations.yaml")
      #expect(try await world.cdnotify("register", "--file", file).status == 0)
      try await world.aws.deploy("checkout")
      #expect(try await world.cdnotify("poll").status == 0)
      let scope = try await world.cdnotify("status", "--json").json()["scopes"][0]
      #expect(scope["account_id"].string == "123456789012")
      #expect(scope["account_name"].string == "payments-prod")
      let text = try await world.cdnotify("status").output
      #expect(text.hasPrefix("us-east-1, account payments-prod (123456789012)  last complete"))
    }
  }

  @Test("Registrations that call an account differently are each shown with their own name")
  func differingNames() async throws {
    try await World.with { world in
      let hook = #"[{"webhook_notification": {"url": "\#(world.sink.url)/hook"}}]"#
      func registration(_ application: String, _ role: String, naming name: String?) -> String {
        let accounts = name.map { #", "accounts": {"123456789012": "\#($0)"}"# } ?? ""
        return #"{"codedeploy_application_name": "\#(application)", "#
          + #""role_arn": "arn:aws:iam::123456789012:role/\#(role)"\#(accounts), "#
          + #""notifications": \#(hook)}"#
      }
      let document = [
        registration("basket", "a", naming: "shop"), registration("checkout", "a", naming: "prod"),
        registration("search", "a", naming: nil), registration("stock", "b", naming: "stock"),
      ].joined(separator: ", ")
      let run = try await world.cdnotify(
        "register", "--no-verify", "--file", "-", input: "[\(document)]")
      #expect(run.status == 0, "\(run.error)")
      let status = try await world.cdnotify("status", "--json").json()
      #expect(
        status["registrations"].array.map { $0["account_name"].string } == [
          "shop", "prod", nil, "stock",
        ])
      #expect(
        status["scopes"].array.map { $0["account_name"].string } == ["prod / shop", "stock"])
      let text = try await world.cdnotify("status").output
      #expect(text.contains("role/a, account prod / shop (123456789012)  last"), "\(text)")
    }
  }

  @Test("The metrics file keeps the time of the last success") func metricsFile() async throws {
    try await World.with { world in
      try await register(world)
      let file = world.path("cdnotify.prom")
      func metrics() throws -> [String: Double] {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        var values: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
          let parts = line.split(separator: " ")
          values[String(parts[0])] = Double(parts[1])
        }
        return values
      }
      try await world.aws.deploy("checkout")
      #expect(try await world.cdnotify("poll", "--metrics-file", file).status == 0)
      let good = try metrics()
      let success = try #require(good["cdnotify_last_success_timestamp_seconds"])
      #expect(good["cdnotify_last_run_exit_code"] == 0)
      #expect(good["cdnotify_notifications{outcome=\"sent\"}"] == 1)
      #expect(good["cdnotify_notifications_pending"] == 0)
      #expect((good["cdnotify_aws_requests"] ?? 0) > 0)
      let scope = "cdnotify_scope_complete{account_id=\"123456789012\",region=\"us-east-1\"}"
      #expect(good[scope] == 1)

      let bad = try await world.cdnotify(
        ["poll"],
        changes: ["AWS_SECRET_ACCESS_KEY": "wrong", "CDNOTIFY_METRICS_FILE": file])
      #expect(bad.status == 77)
      let failed = try metrics()
      #expect(failed["cdnotify_last_success_timestamp_seconds"] == success)
      #expect(failed["cdnotify_last_run_exit_code"] == 77)
      #expect(failed[scope] == 0)
      func total(_ outcome: String) -> String {
        "cdnotify_notifications_total{outcome=\"\(outcome)\"}"
      }
      #expect(["sent", "failed", "skipped"].map { failed[total($0)] } == [1, 0, 0])
      try await world.sink.script("/hook", #""status": 403, "body": "no""#)
      try await world.aws.deploy("checkout")
      #expect(try await world.cdnotify("poll", "--metrics-file", file).status == 1)
      #expect(try await world.cdnotify("poll", "--metrics-file", file).status == 0)
      let after = try metrics()
      #expect(after["cdnotify_notifications{outcome=\"failed\"}"] == 0, "of the last run")
      #expect(["sent", "failed", "skipped"].map { after[total($0)] } == [1, 1, 0])
      try #"\#(total("sent")) 1e300\n\#(total("failed")) x\n"#.write(
        toFile: file, atomically: true, encoding: .utf8)
      #expect(try await world.cdnotify("poll", "--metrics-file", file).status == 0)
      #expect(try metrics()[total("sent")] == 0)
      #expect((failed["cdnotify_last_run_timestamp_seconds"] ?? 0) >= success)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: world.home)
          .filter { $0.hasPrefix("cdnotify.prom") } == ["cdnotify.prom"])

      let nowhere = try await world.cdnotify("poll", "--metrics-file", "/nonexistent/m.prom")
      #expect(nowhere.status == 0)
      #expect(nowhere.error.contains("no such file or directory"))
    }
  }

  @Test("Accounts and labels are in the metrics, the status and the report")
  func accountsAndLabels() async throws {
    try await World.with { world in
      try await world.aws.applications(["basket", "checkout"])
      let document = #"""
        {"accounts": {"123456789012": "payments \"prod\""}, "registrations": [
          {"codedeploy_application_name": "checkout",
           "labels": {"cost-center": "a\\b", "cost.center": "c", "team": "payments"},
           "notifications": [{"webhook_notification": {"url": "\#(world.sink.url)/hook"}}]},
          {"codedeploy_application_name": "basket", "labels": {"team": "payments"},
           "notifications": [{"webhook_notification": {"url": "\#(world.sink.url)/hook"}}]}]}
        """#
      let run = try await world.cdnotify("register", "--file", "-", input: document)
      #expect(run.status == 0, "\(run.error)")
      try await world.aws.deploy("checkout")
      let file = world.path("cdnotify.prom")
      #expect(try await world.cdnotify("poll", "--metrics-file", file).status == 0)
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let account = #"account_id="123456789012",account_name="payments \"prod\"""#
      let name = "cdnotify_registration_info"
      let basket = #"{application="basket",region="us-east-1",\#(account),label_team="payments"} 1"#
      let own = #"label_cost_center="a\\b",label_cost_center_2="c",label_team="payments""#
      let checkout = #"{application="checkout",region="us-east-1",\#(account),\#(own)} 1"#
      let series = "# TYPE \(name) gauge\n\(name)\(basket)\n\(name)\(checkout)\n"
      #expect(text.contains(series), "\(text)")
      #expect(text.components(separatedBy: "# HELP \(name) ").count == 2)
      #expect(
        text.contains("cdnotify_scope_complete{\(account),region=\"us-east-1\"} 1"), "\(text)")

      let status = try await world.cdnotify("status", "--json").json()
      #expect(status["scopes"][0]["account_name"].string == #"payments "prod""#)
      let registered = status["registrations"][1]
      #expect(registered["application"].string == "checkout")
      #expect(registered["account_id"].string == "123456789012")
      #expect(registered["account_name"].string == #"payments "prod""#)
      #expect(registered["labels"]["team"].string == "payments")
      let lines = try await world.cdnotify("status").output
      #expect(lines.contains("label team: payments (2)\n"), "\(lines)")

      let page = try await world.cdnotify("report", "--html", "-").output
      let place = "<td>payments &quot;prod&quot; (123456789012)</td><td>us-east-1</td>"
      let labels = #"<td>cost-center: a\b, cost.center: c, team: payments</td></tr>"#
      #expect(page.contains("<tr><th scope=\"row\">checkout</th>\(place)\(labels)"), "\(page)")
    }
  }

  @Test("The heartbeat tells success from failure") func heartbeat() async throws {
    try await World.with { world in
      try await register(world)
      let url = "\(world.sink.url)/beat"
      #expect(try await world.cdnotify("poll", "--heartbeat-url", url).status == 0)
      #expect(try await world.sink.requests("/beat").count == 1)
      // Notifications pending for the next run are no failure of this one.
      try await world.sink.script("/hook", count: 3, #""status": 503"#)
      try await world.aws.deploy("checkout")
      #expect(
        try await world.cdnotify(["poll"], changes: ["CDNOTIFY_HEARTBEAT_URL": url]).status == 75)
      #expect(try await world.sink.requests("/beat").count == 2)
      let bad = try await world.cdnotify(
        ["poll", "--heartbeat-url", url], changes: ["AWS_SECRET_ACCESS_KEY": "wrong"])
      #expect(bad.status == 77)
      #expect(try await world.sink.requests("/beat/fail").count == 1)
      // A monitor that is down only causes a message.
      try await world.letTimePass()
      let deaf = try await world.cdnotify("poll", "--heartbeat-url", "http://127.0.0.1:9/s3cret")
      #expect(deaf.status == 0)
      #expect(deaf.error.contains("the heartbeat failed"))
      #expect(!deaf.error.contains("s3cret"))
      #expect(try await world.cdnotify("poll", "--heartbeat-url", "beat").status == 64)
    }
  }
}
