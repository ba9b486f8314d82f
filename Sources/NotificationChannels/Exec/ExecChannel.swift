import ChannelKit
import CodeDeployNotifications
import Foundation
import Programs

/// Runs a command that the user chose: the way to reach services without a channel of their own.
///
/// Exit status 75 is `EX_TEMPFAIL` of sysexits.h.
struct ExecChannel: BundledChannel {
  static let type = "exec"
  static let summary = "Runs a command, with the notification as JSON on its standard input."
  static let guide = ChannelGuide(
    example: "exec,command=/usr/local/bin/announce,args=--topic,args=deployments",
    preparation:
      "A program, or a script whose first line names its interpreter (`#!/bin/sh`), on each host "
      + "that polls, executable for the user that polls. [Adding a channel](adding-a-channel.md) "
      + "has a complete one.",
    arrival:
      "The notification as JSON on standard input, as `webhook` posts it, and its values as "
      + "variables: each name in capitals after `CDNOTIFY_`, such as `CDNOTIFY_EVENT`, "
      + "`CDNOTIFY_DEPLOYMENT_ID`, `CDNOTIFY_REVISION_LABEL` or `CDNOTIFY_FAILURE_LOG_TAIL`, and "
      + "`CDNOTIFY_TITLE` and `CDNOTIFY_BODY`. What is unknown is not set. `CDNOTIFY_ID` is the "
      + "same on every attempt.",
    limits: [
      "Exit status 0 means sent, 75 try again; any other, or an end by a signal, means failed for "
        + "good. `history` shows the first line of standard output as the answer, or the end of "
        + "standard error as the reason.",
      "No shell is involved: arguments arrive as they are. A `command` without a slash is looked "
        + "up in `PATH`, and cron's is not yours: an absolute path is safer.",
      "Of the environment it gets `PATH`, `HOME`, `USER`, `LOGNAME`, `SHELL`, `LANG`, `LC_ALL`, "
        + "`LC_CTYPE`, `TZ` and `TMPDIR` only: no AWS credentials and none of cdnotify's secrets.",
      "Arguments are visible to other users of the host while it runs, also if they come from a "
        + "reference; keep a secret in a file that the command reads.",
      "After `timeout` the command and all that it started get SIGTERM, and SIGKILL a second "
        + "later; it is tried again. If less than `timeout` is left of a cycle, the next cycle "
        + "runs it. More than 38s needs a longer `poll --deadline`, or it gets less time: 5m needs "
        + "6m18s.",
      "Processes that it leaves running are left alone; systemd kills them with the service.",
      "A command is not run if anybody but its user and root can write it or its folder.",
      "A variable has at most 16 KB; the JSON is complete.",
      "Runs for one deployment group come one after the other; of others as many at once as end "
        + "well.",
    ])
  static let settings = [command.any, arguments.any, timeout.any]

  private static let command = Setting.program(
    "command", required: true,
    "The program to run: an absolute path, or a name to look up in PATH"
  )
  private static let arguments = Setting.list("args", "Its arguments, one each")
  private static let timeout = Setting.duration(
    "timeout", default: "10s", "How long it may take, in a cycle that has room for it"
  ).reading { time throws(SettingProblem) -> Duration in
    guard times.contains(time) else { throw SettingProblem("must be from 1s to 12h") }
    return time
  }

  /// `EX_TEMPFAIL` of sysexits.h.
  private static let tryAgain: Int32 = 75
  private static let times: ClosedRange<Duration> = .seconds(1) ... .seconds(12 * 3600)
  /// Linux limits one variable to 128 KB.
  private static let variableLimit = 16 << 10

  private let command: String
  private let arguments: [String]
  private let timeout: Duration
  private let hostVariables: [String: String]
  private let redaction: Redaction

  static func warnings(_ settings: SettingValues) -> [String] {
    guard let command = settings.literal(command),
      program(command, on: settings.hostVariables) == nil
    else { return [] }
    return ["\(command) is not an executable file on this machine"]
  }

  static func attemptTime(_ settings: SettingValues) -> Duration? {
    settings.known(timeout)
  }

  private static func program(
    _ command: String, on hostVariables: [String: String]
  ) -> String? {
    ProgramSearch.program(command, path: HostVariables.path(in: hostVariables))
  }

