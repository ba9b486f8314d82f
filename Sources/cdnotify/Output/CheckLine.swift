import CodeDeployNotifications
import DeploymentNotifier

/// One result of `check`, as JSON and as a line.
struct CheckLine: Sendable, Encodable {
  /// `store`, `credentials`, `codedeploy`, `listing`, `channel` or `delivery`.
  var check: String
  /// Which one of its kind.
  var subject: String
  var result: String
  var answer: String
  let isFailure: Bool

  init(_ result: CheckResult) {
    check = result.kind.rawValue
    subject = result.subject
    self.result = result.outcome.rawValue
    isFailure = result.outcome == .failed
    switch result.failure {
    case .aws: answer = result.answer
    case .store(let failure): answer = failure.commandDescription
    case nil: answer = result.finding + (result.remedy?.sentence ?? "")
    }
  }

  enum CodingKeys: String, CodingKey { case check, subject, result, answer }

  var text: String {
    let mark = isFailure ? "FAILED" : result.padded(to: 6)
    return "\(mark)  \(check.padded(to: 11))  \(subject)  \(answer)"
  }
}

extension CheckResult.Remedy {
  /// The remedy as a sentence with the command's options, after what was found.
  fileprivate var sentence: String {
    switch self {
    case .createTable: return "; create it with \"cdnotify check --create-table\""
    case .turnOnTimeToLive: return ", as \"cdnotify check --create-table\" does"
    case .startPolling: return ": run \"cdnotify poll\", from cron or a timer"
    case .lookAtPolling: return ": check that \"cdnotify poll\" runs, and what it prints"
    case .retry(let application, let mending):
      let name = application.shellArgument
      return
        ": \(mending ? "fix the channel; " : "")\"cdnotify history \(name)\" shows why, and "
        + "\"cdnotify retry --application \(name)\" makes pending again what failed"
    case .send(let permission):
      return
        "; only \"cdnotify test-channel\" shows, by sending, whether \(Self.question(permission))"
    }
  }
}
