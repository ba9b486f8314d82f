import CodeDeployNotifications

extension Checks {
  /// The IAM permissions of channels that can't be checked without sending.
  private static let permissions = ["sns": "sns:Publish", "ses": "ses:SendRawEmail"]

  /// Whether every channel could send. Nothing is sent.
  func channels(_ records: [RegistrationRecord]) async -> [CheckResult] {
    let announcer = Announcer(services: announcing)
    let ambiguous = RegistrationSelection.ambiguous(records)
    var results: [CheckResult] = []
    for registration in records.map(\.registration) {
      let sample = DeploymentNotifier.Sample.succeeded.notification(
        of: registration, now: announcing.now())
      for channel in registration.channels {
        let subject = Self.subject(channel, of: registration, ambiguous)
        do {
          let found = try await announcer.prepare(sample, through: channel, of: registration)
          let warnings = warnings.of(channel, in: registration) + found
          results.append(
            warnings.isEmpty
              ? CheckResult(
                .channel, subject, .ok, "its settings and secrets are complete",
                remedy: .send(needing: Self.permissions[channel.type]))
              : CheckResult(.channel, subject, .note, warnings.joined(separator: "; ")))
        } catch {
          results.append(CheckResult(.channel, subject, failure: error))
        }
      }
    }
    return results
  }

  /// Channels with failed notifications. It is a failure if nothing was sent since.
  static func givenUp(
    _ registration: Registration, _ outcomes: [ChannelOutcomes], ambiguous: Set<String>
  ) -> [CheckResult] {
    registration.channels.compactMap { channel in
      let one = outcomes.first {
        $0.channel == channel.name && $0.application == registration.application
          && $0.scope == registration.scope
      }
      guard let one, one.failed > 0 else { return nil }
      let count = "\(one.failed.counted("notification")) \(one.failed == 1 ? "was" : "were")"
      return CheckResult(
        .delivery, subject(channel, of: registration, ambiguous),
        one.isFailing ? .failed : .note,
        one.isFailing
          ? "\(count) given up, and nothing has been sent since"
          : "\(count) given up, but others have been sent since",
        remedy: .retry(application: registration.application, mending: one.isFailing))
    }
  }

  /// A channel, with the scope of its application if that is registered in several.
  private static func subject(
    _ channel: ChannelConfiguration, of registration: Registration, _ ambiguous: Set<String>
  ) -> String {
    let scope =
      ambiguous.contains(registration.application) ? " (\(registration.scope.label))" : ""
    return "\(registration.application)\(scope) \(channel.name)"
  }
}
