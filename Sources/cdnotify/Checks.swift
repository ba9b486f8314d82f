import AWSClient
import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import NotificationStores

/// Looks at everything that a poll needs, and changes nothing of it.
struct Checks: Sendable {
  let context: Context
  let location: StoreLocation
  /// Of a store that is a table.
  private let setup: DynamoDBSetup?

  init(context: Context, location: StoreLocation) throws {
    self.context = context
    self.location = location
    setup = try location.tableSetup()
  }

  /// The lines, in the order of what depends on what.
  func lines(creatingTable: Bool) async -> [CheckLine] {
    var lines: [CheckLine] = []
    if let setup { lines += await table(setup, creating: creatingTable) }
    var records: [RegistrationRecord] = []
    var opening = Opening()
    var outcomes: [ChannelOutcomes] = []
    lines += trust()
    if !lines.contains(where: { $0.result == .failed }) {
      do {
        let store = try location.openMaking()
        try await (store as? SQLiteStore)?.checkWriting()
        opening = try await store.opening(.all, now: Date())
        records = try await store.registrations()
        lines.append(self.store(opening, registrations: records.count))
        lines += try await store.unreadableRegistrations().compactMap { row in
          UnreadableRegistration.failure([row]).map { failure in
            CheckLine("store", location.label, .failed, failure.description)
          }
        }
        outcomes = try await store.outcomes()
        for row in await store.unreadableRows() {
          if let failure = UnreadableRow.failure([row]) {
            lines.append(CheckLine("store", location.label, .failed, failure.description))
          }
        }
      } catch {
        lines.append(CheckLine("store", location.label, failure: error))
      }
    }
    let scopes = Dictionary(grouping: records, by: \.registration.scope)
    for (scope, records) in scopes.sorted(by: { $0.key < $1.key }) {
      lines += await codeDeploy(scope, records)
      lines.append(listing(scope, opening.progress[scope]?.mark))
    }
    if scopes.isEmpty { lines += await ownCredentials() }
    lines += context.awsWarnings.map { CheckLine("credentials", "endpoint", .note, $0) }
    lines += await channels(records)
    let ambiguous = RegistrationSelection.ambiguous(records)
    return lines
      + records.flatMap { Self.givenUp($0.registration, outcomes, ambiguous: ambiguous) }
  }

  private func store(_ opening: Opening, registrations: Int) -> CheckLine {
    let registered = registrations.counted("registration")
    let pending = opening.waiting.counted("notification")
    return CheckLine(
      "store", location.label, .ok,
      opening.waiting == 0 ? registered : "\(registered), \(pending) pending")
  }

  /// What keeps the file from being trusted as the store, a line each.
  private func trust() -> [CheckLine] {
    guard location.exists else { return [] }
    do {
      return try location.problems().map {
        CheckLine("store", location.label, .failed, $0.commandDescription)
      }
    } catch {
      return [CheckLine("store", location.label, failure: error)]
    }
  }

  private func table(_ setup: DynamoDBSetup, creating: Bool) async -> [CheckLine] {
    func line(_ result: CheckLine.Result, _ answer: String) -> CheckLine {
      CheckLine("store", location.label, result, answer)
    }
    var lines: [CheckLine] = []
    do {
      if creating {
        lines.append(
          line(.ok, try await setup.create() ? "the table was made" : "the table was there already")
        )
      }
      guard let state = try await setup.state() else {
        return [line(.failed, "there is no such table; make it with cdnotify check --create-table")]
      }
      // Polls get along without the permission to describe their table.
      guard state.isDescribed else {
        return lines + [
          line(
            .note,
            "whether the table is set up as it should be can't be told: "
              + "dynamodb:DescribeTable is not allowed")
        ]
      }
      guard state.isOurs else {
        return [
          line(
            .failed,
            "the table has other keys than pk and sk: it is another program's; name "
              + "another table")
        ]
      }
      guard state.isActive else {
        return [line(.failed, "the table is being made or deleted; look again later")]
      }
      if state.forgets == false {
        lines.append(
          line(
            .failed,
            "the table never forgets: turn time to live on for the attribute ttl, as "
              + "cdnotify check --create-table does"))
      }
      if state.hasRecovery == false {
        lines.append(
          line(
            .note,
            "point-in-time recovery is off; with it the table can be brought back to any "
              + "moment of the last 35 days"))
      }
    } catch {
      return [CheckLine("store", location.label, failure: error)]
    }
    return lines
  }

  /// Where nothing is registered, whether a registration would find credentials.
  private func ownCredentials() async -> [CheckLine] {
    do {
      guard let region = try context.region(profile: "") else {
        return [
          CheckLine(
            "credentials", "no region", .failed,
            "set AWS_REGION, or a region in the AWS configuration's profile")
        ]
      }
      return [await credentials(AWSScope(region: region), nil)]
    } catch {
      return [CheckLine("credentials", "this host", failure: error)]
    }
  }

  private func credentials(_ scope: AWSScope, _ externalID: String?) async -> CheckLine {
    do {
      let arn = try await AWSIdentity.arn(
        context.announcing.aws(scope, externalID), region: scope.region)
      return CheckLine("credentials", scope.label, .ok, arn)
    } catch {
      return CheckLine("credentials", scope.label, failure: error)
    }
  }

