import Foundation
import Testing

/// The rules for settings, literal or referenced, and what a host lets them reach.
@Suite struct SettingTests {
  private func register(
    _ world: World, _ spec: String, _ more: String..., changes: [String: String] = [:]
  ) async throws -> Run {
    try await world.aws.applications(["checkout"])
    return try await world.cdnotify(
      ["register", "checkout", "--channel", spec] + more, changes: changes)
  }

  private func outcome(
    _ world: World, _ changes: [String: String]
  ) async throws -> (outcome: String?, reason: String?, status: Int32) {
    let run = try await world.cdnotify("poll", "--json", changes: changes)
    let first = try run.json()["notifications"][0]
    return (first["outcome"].string, first["reason"].string, run.status)
  }

  @Test(
    "Line ends at a value's end go, other blanks are refused with the reason, by check too",
    arguments: [
      ("\n", nil), ("\r\n", nil), ("\n\n", nil), (" ", "ends with a space; remove it"),
      (" \n", "ends with a space; remove it"), ("\t", "must not contain control characters"),
    ] as [(String, String?)])
  func blanks(end: String, problem: String?) async throws {
    try await World.with { world in
      try await world.sink.webhookSecret("/hook", "hush-hush-0123456789")
      _ = try world.write("hush-hush-0123456789\(end)", to: "secret")
      _ = try world.write("\(world.sink.url)/hook\(end)", to: "url")
      let files = ["url", "secret"].map { "\($0)=file:\(world.path($0))" }.joined(separator: ",")
      #expect(try await register(world, "webhook,\(files)").status == 0)
      let check = try await world.cdnotify("check")
      let printed = check.output + check.error
      try await world.aws.deploy("checkout")
      let poll = try await outcome(world, [:])
      if let problem {
        #expect(poll.outcome == "failed")
        #expect(poll.reason?.contains(problem) == true, "\(poll.reason ?? "")")
        #expect(check.status == 1)
        #expect(printed.contains(problem), "\(printed)")
      } else {
        #expect(poll.outcome == "sent", "\(poll.reason ?? "")")
        #expect(try await world.sink.requests("/hook").count == 1)
      }
    }
  }

  @Test(
    "What can't be right is refused, and a password in an address is never said again",
    arguments: [
      "webhook,url=htps://ada:hunter2@h/x", "webhook,url=https:/ada:hunter2@h/x",
      "webhook,url=https://ada:hunter2@h:99999/x", "webhook,url=https://ada:hunter2@h /x",
      "https://ada:hunter2@h/x", "webhook,url=https://h,header.X=a,header.x=hunter2",
      "webhook,url=https://h,secret=whsec_hunter2!",
      "webhook,url=https://h,header.X=env:AWS_HUNTER2",
      "grafana,url=https://ada:hunter2@h/x?y=1,token=t", "webhook,url=https://h,group=prod[",
      "pagerduty,routing_key=hunter2", "email,host=h,port=65536,from=a@b.example,to=c@d.example",
      "webhook,url=file:/proc/self/environ",
    ])
  func refused(spec: String) async throws {
    try await World.with { world in
      let run = try await register(world, spec)
      #expect(run.status == 65, "\(run.error)")
      #expect(!(run.output + run.error).contains("hunter2"), "\(run.error)")
    }
  }

  @Test("Likely typing mistakes are reported by register and by check")
  func typingMistakes() async throws {
    try await World.with { world in
      try await world.aws.deploy("checkout")
      let run = try await register(
        world, "webhook,url=https://localhost:1/,secret=evn:HOOK_SECRET,title={{aplication}}",
        "--group", "produktion")
      #expect(run.status == 0)
      let check = try await world.cdnotify("check")
      for printed in [run.error, check.output + check.error] {
        #expect(printed.contains("did you mean env:?"), "\(printed)")
        #expect(printed.contains("did you mean {{application}}?"), "\(printed)")
        #expect(printed.contains("matches \"produktion\""), "\(printed)")
        #expect(!printed.contains("HOOK_SECRET"))
      }
    }
  }

