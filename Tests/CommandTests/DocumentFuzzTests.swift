import Foundation
import TestSupport
import Testing

/// Randomly damaged documents in YAML and JSON, for the command that reads them.
@Suite struct DocumentFuzzTests {
  private static let examples = [
    """
    # Usual channels
    - codedeploy_application_name: checkout
      region: us-east-1
      labels: {team: payments, "a b": !!str 1}
      notifications: &usual
        - webhook_notification: {url: "https://h/x", secret: 'it''s', timeout: 5}
        - slack_notification:
            webhook_url: >-
              https://hooks.example.com/services/T0/B0/
              x
            on: [failed, stopped]
    - codedeploy_application_name: basket
      notifications: *usual
      deployers: {<<: {a: b@example.com}}
    """,
    """
    targets: {team: {webhook_notification: {url: "https://h", body: "{{event}}"}}}
    accounts: {"123456789012": production}
    registrations: [{codedeploy_application_name: a, region: x, notifications: [team, *a]}]
    """,
    """
    {"codedeploy_application_name": "checkout", "overdue_after": "2h", "deployment_groups":
    ["prod-*"], "notifications": [{"newrelic_notification": {"application_name": "A \\ud83d"}}]}
    """,
  ]

  /// Each round runs the command: few by default, more with `make fuzz`.
  private static var rounds: Int { max(1, Spoiler.rounds / 10) }

  @Test("No document ends the command but with a line and place, or its success")
  func documents() async throws {
    try await World.with { world in
      var spoiler = Spoiler(seed: Spoiler.seed)
      for round in 0..<Self.rounds {
        var bytes = Array(spoiler.spoilt(Self.examples).utf8)
        // Input isn't always UTF-8.
        if spoiler.below(4) == 0 {
          bytes.insert(UInt8(128 + spoiler.below(128)), at: spoiler.below(bytes.count + 1))
        }
        try Data(bytes).write(to: URL(fileURLWithPath: world.path("document")))
        let run = try await world.cdnotify(
          "register", "--no-verify", "--dry-run", "--file", world.path("document"))
        let at: Comment = "round \(round) of seed \(Spoiler.seed): \(run.status) \(run.error)"
        #expect([0, 65].contains(run.status), at)
        #expect(run.status == 0 || run.error.hasPrefix("cdnotify: "), at)
        #expect(!run.error.contains("\u{1B}"), at)
      }
    }
  }
}
