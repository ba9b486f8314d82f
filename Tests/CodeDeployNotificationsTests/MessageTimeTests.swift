import Foundation
import Testing

@testable import CodeDeployNotifications

/// What messages say about times.
@Suite struct MessageTimeTests {
  @Test("What isn't over is late from its beginning on") func lateStart() throws {
    var notification = Example.notification(.started)
    notification.startedAt = Example.now
    notification.completedAt = Example.now.addingTimeInterval(7200)
    notification.telling = .init(at: Example.now.addingTimeInterval(3 * 3600), hasOwnTitle: false)
    #expect(notification.headline.hasSuffix("started, 3 hours late"))
    notification.event = .ready
    #expect(notification.lateness == nil)
  }

  @Test(
    "What is overdue says since when it is in progress, for how long, and after what it is that")
  func overdue() throws {
    let begun = Date(timeIntervalSince1970: 1_767_225_600 + 12 * 3600 + 180)
    let deployment = Example.deployment {
      $0.status = .inProgress
      $0.createdAt = begun
      $0.startedAt = begun.addingTimeInterval(5)
      $0.completedAt = nil
    }
    func message(after seconds: Double, limit: Duration?, title: String? = nil) throws
      -> ChannelMessage
    {
      try ChannelMessage(
        Example.notification(.overdue, of: deployment),
        templates: ChannelConfiguration(type: "slack", title: title),
        now: begun.addingTimeInterval(seconds), overdueAfter: limit)
    }
    let today = try message(after: 47 * 60, limit: .seconds(1800))
    #expect(today.title.text.hasSuffix("to production is overdue, in progress for 47m"))
    #expect(
      today.body.text.contains("\nIn progress: since 12:03 UTC, for 47m; overdue after 30m\n"))
    let tomorrow = try message(after: 86_400, limit: nil, title: "{{event}}")
    #expect(
      tomorrow.body.text.contains("\nIn progress: since 2026-01-01 12:03 UTC, for 1d\n"))
    #expect(!Example.notification(.started, of: deployment).story.contains("In progress:"))
  }
}