  /// The credentials of a scope, and whether they may do what a poll and a registration do there.
  private func codeDeploy(
    _ scope: AWSScope, _ records: [RegistrationRecord]
  ) async -> [CheckLine] {
    guard !scope.region.isEmpty else {
      return [
        CheckLine(
          "codedeploy", scope.label, .note,
          "registered where no region was known; the first poll that knows one fills it in")
      ]
    }
    let externalID = records.lazy.compactMap(\.registration.externalID).first
    let identity = await credentials(scope, externalID)
    guard identity.result == .ok else { return [identity] }
    let permissions = Permissions(
      scope: scope, registrations: records.map(\.registration),
      source: context.source(scope, externalID), aws: context.announcing.aws(scope, externalID))
    return [identity] + (await permissions.lines())
      + [await applications(scope, records, context.source(scope, externalID))]
  }

  /// When deployments were last read, without which nothing is announced.
  private func listing(_ scope: AWSScope, _ mark: Date?) -> CheckLine {
    guard let mark else {
      return CheckLine(
        "listing", scope.label, .note,
        "deployments were never read: run \"cdnotify poll\", from cron or a timer")
    }
    let age = Duration.seconds(max(0, Date().timeIntervalSince(mark)))
    let said = "deployments were last read completely \(age.inWords) ago"
    return age < .seconds(3600)
      ? CheckLine("listing", scope.label, .ok, said)
      : CheckLine(
        "listing", scope.label, .note,
        "\(said): see whether \"cdnotify poll\" is run, and what it says")
  }

  /// Channels that gave notifications up: a failure while nothing was sent since.
  private static func givenUp(
    _ registration: Registration, _ outcomes: [ChannelOutcomes], ambiguous: Set<String>
  ) -> [CheckLine] {
    registration.channels.compactMap { channel in
      let one = outcomes.first {
        $0.channel == channel.name && $0.application == registration.application
          && $0.scope == registration.scope
      }
      guard let one, one.failed > 0 else { return nil }
      let count = "\(one.failed.counted("notification")) \(one.failed == 1 ? "was" : "were")"
      let name = registration.application
      let advice =
        "see \"cdnotify history \(name)\", then make them pending again with \"cdnotify retry --application "
        + "\(name)\""
      return CheckLine(
        "delivery", subject(channel, of: registration, ambiguous),
        one.isFailing ? .failed : .note,
        one.isFailing
          ? "\(count) given up, and nothing was sent since: mend it; \(advice)"
          : "\(count) given up, before others were sent: \(advice)")
    }
  }

  /// Whether what is registered is there.
  private func applications(
    _ scope: AWSScope, _ records: [RegistrationRecord], _ source: DeploymentSource
  ) async -> CheckLine {
    let names = records.map(\.registration.application)
    do {
      let missing = Set(names).subtracting(try await source.applications(names)).sorted()
      guard missing.isEmpty else {
        return CheckLine(
          "codedeploy", scope.label, .failed,
          "no application \(missing.joined(separator: ", ")): check the name and the region, or "
            + "unregister it")
      }
      let slips = await GroupPatterns.unmatched(in: records.map(\.registration), source)
      guard slips.isEmpty else {
        return CheckLine("codedeploy", scope.label, .note, slips.joined(separator: "; "))
      }
      let what = "\(names.count.counted("application")) \(names.count == 1 ? "is" : "are")"
      return CheckLine("codedeploy", scope.label, .ok, "\(what) there")
    } catch let failure as AWSFailure where failure.kind == .accessDenied {
      // Only registering needs it, and has --no-verify.
      return CheckLine(
        "codedeploy", scope.label, .note,
        "whether the applications are there can't be told: codedeploy:BatchGetApplications is not "
          + "allowed")
    } catch {
      return CheckLine("codedeploy", scope.label, failure: error)
    }
  }

  /// What channels need of IAM, which no request tells that sends nothing.
  private static let permissions = ["sns": "sns:Publish", "ses": "ses:SendRawEmail"]

  /// A channel, with where its application is if that is registered in several places.
  private static func subject(
    _ channel: ChannelConfiguration, of registration: Registration, _ ambiguous: Set<String>
  ) -> String {
    let place =
      ambiguous.contains(registration.application) ? " (\(registration.scope.label))" : ""
    return "\(registration.application)\(place) \(channel.name)"
  }

  private func channels(_ records: [RegistrationRecord]) async -> [CheckLine] {
    let announcer = Announcer(services: context.announcing)
    let ambiguous = RegistrationSelection.ambiguous(records)
    var lines: [CheckLine] = []
    for registration in records.map(\.registration) {
      let sample = Sample.succeeded.notification(of: registration)
      for channel in registration.channels {
        let subject = Self.subject(channel, of: registration, ambiguous)
        do {
          let found = try await announcer.prepare(sample, through: channel, of: registration)
          let warnings = RegistrationWarnings.of(channel, context) + found
          let unchecked =
            Self.permissions[channel.type].map {
              "; whether \($0) is allowed only \"cdnotify test-channel\" can tell, by sending"
            } ?? ""
          lines.append(
            warnings.isEmpty
              ? CheckLine("channel", subject, .ok, "its settings and secrets are there\(unchecked)")
              : CheckLine("channel", subject, .note, warnings.joined(separator: "; ")))
        } catch {
          lines.append(CheckLine("channel", subject, failure: error))
        }
      }
    }
    return lines
  }
}
