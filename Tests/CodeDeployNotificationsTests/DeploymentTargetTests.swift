import Foundation
import Testing

@testable import CodeDeployNotifications

/// Which failure of which target is reported.
@Suite struct DeploymentTargetTests {
  typealias Event = DeploymentTarget.LifecycleEvent

  private static func target(
    _ name: String, _ events: Event..., status: String? = "Failed", updated: Double? = nil
  ) -> DeploymentTarget {
    DeploymentTarget(
      name: name, status: status, updatedAt: updated.map(Example.at), events: events)
  }

  private static func event(
    _ name: String, _ status: String = "Failed", started: Double? = nil, ended: Double? = nil,
    code: String? = nil
  ) -> Event {
    Event(
      name: name, status: status, startedAt: started.map(Example.at),
      endedAt: ended.map(Example.at),
      errorCode: code)
  }

  @Test(
    "The failure that came first is told",
    arguments: [
      ([], nil), ([target("a", event("Install", "Succeeded"), status: "Succeeded")], nil),
      // The end of the event counts, whatever the order and the last update.
      (
        [
          target("a", event("Install", ended: -10), updated: -90),
          target("b", event("BeforeInstall", started: -80, ended: -20), updated: -1),
        ], "b BeforeInstall"
      ),
      (
        [target("a", event("One", started: -10)), target("b", event("Two", started: -20))], "b Two"
      ),
      // An event without a time counts as last; between equals the names decide.
      ([target("a", event("One")), target("b", event("Two", ended: -1))], "b Two"),
      ([target("b", event("Two", ended: -1)), target("a", event("One", ended: -1))], "a One"),
      // The same goes within a target.
      (
        [target("a", event("Two", ended: -1), event("One", ended: -2), event("No", "Skipped"))],
        "a One"
      ),
      // A target that failed without a failed event: an instance that never answered.
      ([target("b", updated: -5), target("a", updated: -4)], "b"),
      ([target("b", updated: -5), target("a", event("One"))], "a One"),
      ([target("b", event("Install", "Skipped"), updated: -5)], "b"),
      // A service is judged by its events, whatever its own status is.
      (
        [target("a", event("AfterAllowTestTraffic", ended: -1), status: "Succeeded")],
        "a AfterAllowTestTraffic"
      ),
      (
        [
          target(
            "a", event("One", "Unknown", code: "UnknownError"),
            event("Two", "Skipped", code: "Success"))
        ],
        "a One"
      ),
    ] as [([DeploymentTarget], String?)])
  func first(targets: [DeploymentTarget], told: String?) {
    for order in [targets, targets.reversed()] {
      let failure = DeploymentTarget.firstFailure(of: order)
      let words = failure.map {
        [$0.target, $0.lifecycleEvent].compactMap { $0 }.joined(separator: " ")
      }
      #expect(words == told)
    }
  }

  @Test("All that the script said is told, without colours, controls and credentials")
  func script() {
    let event = Event(
      name: "BeforeInstall", status: "Failed", errorCode: "ScriptFailed",
      script: "scripts/stop.sh\u{7}", message: "stop.sh --password hunter2 failed",
      logTail: "[stdout]\u{1B}[31mred\u{1B}[0m\r\n[stderr]DB_PASSWORD=\u{1B}[1mhunter2\u{1B}[0m\n")
    #expect(
      DeploymentTarget.firstFailure(of: [Self.target("i-1", event)])
        == DeploymentNotification.Failure(
          target: "i-1", lifecycleEvent: "BeforeInstall", errorCode: "ScriptFailed",
          script: "scripts/stop.sh", message: "stop.sh --password ******** failed",
          logTail: "[stdout]red\n[stderr]DB_PASSWORD=********\n"))
  }

  @Test("Of a long log the last whole lines are kept, and secrets are found before it is cut")
  func longLog() throws {
    func tail(_ log: String) -> String? {
      let event = Event(name: "Install", status: "Failed", logTail: log)
      return DeploymentTarget.firstFailure(of: [Self.target("i-1", event)])?.logTail
    }
    let lines = (0..<2000).map { "line \($0)" }
    let kept = try #require(tail(lines.joined(separator: "\n")))
    #expect(kept.utf8.count <= 4096)
    #expect(kept.utf8.count > 4000)
    #expect(kept.hasPrefix("…\nline "))
    #expect(kept.hasSuffix("\nline 1999"))

    let oneLine = try #require(tail(String(repeating: "x", count: 5000)))
    #expect(oneLine.utf8.count == 4096)
    #expect(oneLine.hasPrefix("…x"))

    // The cut is inside the value, which only its name identifies.
    let secret = "password=\"" + String(repeating: "s", count: 5000) + "\" end"
    #expect(tail(secret) == "password=\"********\" end")
    #expect(tail(" \n\t") == nil)
    #expect(tail("exact") == "exact")
  }
}
