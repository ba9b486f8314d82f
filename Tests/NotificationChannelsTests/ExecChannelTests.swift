import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// Runs small scripts.
@Suite struct ExecChannelTests {
  @Test("Each label is a variable that a shell can read, and none hides another")
  func labels() throws {
    let message = Sample.message {
      $0.labels = [
        "Cost-Center": "1", "cost center": "2", "cost_center": "3", "team": "4", "TEAM": "5",
      ]
    }
    let variables = try ExecChannel.variables(for: message, inherited: [:])
    let labels = variables.filter { $0.key.hasPrefix("CDNOTIFY_LABELS_") }
    #expect(
      labels == [
        "CDNOTIFY_LABELS_COST_CENTER": "3", "CDNOTIFY_LABELS_COST_CENTER_2": "1",
        "CDNOTIFY_LABELS_COST_CENTER_3": "2", "CDNOTIFY_LABELS_TEAM": "5",
        "CDNOTIFY_LABELS_TEAM_2": "4",
      ])
  }

  @Test("The command gets the notification as JSON and as variables, and nothing of ours")
  func whatItGets() async throws {
    try await Scripts.with { scripts in
      let script = try scripts.script(
        """
        cat > json; env -0 > variables; for each; do echo "[$each]"; done > arguments
        echo; echo "  posted as 4711  "; echo more
        """)
      let message = ChannelMessage(
        notification: Sample.notification { $0.error = .init(message: "first\nsecond") },
        title: .init("A title"), body: .init("Some\nlines"))
      let outcome = try await scripts.run(
        script, ["args": ["--to", "a b", "$(id)", "*", ""]], message: message)
      #expect(outcome == .sent("posted as 4711"))
      #expect(
        try scripts.read("json")
          == String(decoding: JSONCoding.encoder().encode(message.notification), as: UTF8.self))
      #expect(try scripts.read("arguments") == "[--to]\n[a b]\n[$(id)]\n[*]\n[]\n")
      let variables = try scripts.read("variables").split(separator: "\0").map(String.init)
      for line in [
        "CDNOTIFY_ID=key-1", "CDNOTIFY_EVENT=succeeded", "CDNOTIFY_STATUS=Succeeded",
        "CDNOTIFY_APPLICATION=checkout", "CDNOTIFY_DEPLOYMENT_GROUP=production",
        "CDNOTIFY_DEPLOYMENT_ID=d-A1B2C3D4E", "CDNOTIFY_REGION=eu-west-1", "CDNOTIFY_VERSION=1",
        "CDNOTIFY_REVISION_LABEL=0123456", "CDNOTIFY_DURATION_SECONDS=240",
        "CDNOTIFY_DEPLOYER_EMAIL=ada@example.com", "CDNOTIFY_ERROR_MESSAGE=first\nsecond",
        "CDNOTIFY_COMPLETED_AT=2027-01-15T07:59:00Z", "CDNOTIFY_TITLE=A title",
        "CDNOTIFY_BODY=Some\nlines",
      ] { #expect(variables.contains(line), "\(line)") }
      #expect(variables.contains { $0.hasPrefix("CDNOTIFY_CONSOLE_URL=https://") })
      let names = Set(variables.compactMap { $0.split(separator: "=").first.map(String.init) })
      // The shell sets PWD, OLDPWD, SHLVL and _ itself.
      let others = names.filter { !$0.hasPrefix("CDNOTIFY_") }
        .subtracting(["PWD", "OLDPWD", "SHLVL", "_"])
      #expect(
        others.isSubset(of: [
          "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR",
        ]))
    }
  }

  @Test("Credentials and the program's own variables stay out of its environment")
  func environment() throws {
    let variables = try ExecChannel.variables(
      for: Sample.hostileMessage,
      inherited: [
        "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "x", "NEW_RELIC_API_KEY": "x",
        "CDNOTIFY_STORE": "x", "CREDENTIALS_DIRECTORY": "x", "https_proxy": "x", "LD_PRELOAD": "x",
        "BASH_ENV": "x", "LANG": "C.UTF-8", "TZ": "UTC",
      ])
    #expect(!variables.values.contains("x"))
    #expect(variables["LANG"] == "C.UTF-8" && variables["TZ"] == "UTC")
    #expect(variables["PATH"] == "/usr/local/bin:/usr/bin:/bin")
    for (name, value) in variables {
      #expect(!value.contains("\0") && !value.contains("\u{1b}"), "\(name)")
    }
  }

  @Test("A variable fits into an environment, and keeps the end of a log")
  func longVariables() async throws {
    try await Scripts.with { scripts in
      let log = String(repeating: "line\n", count: 100_000)
      let message = Sample.message { notification in
        notification.description = String(repeating: "d", count: 300_000)
        notification.failure = .init(logTail: log + "the cause")
      }
      let script = try scripts.script(#"cat > json; printf %s "$CDNOTIFY_FAILURE_LOG_TAIL" > log"#)
      #expect(try await scripts.run(script, message: message).verdict == nil)
      let kept = try scripts.read("log")
      #expect(kept.utf8.count <= 16 << 10)
      #expect(kept.hasSuffix("line\nthe cause"))
      #expect(try scripts.read("json").contains("the cause"))
    }
  }

  @Test("A command's end is the verdict, and its words the reason", arguments: Ending.all)
  func endings(ending: Ending) async throws {
    try await Scripts.with { scripts in
      let script = try scripts.script(ending.script)
      let message = Sample.message { $0.description = String(repeating: "d", count: 1 << 20) }
      let outcome = try await scripts.run(script, message: message)
      #expect(outcome == ending.outcome(script))
    }
  }

  @Test(
    "What a command leaves running, silent or not, is neither waited for nor ended",
    arguments: ["sleep 600", "yes", "yes >&2"])
  func background(command: String) async throws {
    try await Scripts.with { scripts in
      let script = try scripts.script("\(command) & echo $! > pid; echo started")
      let outcome = try await scripts.run(script)
      let process = try #require(pid_t(try scripts.read("pid").trimmingCharacters(in: .newlines)))
      // A program that still writes to our closed pipe gets an error.
      #expect(Scripts.isGone(process) == false || command != "sleep 600")
      kill(process, SIGKILL)
      #expect(outcome.verdict == nil, "\(outcome)")
    }
  }

  @Test(
    "A command whose time is up goes with all that it started, and is tried again",
    arguments: [
      "sleep 600 & echo $! > pid; wait", "trap '' TERM; sleep 600 & echo $! > pid; wait",
      "(trap '' TERM; exec sleep 600) & echo $! > pid; wait",
      "sleep 600 >&- 2>&- & echo $! > pid; exec >&- 2>&-; wait",
    ])
  func timeout(script: String) async throws {
    try await Scripts.with { scripts in
      let script = try scripts.script("echo waiting >&2; \(script)")
      // Once it waits, its remaining time makes no difference.
      let outcome = try await scripts.run(script, timeout: .seconds(1))
      guard case .failed(let verdict, let reason) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(verdict == .tryAgain(after: nil))
      #expect(reason.hasPrefix("\(script) did not end within 1s and was stopped"))
      try await scripts.expectGone("pid")
    }
  }

  @Test("A cancelled delivery ends the command, with all that it started")
  func cancellation() async throws {
    try await Scripts.with { scripts in
      let script = try scripts.script(
        "trap '' TERM; sleep 600 & echo $! > pid.new; mv pid.new pid; wait")
      let delivery = Task { try await scripts.run(script) }
      try await scripts.wait(for: "pid")
      delivery.cancel()
      await #expect(throws: CancellationError.self) { try await delivery.value }
      try await scripts.expectGone("pid")
    }
  }

  @Test("One that is cancelled before it began isn't run") func cancelledBefore() async throws {
    try await Scripts.with { scripts in
      let script = try scripts.script("touch ran")
      let delivery = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await scripts.run(script)
      }
      await #expect(throws: CancellationError.self) { try await delivery.value }
      #expect(!FileManager.default.fileExists(atPath: scripts.path("ran")))
    }
  }

  @Test("What can't be run is refused with the reason") func notRun() async throws {
    try await Scripts.with { scripts in
      let missing = scripts.path("missing")
      #expect(try await scripts.run(missing) == .failed(.refused, "\(missing) was not found"))

      let plain = scripts.path("plain")
      try "echo".write(toFile: plain, atomically: true, encoding: .utf8)
      #expect(
        try await scripts.run(plain)
          == .failed(
            .refused, "\(plain) may not be executed by this user; chmod +x may help"))
      #expect(
        try await scripts.run(scripts.folder)
          == .failed(.refused, "\(scripts.folder) is a folder"))

      let lost = try scripts.script("", interpreter: "#!/no/such/interpreter\n")
      #expect(
        try await scripts.run(lost)
          == .failed(
            .refused,
            "\(lost) could not be run: its first line names a program that doesn't exist"))

      let headless = try scripts.script("echo", interpreter: "")
      #expect(
        try await scripts.run(headless)
          == .failed(
            .refused,
            "\(headless) is not a program for this machine; a script needs a first line such as "
              + "#!/bin/sh"))

      let script = try scripts.script("exit 0")
      let long = String(repeating: "x", count: 3 << 20)
      #expect(
        try await scripts.run(script, ["args": [long]])
          == .failed(.refused, "\(script) could not be started: its arguments are too long"))
    }
  }

  @Test("What references stand for is in the arguments, and in no sentence")
  func secrets() async throws {
    try await Scripts.with { scripts in
      let secret = #"t0ken/"quoted"&more"#
      let script = try scripts.script(
        """
        printf %s "$1" > got
        [ "$2" = out ] && { echo "posted with $1"; exit 0; }
        [ "$2" = long ] && { yes "$1" | head -c 100000 >&2; exit 1; }
        echo "rejected $1 at $2" >&2; exit "$2"
        """)
      for last in ["out", "long", "3", "75"] {
        let outcome = try await scripts.run(script, ["args": ["env:TOKEN", last]]) { _ in secret }
        #expect(try scripts.read("got") == secret)
        for form in EchoedSecret.forms(secret) + [String(secret.suffix(6))] {
          #expect(!outcome.text.contains(form), "\(outcome)")
        }
        #expect(outcome.text.contains("********"))
      }
    }
  }

  @Test(
    "Refuses settings that can't be used",
    arguments: [
      ("command", "bin/announce"), ("command", "./announce"), ("command", "~/announce"),
      ("command", ""), ("command", "/bin/a\0b"), ("timeout", "0s"), ("timeout", "13h"),
      ("timeout", "soon"), ("args", "a\0b"),
    ])
  func problems(setting: String, value: String) throws {
    // What is wrong for every setting of the kind is refused before the channel sees it.
    let declared = try #require(ExecChannel.settings.first { $0.name == setting })
    if SettingRules.problem(value, declared) != nil { return }
    let settings = ["command": ["/bin/true"]].merging([setting: [value]]) { $1 }
    #expect(throws: SettingProblem.self) { try channel("exec", settings) }
    let values = SettingValues(settings, settings: ExecChannel.settings)
    #expect(throws: SettingProblem.self) { try ExecChannel(settings: values) }
  }

  @Test("A name without a slash is looked up in PATH") func lookedUp() async throws {
    try await Scripts.with { scripts in
      let arguments = ["-c", "cat > /dev/null; echo here"]
      let found = try await scripts.run("sh", ["args": arguments])
      #expect(found == .sent("here"))
      let missing = try await scripts.run("no-such-program")
      #expect(missing == .failed(.refused, "no-such-program was not found in PATH"))
    }
  }

  @Test("How long a command may take is the user's choice") func attemptTime() {
    func time(_ value: String?) -> Duration? {
      let settings = value.map { ["timeout": [$0]] } ?? [:]
      return ExecChannel.attemptTime(SettingValues(settings, settings: ExecChannel.settings))
    }
    #expect(time("2m") == .seconds(120))
    #expect(time(nil) == .seconds(10))
    #expect(time("env:TIME") == nil)
  }

  @Test("A command that isn't there is worth a word when it is registered") func warning() {
    func warnings(_ command: String) -> [String] {
      ExecChannel.warnings(SettingValues(["command": [command]], settings: ExecChannel.settings))
    }
    #expect(warnings("/bin/sh").isEmpty)
    #expect(warnings("sh").isEmpty)
    #expect(warnings("env:COMMAND").isEmpty)
    #expect(
      warnings("/no/such/program") == [
        "/no/such/program is not an executable file on this machine"
      ])
  }
}

extension ChannelSample {
  static let exec = [
    ChannelSample(
      label: "exec", type: "exec",
      settings: [
        "command": ["/bin/sh"], "args": ["-c", "cat > /dev/null; echo done"], "timeout": ["9s"],
      ],
      transport: .program, readsBody: false)
  ]
}
