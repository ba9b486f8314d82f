import CodeDeployNotifications
import Foundation

/// A problem that a run reports on standard error: what failed, where, and what happens next.
struct Trouble: Sendable {
  /// What a lasting problem can be about.
  enum Subject: Hashable, Sendable {
    case store
    /// The settings for reaching AWS.
    case settings
    case scope(AWSScope)
    case channel(application: String, name: String)
    case heartbeat
    case metrics
  }

  var line: LogLine
  /// What the problem is about; empty for something that happened once and is over.
  var subjects: Set<Subject> = []
  /// The kind of problem, where one subject can have several.
  var kind = ""
}

extension Trouble {
  /// All problems in a cycle's report; those with the same cause share a line.
  static func all(
    of report: PollReport, isDryRun: Bool, ambiguous: Set<String> = []
  ) -> [Trouble] {
    var troubles = scopes(report.scopes)
    if let failure = report.storeFailure { troubles.append(store(failure)) }
    troubles += notifications(
      report.notifications, isDryRun: isDryRun, ambiguous: ambiguous)
    for id in report.unknownDeployments {
      troubles.append(
        Trouble(
          line: LogLine(
            "no registered application has a deployment \(id)", about: [("deployment_id", id)])))
    }
    for (id, application) in report.unregisteredDeployments.sorted(by: { $0.key < $1.key }) {
      troubles.append(
        Trouble(
          line: LogLine(
            ("\(id) is a deployment of \(application), which isn't registered: register it with "
              + "\"cdnotify register \(application.shellArgument) --channel …\", then try again")
              .printable,
            about: [("deployment_id", id), ("application", application)])))
    }
    if report.wasStopped {
      let left =
        switch report.pending {
        case 0: "the next poll reads what is left"
        case 1: "1 notification is pending, and the next poll continues with it"
        default:
          "\(report.pending) notifications are pending, and the next poll continues with "
            + "them"
        }
      troubles.append(
        Trouble(
          line: LogLine(
            "told to stop before the end: \(left)", level: .warning,
            about: [("pending", "\(report.pending)")])))
    }
    return troubles
  }

  /// A store that can't be used is reported every time, because the memory of reports is kept
  /// beside it.
  static func store(_ failure: StoreFailure) -> Trouble {
    Trouble(
      line: LogLine(failure.commandDescription),
      subjects: failure.kind == .unusable ? [] : [.store],
      kind: "\(failure.kind)")
  }

  /// Why a cycle couldn't begin.
  static func settings(_ failure: AWSFailure) -> Trouble {
    Trouble(line: LogLine(sentences(failure)), subjects: [.settings], kind: kind(failure))
  }

  /// What is said of a scope that wasn't read.
  private struct ScopeCause: Hashable {
    var sentence: String
    var kind: String
  }

  /// Why scopes weren't read; the same for several scopes is reported once.
  private static func scopes(_ reports: [PollReport.ScopeReport]) -> [Trouble] {
    var scopes: [ScopeCause: [AWSScope]] = [:]
    var order: [ScopeCause] = []
    for report in reports {
      let causes = report.failures.map {
        ScopeCause(sentence: sentences($0, of: report), kind: kind($0))
      }
      for cause in Set(causes).sorted(by: { $0.sentence < $1.sentence }) {
        if scopes[cause] == nil { order.append(cause) }
        scopes[cause, default: []].append(report.scope)
      }
    }
    return order.map { cause in
      let scopes = scopes[cause] ?? []
      let regions = Set(scopes.map(\.region)).sorted()
      let count = scopes.count > 1 ? "\(scopes.count) scopes (\(listed(regions))): " : ""
      return Trouble(
        line: LogLine(
          count + cause.sentence, about: [("region", regions.joined(separator: ","))]),
        subjects: Set(scopes.map(Subject.scope)), kind: cause.kind)
    }
  }

  /// What failed, what to do about it, and what happens next.
  private static func sentences(
    _ failure: AWSFailure, of report: PollReport.ScopeReport? = nil
  ) -> String {
    var registered = ""
    if let report, let profile = failure.missingProfile, profile == report.scope.profile,
      !report.applications.isEmpty
    {
      let verb = report.applications.count == 1 ? "is" : "are"
      registered = " \(listed(report.applications)) \(verb) registered with it."
    }
    let advice = failure.adviceWithCheckHint.map { " \($0)" } ?? ""
    return "\(failure)\(registered)\(advice) The next poll asks again.".printable
  }