  init(settings: SettingValues) throws(SettingProblem) {
    command = try settings[Self.command]
    hostVariables = settings.hostVariables
    if let program = Self.program(command, on: hostVariables) {
      try CommandTrust.check(program, setting: Self.command.name)
    }
    arguments = try settings[Self.arguments]
    timeout = try settings[Self.timeout]
    redaction = Redaction(settings.referenced)
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let limit = min(timeout, services.timeout)
    let run = CommandRun(
      program: Self.program(command, on: hostVariables) ?? command,
      arguments: arguments,
      variables: try Self.variables(for: message, inherited: hostVariables),
      input: JSONCoding.encoded(message.notification))
    let ending: CommandRun.Ending
    do {
      try Task.checkCancellation()
      ending = try await run.ending(within: limit)
    } catch let error as CommandRun.NotStarted {
      throw failure(error)
    }
    switch ending.end {
    case .exited(0):
      let answer = redaction.firstLine(ending.output)
      return answer.isEmpty ? "exit status 0" : answer
    case .exited(Self.tryAgain):
      throw failure(.tryAgain(after: nil), "asked to be run again (exit status 75)", ending)
    case .exited(let status): throw failure(.refused, "failed with exit status \(status)", ending)
    case .signalled(let signal):
      var failure = failure(.refused, "was ended by signal \(signal)", ending)
      if ending.end.wasAskedToEnd {
        failure.isStop = true
        try? await Task.sleep(for: CommandRun.signalDelay)
      }
      throw failure
    case .stopped:
      try Task.checkCancellation()
      throw failure(
        .tryAgain(after: nil), isAnswer: false,
        "did not end within \(limit.inWords) and was stopped", ending)
    }
  }

  private func failure(
    _ verdict: DeliveryFailure.Verdict, isAnswer: Bool = true, _ sentence: String,
    _ ending: CommandRun.Ending
  ) -> DeliveryFailure {
    var reason = redaction.end(ending.error)
    if reason.isEmpty { reason = redaction.firstLine(ending.output) }
    let said = reason.isEmpty ? "" : ": \(reason)"
    return DeliveryFailure(
      verdict, isAnswer: isAnswer, redaction.line("\(command) \(sentence)") + said)
  }

  /// The failure where the program wasn't started.
  private func failure(_ error: CommandRun.NotStarted) -> DeliveryFailure {
    var verdict = DeliveryFailure.Verdict.refused
    let sentence: String
    switch error.code {
    case ENOENT, EACCES, ENOTDIR: sentence = whatIsMissing
    case ENOEXEC:
      sentence = "is not a program for this machine; a script needs a first line such as #!/bin/sh"
    case E2BIG: sentence = "could not be started: its arguments are too long"
    default:
      verdict = .tryAgain(after: nil)
      sentence = "could not be started: \(error)"
    }
    return DeliveryFailure(
      verdict, isAnswer: verdict == .refused, redaction.line("\(command) \(sentence)"))
  }

  private var whatIsMissing: String {
    guard command.contains("/") else { return "was not found in PATH" }
    let files = FileManager.default
    var isFolder: ObjCBool = false
    guard files.fileExists(atPath: command, isDirectory: &isFolder) else { return "was not found" }
    if isFolder.boolValue { return "is a folder" }
    return files.isExecutableFile(atPath: command)
      ? "could not be run: its first line names a program that doesn't exist"
      : "may not be executed by this user; chmod +x may help"
  }

  /// The whole environment of the command.
  static func variables(
    for message: ChannelMessage, inherited: [String: String]
  ) throws -> [String: String] {
    var variables = inherited.filter { HostVariables.passedOn.contains($0.key) }
    variables["PATH"] = HostVariables.path(in: inherited)
    add(try JSONTree(message.notification), as: "CDNOTIFY", to: &variables)
    add(.text(message.title.text), as: "CDNOTIFY_TITLE", to: &variables)
    add(.text(message.body.text), as: "CDNOTIFY_BODY", to: &variables)
    return variables
  }

  /// Adds a value of the notification's JSON. Each member of an object gets a variable of its own,
  /// named `NAME_MEMBER`.
  private static func add(_ value: JSONTree, as name: String, to variables: inout [String: String])
  {
    switch value {
    case .object(let members):
      // Users name their labels as they like, and accounts too.
      let names = UniqueNames.of(members.keys, prefix: "\(name)_", isUpper: true)
      for (key, member) in members { add(member, as: names[key] ?? name, to: &variables) }
    case .text(let text):
      let plain = text.cleaned
      // A log's last lines matter most.
      variables[name] =
        name.hasSuffix("_LOG_TAIL")
        ? plain.cutFront(to: variableLimit, .utf8) : plain.cut(to: variableLimit, .utf8)
    default: variables[name] = value.scalar
    }
  }
}
