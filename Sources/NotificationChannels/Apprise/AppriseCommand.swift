import ChannelKit
import CodeDeployNotifications
import Foundation
import Programs

/// Apprise's command, as packaged in Debian.
///
/// It takes a service's address as an argument, which every user of the machine can read, or from a
/// file. Here that file is a pipe: a shell reads the address from the beginning of its standard
/// input, which is a file in memory, and leaves the rest of the input, the text, to the command.
struct AppriseCommand: Sendable {
  private let url: String
  private let redaction: Redaction

  /// The first argument is the length of the address with its line end, in bytes. The others are
  /// for the command. `printf` is built into the shell, so no process shows the address in its
  /// arguments.
  private static let script = """
    address=$(head -c "$1") && shift && {
      printf '%s\\n' "$address" | "$0" --config /dev/fd/3 "$@" 3<&0 0<&4
    } 4<&0
    """

  init(_ url: String) throws(SettingProblem) {
    let isAddress = url.wholeMatch(of: /[A-Za-z][A-Za-z0-9+.-]*:\/\/\S+/) != nil
    guard isAddress, !url.unicodeScalars.contains(where: { $0.value < 33 || $0.value == 127 })
    else {
      throw SettingProblem(
        "must be an Apprise URL without spaces, as in ntfys://HOST/TOPIC")
    }
    self.url = url
    redaction = Redaction(Self.secrets(in: url))
  }

  /// The whole address, and each of its parts except the scheme: a host's name for one service is
  /// the token for another.
  private static func secrets(in url: String) -> [Secret] {
    let scheme = url.firstRange(of: "://")
    let rest = scheme.map { String(url[$0.upperBound...]) } ?? url
    let parts = rest.split { "/:@?&=,#".contains($0) }.map(String.init)
    let readable = parts.compactMap(\.removingPercentEncoding)
    let long = (parts + readable).filter { $0.count > 3 }
    return [Secret(url), Secret(rest)] + long.map { Secret($0) }
  }

  /// The file that is run on a host with these variables, `nil` where there is none.
  static func program(_ hostVariables: [String: String]) -> String? {
    ProgramSearch.program("apprise", path: HostVariables.path(in: hostVariables))
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices, on hostVariables: [String: String]
  ) async throws -> String {
    let address = Array(url.utf8) + [10]
    let run = CommandRun(
      program: "/bin/sh",
      arguments: [
        "-c", Self.script, Self.program(hostVariables) ?? "apprise", "\(address.count)",
        "--verbose",
        "--notification-type=\(AppriseChannel.kind(message.notification))",
        "--input-format=text", "--title=\(message.title.text.oneLine)",
      ],
      variables: Self.variables(hostVariables),
      input: address + Array(message.body.text.cleaned.utf8))
    let limit = min(AppriseChannel.time, services.timeout)
    let ending: CommandRun.Ending
    do {
      try Task.checkCancellation()
      ending = try await run.ending(within: limit)
    } catch let error as CommandRun.NotStarted {
      throw DeliveryFailure(
        .tryAgain(after: nil), isAnswer: false,
        redaction.line("apprise can't be started: \(error)"))
    }
    return try answer(ending, limit)
  }

  private static func variables(_ inherited: [String: String]) -> [String: String] {
    var variables = inherited.filter { ["HOME", "TZ", "TMPDIR"].contains($0.key) }
    variables["PATH"] = HostVariables.path(in: inherited)
    // Python then uses UTF-8, whatever cron's locale is.
    variables["LC_ALL"] = "C.UTF-8"
    return variables
  }

  private func answer(_ ending: CommandRun.Ending, _ limit: Duration) throws -> String {
    let said = words(ending)
    let reason = said.isEmpty ? "" : ": \(said)"
    switch ending.end {
    case .exited(0): return "sent by apprise"
    case .exited(1) where Self.meansNoAddress(ending):
      throw DeliveryFailure(.refused, "apprise doesn't understand the address in url\(reason)")
    case .exited(1):
      throw DeliveryFailure(
        .tryAgain(after: nil), "apprise says that the service didn't accept it\(reason)")
    case .exited(3):
      throw DeliveryFailure(.refused, "apprise has no service to notify (exit status 3)\(reason)")
    case .exited(127):
      throw DeliveryFailure(
        .refused, "apprise is not in PATH on this machine: apt-get install apprise")
    // A shell's word for the signal that ended the command.
    case .exited(let status) where status > 128:
      throw DeliveryFailure(
        .tryAgain(after: nil), "apprise was ended by signal \(status - 128)\(reason)")
    case .exited(let status):
      throw DeliveryFailure(.refused, "apprise failed with exit status \(status)\(reason)")
    case .signalled(let signal):
      throw DeliveryFailure(.tryAgain(after: nil), "apprise was ended by signal \(signal)\(reason)")
    case .stopped:
      try Task.checkCancellation()
      throw DeliveryFailure(
        .tryAgain(after: nil), isAnswer: false,
        "apprise did not end within \(limit.inWords) and was stopped\(reason)")
    }
  }

  /// Versions have different exit statuses for it, but the same words.
  private static func meansNoAddress(_ ending: CommandRun.Ending) -> Bool {
    let text = String(decoding: ending.output.bytes + ending.error.bytes, as: UTF8.self)
    return text.contains("Unparseable URL") || text.contains("specify at least one server URL")
      || text.contains("Unsupported URL")
  }

  /// The first warning or error in its log, without the time. Some versions write the log to
  /// standard output and others to standard error.
  private func words(_ ending: CommandRun.Ending) -> String {
    for kept in [ending.output, ending.error] {
      var lines = String(decoding: kept.bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      // The cut may have split a secret in two.
      if kept.isCut { _ = lines.popLast() }
      let trouble = lines.first { $0.contains("WARNING - ") || $0.contains("ERROR - ") }
      guard let trouble else { continue }
      return redaction.line(String(trouble).replacing(#/^.*?(?:WARNING|ERROR) - /#, with: ""))
    }
    return redaction.end(ending.error)
  }
}