  /// Wrong keys and expired ones are different problems: each has its own remedy. Trouble on the
  /// way to AWS comes in many forms, and is one.
  private static func kind(_ failure: AWSFailure) -> String {
    let code = failure.kind == .credentialsRefused ? failure.code : nil
    return ["\(failure.kind)", code].compactMap(\.self).joined(separator: " ")
  }

  /// Notifications with the same outcome for the same reason on channels of the same name.
  private struct Cause: Hashable {
    var outcome: PollReport.NotificationReport.Outcome
    var channel: String
    var reason: String
  }

  private static func notifications(
    _ reports: [PollReport.NotificationReport], isDryRun: Bool, ambiguous: Set<String>
  ) -> [Trouble] {
    var groups: [Cause: [PollReport.NotificationReport]] = [:]
    var order: [Cause] = []
    for report in reports {
      switch report.outcome {
      case .failed, .retrying: break
      case .skipped where report.skipReason == .expired && !isDryRun: break
      default: continue
      }
      let cause = Cause(
        outcome: report.outcome, channel: report.channel, reason: report.reason)
      if groups[cause] == nil { order.append(cause) }
      groups[cause, default: []].append(report)
    }
    return order.map { trouble($0, groups[$0] ?? [], ambiguous) }
  }

  private static func trouble(
    _ cause: Cause, _ reports: [PollReport.NotificationReport], _ ambiguous: Set<String>
  ) -> Trouble {
    let applications = Set(reports.map(\.application)).sorted()
    let what = subject(
      of: reports, Set(reports.map { $0.title(ambiguous) }).sorted(), cause.channel, ambiguous)
    let isOne = reports.count == 1
    var about = [("channel", cause.channel), ("application", applications.joined(separator: ","))]
    if let only = reports.first, isOne {
      about += [("deployment_id", only.deploymentID), ("event", only.event.rawValue)]
    } else {
      about.append(("count", "\(reports.count)"))
    }
    about.append(("outcome", cause.outcome.rawValue))
    switch cause.outcome {
    case .failed:
      let selection =
        applications.count == 1
        ? "--application \(applications[0].shellArgument)"
        : "--channel \(cause.channel.shellArgument)"
      let sentence =
        "\(what) \(isOne ? "was" : "were") not sent and won't be tried again: "
        + "\(cause.reason.asSentence) Fix the cause, then \"cdnotify retry \(selection)\"."
      return Trouble(line: LogLine(sentence.printable, about: about))
    case .retrying:
      let next = reports.compactMap(\.nextAttemptAt).min().map { " Next attempt: \($0.iso8601)." }
      let sentence = "\(what) could not be sent yet: \(cause.reason.asSentence)\(next ?? "")"
      return Trouble(
        line: LogLine(sentence.printable, level: .warning, about: about).unmarked,
        subjects: Set(
          applications.map { Subject.channel(application: $0, name: cause.channel) }))
    default:
      let sentence =
        "\(what) \(isOne ? "is" : "are") not announced: \(cause.reason.asSentence) \"cdnotify retry\" "
        + "sends \(isOne ? "it" : "them") anyway."
      return Trouble(line: LogLine(sentence.printable, level: .warning, about: about).unmarked)
    }
  }

  private static func subject(
    of reports: [PollReport.NotificationReport], _ applications: [String], _ channel: String,
    _ ambiguous: Set<String>
  ) -> String {
    if reports.count == 1, let only = reports.first {
      return
        "\(only.title(ambiguous)) \(only.deploymentID): \"\(only.event.rawValue)\" to \(channel)"
    }
    guard applications.count > 1 else {
      return "\(listed(applications)): \(reports.count) notifications to \(channel)"
    }
    return "\(reports.count) notifications of \(applications.count) applications "
      + "(\(listed(applications))) to \(channel)"
  }

  /// The first few of many names.
  static func listed(_ names: [String]) -> String {
    names.count <= 4
      ? names.joined(separator: ", ")
      : names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more"
  }
}