  @Test("Register and check say what can't be meant")
  func cantBeMeant() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let key = String(repeating: "0", count: 32)
      let document = """
        codedeploy_application_name: checkout
        events: [started, succeeded]
        notifications:
          - datadog_notification: {name: dora, api_key: "\(key)", send: dora, service: checkout}
          - slack_notification: {webhook_url: "\(world.sink.url)/services/T0/B0/x", mention: deployer}
          - github_notification: {name: one, token: ghp_0123456789, repository: a/b}
          - github_notification:
              name: two
              token: ghp_0123456789
              repository: a/b
              environment_url: "https://{{application}}.example.com"
          - github_notification:
              {name: three, token: ghp_0123456789, repository: a/b, environment: other}
          - github_notification:
              name: four
              token: ghp_0123456789
              repository: a/b
              environment: "{{ deployment_group }}"
          - exec_notification: {command: /bin/true, timeout: 5m}
        """
      let run = try await world.cdnotify("register", "--file", "-", input: document)
      #expect(run.status == 0, "\(run.error)")
      let check = try await world.cdnotify("check")
      for printed in [run.error, check.output + check.error] {
        for sentence in [
          "it gets only some of the registration's events: DORA metrics accept only deployments that "
            + "have ended",
          "mention: deployer mentions nobody, because the registration's deployers have no id for "
            + "slack",
          "an attempt may take 5m, but a cycle of 50s leaves it 38s: that needs a deadline of 6m18s",
        ] {
          #expect(printed.contains(sentence), "\(printed)")
        }
      }
      let shared = "channel two: it shows the same deployments in the same place as one: they share"
      #expect(run.error.contains(shared), "\(run.error)")
      #expect(!run.error.contains("channel three: "), "\(run.error)")
      // It names what is the default.
      #expect(run.error.contains("channel four: it shows the same deployments"), "\(run.error)")
    }
  }

  @Test("A channel that can tell none of its registration's events is warned of")
  func nothingToTell() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let run = try await world.cdnotify(
        "register", "checkout", "--on", "started", "--channel",
        "datadog,api_key=\(String(repeating: "0", count: 32)),send=dora,service=x")
      #expect(run.status == 0)
      #expect(run.error.contains("it gets none of the registration's events: "), "\(run.error)")
    }
  }

  @Test("Events that a channel can't tell are refused")
  func untellableEvents() async throws {
    try await World.with { world in
      let run = try await register(
        world,
        "datadog,api_key=\(String(repeating: "0", count: 32)),send=dora,service=x,on=started")
      #expect(run.status == 65)
      #expect(
        run.error.contains(
          "on: DORA metrics accept only deployments that have ended: succeeded, failed "),
        "\(run.error)")
    }
  }

  @Test("The host decides which commands may run") func allowedCommands() async throws {
    try await World.with { world in
      let script = try world.write("#!/bin/sh\ntouch \(world.path("ran"))\n", to: "announce")
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script)
      #expect(try await register(world, "exec,command=\(script)").status == 0)
      try await world.aws.deploy("checkout")
      let denied = try await outcome(world, ["CDNOTIFY_ALLOW_EXEC": "/usr/local/bin"])
      #expect(denied.outcome == "retrying")
      #expect(denied.status == 75)
      #expect(denied.reason?.contains("CDNOTIFY_ALLOW_EXEC doesn't name it") == true)
      #expect(!FileManager.default.fileExists(atPath: world.path("ran")))
      try await world.letTimePass()
      let allowed = try await outcome(world, ["CDNOTIFY_ALLOW_EXEC": world.home])
      #expect(allowed.outcome == "sent", "\(allowed.reason ?? "")")
      #expect(FileManager.default.fileExists(atPath: world.path("ran")))
      let wrong = try await world.cdnotify("poll", changes: ["CDNOTIFY_ALLOW_EXEC": "bin"])
      #expect(wrong.status == 64)
      #expect(wrong.error.contains("CDNOTIFY_ALLOW_EXEC: \"bin\" is not an absolute path"))
    }
  }

  @Test("A file that a shared table names is read only if the host allows it, as register says")
  func allowedFiles() async throws {
    try await World.with { world in
      let world = try await world.withTable()
      let path = try world.write("hush-hush-0123456789", to: "secret")
      let run = try await register(
        world, "webhook,url=\(world.sink.url)/hook,secret=file:\(path)")
      #expect(run.status == 0, "\(run.error)")
      #expect(run.error.contains("is not allowed on this host"), "\(run.error)")
      #expect(run.error.contains("url is a literal in the table"), "\(run.error)")
      try await world.aws.deploy("checkout")
      let denied = try await outcome(world, [:])
      #expect(denied.outcome == "retrying")
      #expect(denied.reason?.contains("CDNOTIFY_ALLOW_REFERENCES") == true)
      #expect(try await world.sink.requests("/hook").isEmpty)
      // The sink takes only what was signed with the file's secret.
      try await world.sink.webhookSecret("/hook", "hush-hush-0123456789")
      let allowed = try await world.cdnotify(
        "test-channel", "checkout", changes: ["CDNOTIFY_ALLOW_REFERENCES": "file:\(world.home)/*"])
      #expect(allowed.status == 0, "\(allowed.error)")
      #expect(try await world.sink.requests("/hook").map { $0["verified"].bool } == [true])
    }
  }

  @Test("A notification that needs another host's secret is left for that host")
  func otherHost() async throws {
    try await World.with { world in
      let world = try await world.withTable()
      _ = try await register(world, "webhook,url=\(world.sink.url)/hook,secret=env:HOOK_SECRET")
      try await world.aws.deploy("checkout")
      let here = try await outcome(world, [:])
      #expect(here.outcome == "retrying")
      #expect(here.reason == "secret: env:HOOK_SECRET is not set in the environment of this run")
      #expect(here.status == 75)
      #expect(try await world.sink.requests("/hook").isEmpty)
      try await world.letTimePass()
      let there = try await outcome(world, ["HOOK_SECRET": "hush-hush-0123456789"])
      #expect(there.outcome == "sent", "\(there.reason ?? "")")
    }
  }

  @Test("Registering a masked setting keeps the value that the channel has")
  func maskedSettings() async throws {
    try await World.with { world in
      let url = world.sink.url.replacing("http://", with: "http://ada:hunter2hunter2@")
      let planted = PlantedChannel.literals(world.sink.url)
      let hook = "webhook,url=\(url)/hook?token=hunter2hunter2,header.X=hunter2hunter2"
      for spec in planted.specs + [hook] {
        let run = try await register(world, spec)
        #expect(run.status == 0, "\(run.error)")
      }
      let listed = try await world.cdnotify("list", "--json")
      for secret in planted.marks + ["hunter2"] { #expect(!listed.output.contains(secret)) }
      #expect(listed.output.contains("\(world.sink.url)/********"))
      let again = try await world.cdnotify(
        "register", "--file", "-", "--no-verify", input: listed.output)
      #expect(again.output == "checkout: nothing changed\n", "\(again.error)")
      let elsewhere = try await world.cdnotify(
        "register", "--file", "-", "--no-verify",
        input: listed.output.replacing("\"checkout\"", with: "\"basket\""))
      #expect(elsewhere.status == 65)
      #expect(
        elsewhere.error.contains("stands for the channel's present secret"), "\(elsewhere.error)")
      #expect(try await world.cdnotify("test-channel", "checkout", "webhook").status == 0)
    }
  }
}
